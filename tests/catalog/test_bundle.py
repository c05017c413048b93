"""A bundle on disk: its manifest, and everything that can be wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.bundle import (
    MANIFEST,
    BundleError,
    beside,
    bundle_prefix,
    manifest_digest,
    move_into_place,
    parse_manifest,
    read_manifest,
    sha256_of,
    verify_bundle,
    write_manifest,
)

FACTS = {"model": "m", "generation": "g0001", "fingerprint": "f" * 64, "dimension": 2}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small sealed bundle of three files."""
    folder = tmp_path / "bundle"
    for name, text in {"a/1/x.bin": "one", "a/config.pbtxt": "two", "b/1/y.bin": ""}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    write_manifest(folder, FACTS)
    return folder


def reseal(folder: Path, **changes: Any) -> None:
    """Change a manifest as somebody would who can compute its digest as well."""
    manifest = json.loads((folder / MANIFEST).read_text()) | changes
    manifest["digest"] = manifest_digest(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def test_the_manifest_has_every_file_with_digest_and_size(bundle: Path) -> None:
    manifest = verify_bundle(bundle)
    assert list(manifest["files"]) == ["a/1/x.bin", "a/config.pbtxt", "b/1/y.bin"]
    assert manifest["files"]["a/1/x.bin"] == {"sha256": sha256_of(bundle / "a/1/x.bin"), "bytes": 3}
    assert {key: manifest[key] for key in FACTS} == FACTS


def test_the_same_files_and_facts_give_the_same_manifest_bytes(bundle: Path) -> None:
    before = (bundle / MANIFEST).read_bytes()
    write_manifest(bundle, FACTS)
    assert (bundle / MANIFEST).read_bytes() == before


def test_a_flipped_byte_is_named_with_both_digests_and_the_remedy(bundle: Path) -> None:
    path = bundle / "a/1/x.bin"
    expected = sha256_of(path)
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    with pytest.raises(BundleError) as caught:
        verify_bundle(bundle)
    assert str(caught.value) == (
        f"{path}: expected sha256 {expected}, got {sha256_of(path)}: the file is not what was"
        " published; remove the folder and export or fetch the bundle again"
    )


def test_a_missing_file_is_named(bundle: Path) -> None:
    (bundle / "b/1/y.bin").unlink()
    with pytest.raises(
        BundleError, match=r"b/1/y\.bin: expected by the manifest, got no such file"
    ):
        verify_bundle(bundle)


def test_a_file_that_the_manifest_lacks_is_named(bundle: Path) -> None:
    (bundle / "a/1/extra.py").write_text("import os")
    with pytest.raises(BundleError, match=r"a/1/extra\.py: got a file that the manifest lacks"):
        verify_bundle(bundle)


def test_a_link_is_no_file_of_a_bundle(bundle: Path) -> None:
    (bundle / "a/1/link").symlink_to(bundle / "a/1/x.bin")
    with pytest.raises(BundleError, match="got a/1/link, which is a link or a special file"):
        verify_bundle(bundle)


def test_a_folder_without_a_manifest_is_no_complete_bundle(bundle: Path) -> None:
    (bundle / MANIFEST).unlink()
    with pytest.raises(BundleError, match=r"expected manifest\.json, got none.*export or fetch"):
        read_manifest(bundle)


def test_a_manifest_that_was_changed_is_refused(bundle: Path) -> None:
    text = (bundle / MANIFEST).read_text().replace('"dimension": 2', '"dimension": 3')
    (bundle / MANIFEST).write_text(text)
    with pytest.raises(BundleError, match="the manifest was changed after it was written"):
        verify_bundle(bundle)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "expected JSON, got Expecting value"),
        (b"\xff\xfe\x00", "expected JSON, got"),
        (b"[]", "expected an object with `files`"),
        (b'{"files": {}}', r"expected the keys \['model', 'generation'"),
    ],
)
def test_a_manifest_that_is_none_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BundleError, match=f"here: {reason}"):
        parse_manifest(data, "here")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a//x", "a\\x", ".", ""])
def test_a_manifest_cannot_name_a_file_outside_of_its_bundle(bundle: Path, name: str) -> None:
    reseal(bundle, files={name: {"sha256": "0" * 64, "bytes": 1}})
    with pytest.raises(BundleError, match="expected relative paths inside the bundle"):
        read_manifest(bundle)


def test_a_finished_folder_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "who").write_text(name)
    move_into_place(tmp_path / "new", tmp_path / "old")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old" / "who").read_text() == "new"


def test_what_a_killed_process_left_beside_a_place_is_removed(tmp_path: Path) -> None:
    for suffix in ("partial", "old"):
        (tmp_path / f".place.{suffix}").mkdir()
        (tmp_path / f".place.{suffix}" / "half").write_text("half")
    (tmp_path / "new").mkdir()
    assert not beside(tmp_path / "place", "partial").exists()
    move_into_place(tmp_path / "new", tmp_path / "place")
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_bundle_lies_under_its_model_and_generation() -> None:
    assert bundle_prefix("item_embedding", "g0001") == "models/item_embedding/g0001/"
