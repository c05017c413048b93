"""A generation's bundle: a folder of files, and a manifest that says which and with what digests.

A bundle is complete or absent. The manifest is written last, on disk and in the object store, and
whoever loads a bundle checks every file against it first. Nothing here knows what the files mean:
`training/bundle.py` puts them together, and the laptop's stack fetches them with the same code.

manifest.json holds what its builder says of the generation (ids, versions, metrics), `files` with
the SHA-256 and size of every other file of the folder, and `digest`, the SHA-256 of the manifest's
own canonical JSON without that key, so that a change to the manifest is found as well.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = "manifest.json"
REQUIRED = ("model", "generation", "fingerprint", "dimension", "files", "digest")


class BundleError(ValueError):
    """A bundle that is incomplete, changed or not the one expected; the message has the remedy."""


def bundle_prefix(model: str, generation: str) -> str:
    """Where a generation's bundle lies in the object store; ends with a slash."""
    return f"models/{model}/{generation}/"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(bundle_dir: Path) -> list[str]:
    """Every file of a bundle but its manifest, as sorted relative paths with forward slashes.

    Raises:
        BundleError: something in the folder is neither a plain file nor a folder.
    """
    found = []
    for path in bundle_dir.rglob("*"):
        name = path.relative_to(bundle_dir).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BundleError(
                f"bundle {bundle_dir}: expected plain files, got {name}, which is a link or a"
                " special file; build the bundle again"
            )
        if path.is_file() and name != MANIFEST:
            found.append(name)
    return sorted(found)


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a manifest's canonical JSON without its own `digest`."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def write_manifest(bundle_dir: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Seal a folder of files: write its manifest, last, and return it.

    Args:
        bundle_dir: the folder; every file in it becomes part of the bundle.
        facts: `model`, `generation`, `fingerprint`, `dimension` and whatever else is to be said.
    """
    files = {
        name: {"sha256": sha256_of(bundle_dir / name), "bytes": (bundle_dir / name).stat().st_size}
        for name in list_files(bundle_dir)
    }
    manifest: dict[str, Any] = {**facts, "files": files}
    manifest["digest"] = manifest_digest(manifest)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    partial = bundle_dir / f"{MANIFEST}.partial"
    partial.write_text(text, encoding="utf-8")
    partial.replace(bundle_dir / MANIFEST)
    return manifest


def parse_manifest(data: bytes, source: str) -> dict[str, Any]:
    """A manifest's bytes as a checked mapping.

    Args:
        data: the content of manifest.json.
        source: where it came from, for messages.

    Raises:
        BundleError: it is no JSON, lacks a key, was changed, or names a file outside the bundle.
    """
    try:
        manifest = json.loads(data)
    except ValueError as error:
        raise BundleError(
            f"{source}: expected JSON, got {error}; fetch the bundle again"
        ) from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise BundleError(f"{source}: expected an object with `files`; fetch the bundle again")
    missing = [key for key in REQUIRED if key not in manifest]
    if missing:
        raise BundleError(f"{source}: expected the keys {missing} as well; fetch the bundle again")
    if manifest_digest(manifest) != manifest["digest"]:
        raise BundleError(
            f"{source}: expected digest {manifest['digest']}, got {manifest_digest(manifest)}: the"
            " manifest was changed after it was written; fetch the bundle again"
        )
    for name in manifest["files"]:
        _check_name(name, source)
    return manifest


def _check_name(name: str, source: str) -> None:
    """Refuse a file name that could be written outside the bundle's folder."""
    parts = name.split("/")
    outside = PurePosixPath(name).is_absolute() or "\\" in name or "\0" in name
    if outside or any(part in ("", ".", "..") for part in parts):
        raise BundleError(
            f"{source}: expected relative paths inside the bundle, got {name!r}; do not use it"
        )


def read_manifest(bundle_dir: Path) -> dict[str, Any]:
    """The manifest of a bundle on disk; its files are not looked at.

    Raises:
        BundleError: there is none, or it is damaged.
    """
    path = bundle_dir / MANIFEST
    if not path.is_file():
        raise BundleError(
            f"{bundle_dir}: expected {MANIFEST}, got none, so this is no complete bundle;"
            " export or fetch it again"
        )
    return parse_manifest(path.read_bytes(), str(path))


def verify_bundle(bundle_dir: Path) -> dict[str, Any]:
    """Check every file of a bundle against its manifest and return the manifest.

    Raises:
        BundleError: a file is missing, is not in the manifest, or has another digest.
    """
    manifest = read_manifest(bundle_dir)
    there, wanted = set(list_files(bundle_dir)), set(manifest["files"])
    for name in sorted(wanted - there):
        raise BundleError(
            f"{bundle_dir / name}: expected by the manifest, got no such file; {_AGAIN}"
        )
    for name in sorted(there - wanted):
        raise BundleError(f"{bundle_dir / name}: got a file that the manifest lacks; {_AGAIN}")
    for name, entry in manifest["files"].items():
        check_digest(str(bundle_dir / name), entry["sha256"], sha256_of(bundle_dir / name))
    return manifest


_AGAIN = "remove the folder and export or fetch the bundle again"


def check_digest(name: str, expected: str, got: str) -> None:
    """Raise BundleError, with the file and both digests, unless the two are equal."""
    if got != expected:
        raise BundleError(
            f"{name}: expected sha256 {expected}, got {got}: the file is not what was published;"
            f" {_AGAIN}"
        )


def beside(target: Path, suffix: str) -> Path:
    """A free name beside `target` for what is not finished; what a killed process left is gone."""
    place = target.with_name(f".{target.name}.{suffix}")
    if place.exists():
        shutil.rmtree(place)
    return place


def move_into_place(built: Path, target: Path) -> None:
    """Put a finished folder where readers look, replacing what is there.

    A reader sees the old folder, for an instant none, or the new one; never half of one.
    """
    old = beside(target, "old")
    if target.exists():
        os.replace(target, old)
    os.replace(built, target)
    if old.exists():
        shutil.rmtree(old)
