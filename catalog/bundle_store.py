"""Bundles in the object store: sent files first and manifest last, fetched whole and checked.

A prefix of the store belongs to one generation for ever. Sending again what is there already is
no fault and sends nothing; sending another generation there is refused.
"""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.bundle import (
    MANIFEST,
    BundleError,
    beside,
    check_digest,
    move_into_place,
    parse_manifest,
    verify_bundle,
)
from catalog.objects import ObjectMissing, ObjectStore

_CONTENT_TYPES = {".json": "application/json", ".py": "text/x-python", ".pbtxt": "text/plain"}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What became of a bundle that was to be published.

    Attributes:
        uri: where the published bundle lies.
        sent: files that were sent now.
        skipped: files that were there already, equal to ours.
        differing: files of ours that differ from the published ones; not empty only where this
            very generation was published before, and then the published bundle is kept as it is.
    """

    uri: str
    sent: tuple[str, ...]
    skipped: tuple[str, ...]
    differing: tuple[str, ...] = ()


def published_manifest(objects: ObjectStore, prefix: str) -> dict[str, Any] | None:
    """The manifest under a prefix, or None where no bundle was completed.

    Raises:
        BundleError: it is damaged.
    """
    key = _key(prefix, MANIFEST)
    try:
        data = objects.get(key)
    except ObjectMissing:
        return None
    return parse_manifest(data, objects.uri(key))


def upload(bundle_dir: Path, objects: ObjectStore, prefix: str) -> Upload:
    """Publish a bundle under a prefix; a second call, or one after a crash, ends in the same state.

    Args:
        bundle_dir: a complete bundle; it is verified first.
        objects: the store.
        prefix: the generation's prefix, see `catalog.bundle.bundle_prefix`.

    Raises:
        BundleError: the bundle is damaged, or the prefix holds another generation.
    """
    manifest = verify_bundle(bundle_dir)
    uri = objects.uri(prefix.rstrip("/"))
    published = published_manifest(objects, prefix)
    if published is not None:
        _check_same_generation(published, manifest, uri)
        if published["files"] != manifest["files"]:
            return Upload(uri=uri, sent=(), skipped=(), differing=_differing(published, manifest))
    else:
        _remove_strays(objects, prefix, manifest)
    sent, skipped = _send_files(bundle_dir, objects, prefix, manifest)
    if published is None:
        data = (bundle_dir / MANIFEST).read_bytes()
        objects.put(_key(prefix, MANIFEST), data, _content_type(MANIFEST))
    return Upload(uri=uri, sent=sent, skipped=skipped)


def download(objects: ObjectStore, prefix: str, bundle_dir: Path) -> dict[str, Any]:
    """Make a folder equal to a published bundle, whole or not at all, and return its manifest.

    A folder that already is that bundle, every digest right, is left alone; anything else that
    stands at its place is replaced.

    Raises:
        BundleError: no complete bundle is published there, or a file differs from its digest.
    """
    manifest = published_manifest(objects, prefix)
    if manifest is None:
        raise BundleError(
            f"{objects.uri(_key(prefix, MANIFEST))}: expected a published bundle, got no manifest;"
            " publish the generation, or wait until that is done"
        )
    if _is_already_there(bundle_dir, manifest):
        return manifest
    partial = beside(bundle_dir, "partial")
    partial.mkdir(parents=True)
    try:
        for name in manifest["files"]:
            _fetch(objects, prefix, name, manifest, partial)
        (partial / MANIFEST).write_bytes(objects.get(_key(prefix, MANIFEST)))
        verify_bundle(partial)
        move_into_place(partial, bundle_dir)
    except BaseException:
        shutil.rmtree(partial)
        raise
    return manifest


def _fetch(
    objects: ObjectStore, prefix: str, name: str, manifest: dict[str, Any], folder: Path
) -> None:
    key = _key(prefix, name)
    try:
        data = objects.get(key)
    except ObjectMissing as error:
        raise BundleError(
            f"{objects.uri(key)}: expected by the manifest, got no such object;"
            " publish the generation again"
        ) from error
    expected = manifest["files"][name]["sha256"]
    check_digest(objects.uri(key), expected, hashlib.sha256(data).hexdigest())
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def _is_already_there(bundle_dir: Path, manifest: dict[str, Any]) -> bool:
    if not bundle_dir.is_dir():
        return False
    try:
        return bool(verify_bundle(bundle_dir)["digest"] == manifest["digest"])
    except BundleError:
        return False


def _check_same_generation(published: dict[str, Any], ours: dict[str, Any], uri: str) -> None:
    for field in ("generation", "fingerprint"):
        if published[field] != ours[field]:
            raise BundleError(
                f"{uri}: holds {field} {published[field]}, got {ours[field]}: a published"
                " generation never changes; publish this one under a generation of its own"
            )


def _differing(published: dict[str, Any], ours: dict[str, Any]) -> tuple[str, ...]:
    there, here = published["files"], ours["files"]
    return tuple(sorted(n for n in there | here if there.get(n) != here.get(n)))


def _remove_strays(objects: ObjectStore, prefix: str, manifest: dict[str, Any]) -> None:
    """Without a manifest the prefix holds at most a broken-off upload; Triton would load it all."""
    wanted = {_key(prefix, name) for name in manifest["files"]}
    for key in list(objects.list(_key(prefix, ""))):
        if key not in wanted:
            objects.delete(key)


def _send_files(
    bundle_dir: Path, objects: ObjectStore, prefix: str, manifest: dict[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sent, skipped = [], []
    for name, entry in manifest["files"].items():
        key = _key(prefix, name)
        if _digest_there(objects, key) == entry["sha256"]:
            skipped.append(name)
        else:
            objects.put(key, (bundle_dir / name).read_bytes(), _content_type(name))
            sent.append(name)
    return tuple(sent), tuple(skipped)


def _digest_there(objects: ObjectStore, key: str) -> str | None:
    try:
        return hashlib.sha256(objects.get(key)).hexdigest()
    except ObjectMissing:
        return None


def _key(prefix: str, name: str) -> str:
    return f"{prefix.rstrip('/')}/{name}"


def _content_type(name: str) -> str:
    return _CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")
