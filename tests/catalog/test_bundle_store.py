"""Bundles in the object store: complete or absent, the same after any number of tries."""

from pathlib import Path

import pytest

from catalog.bundle import MANIFEST, BundleError, verify_bundle, write_manifest
from catalog.bundle_store import download, published_manifest, upload
from catalog.objects import FolderObjects, ObjectStore

PREFIX = "models/m/g0001/"
FACTS = {"model": "m", "generation": "g0001", "fingerprint": "f" * 64, "dimension": 2}
FILES = {"a/1/x.bin": b"one", "a/config.pbtxt": b"two", "b/1/y.bin": b""}


class FailingStore(FolderObjects):
    """A folder that breaks down after a number of writes, as a killed process would."""

    writes_left = 0

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Write, or raise once no writes are left."""
        if self.writes_left == 0:
            raise ConnectionError("killed")
        self.writes_left -= 1
        super().put(key, data, content_type)


def make_bundle(folder: Path, **changes: str) -> Path:
    """A sealed bundle; `changes` are facts other than FACTS."""
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    write_manifest(folder, FACTS | changes)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "bundle")


@pytest.fixture
def store(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "store", create=True)


def test_a_bundle_comes_back_as_it_was_sent_through_s3(
    bundle: Path, s3_objects: ObjectStore, tmp_path: Path
) -> None:
    result = upload(bundle, s3_objects, PREFIX)
    assert result.uri == s3_objects.uri(PREFIX.rstrip("/"))
    assert set(result.sent) == set(FILES)
    manifest = download(s3_objects, PREFIX, tmp_path / "fetched")
    assert content(tmp_path / "fetched") == content(bundle)
    assert manifest == verify_bundle(tmp_path / "fetched")


def test_publishing_again_sends_nothing(bundle: Path, store: FolderObjects) -> None:
    upload(bundle, store, PREFIX)
    again = upload(bundle, store, PREFIX)
    assert (again.sent, set(again.skipped), again.differing) == ((), set(FILES), ())


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_an_upload_that_breaks_off_leaves_no_bundle_and_can_be_resumed(
    bundle: Path, tmp_path: Path, writes: int
) -> None:
    store = FailingStore(tmp_path / "store", create=True)
    store.writes_left = writes
    with pytest.raises(ConnectionError):
        upload(bundle, store, PREFIX)
    assert published_manifest(store, PREFIX) is None
    with pytest.raises(BundleError, match="expected a published bundle, got no manifest"):
        download(store, PREFIX, tmp_path / "fetched")
    store.writes_left = 10
    assert len(upload(bundle, store, PREFIX).skipped) == writes
    download(store, PREFIX, tmp_path / "fetched")
    assert content(tmp_path / "fetched") == content(bundle)


def test_what_a_broken_off_upload_of_other_files_left_is_removed(
    bundle: Path, store: FolderObjects
) -> None:
    store.put(f"{PREFIX}old_model/1/model.onnx", b"old")
    upload(bundle, store, PREFIX)
    assert set(store.list(PREFIX)) == {PREFIX + name for name in (*FILES, MANIFEST)}


@pytest.mark.parametrize("changed", ["fingerprint", "generation"])
def test_a_prefix_of_another_generation_is_refused(
    tmp_path: Path, store: FolderObjects, changed: str
) -> None:
    upload(make_bundle(tmp_path / "one"), store, PREFIX)
    other = make_bundle(tmp_path / "two", **{changed: "other"})
    with pytest.raises(BundleError, match=f"holds {changed} .*, got other: a published generation"):
        upload(other, store, PREFIX)


def test_a_published_generation_keeps_its_files_where_ours_differ(
    bundle: Path, store: FolderObjects, tmp_path: Path
) -> None:
    upload(bundle, store, PREFIX)
    other = make_bundle(tmp_path / "other")
    (other / "a/1/x.bin").write_bytes(b"changed")
    write_manifest(other, FACTS)
    assert upload(other, store, PREFIX).differing == ("a/1/x.bin",)
    assert store.get(f"{PREFIX}a/1/x.bin") == b"one"


def test_an_object_that_vanished_is_sent_again(bundle: Path, store: FolderObjects) -> None:
    upload(bundle, store, PREFIX)
    store.delete(f"{PREFIX}b/1/y.bin")
    assert upload(bundle, store, PREFIX).sent == ("b/1/y.bin",)


def test_a_damaged_bundle_is_not_published(bundle: Path, store: FolderObjects) -> None:
    (bundle / "a/1/x.bin").write_bytes(b"onf")
    with pytest.raises(BundleError, match=r"a/1/x\.bin: expected sha256"):
        upload(bundle, store, PREFIX)
    assert list(store.list()) == []


def test_an_object_with_a_flipped_byte_is_not_fetched(
    bundle: Path, store: FolderObjects, tmp_path: Path
) -> None:
    upload(bundle, store, PREFIX)
    store.put(f"{PREFIX}a/1/x.bin", b"onf")
    with pytest.raises(BundleError, match=r"a/1/x\.bin: expected sha256 .*, got .*"):
        download(store, PREFIX, tmp_path / "deep" / "fetched")
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_missing_object_is_named(bundle: Path, store: FolderObjects, tmp_path: Path) -> None:
    upload(bundle, store, PREFIX)
    store.delete(f"{PREFIX}b/1/y.bin")
    with pytest.raises(BundleError, match=r"b/1/y\.bin: expected by the manifest, got no such obj"):
        download(store, PREFIX, tmp_path / "fetched")


def test_a_damaged_copy_is_replaced_and_a_sound_one_left_alone(
    bundle: Path, store: FolderObjects, tmp_path: Path
) -> None:
    upload(bundle, store, PREFIX)
    fetched = tmp_path / "fetched"
    download(store, PREFIX, fetched)
    before = (fetched / "a/1/x.bin").stat().st_ino
    download(store, PREFIX, fetched)
    assert (fetched / "a/1/x.bin").stat().st_ino == before
    (fetched / "a/1/x.bin").write_bytes(b"bad")
    download(store, PREFIX, fetched)
    assert content(fetched) == content(bundle)


def test_an_older_bundle_at_the_place_is_replaced(
    bundle: Path, store: FolderObjects, tmp_path: Path
) -> None:
    upload(bundle, store, PREFIX)
    old = make_bundle(tmp_path / "place", fingerprint="old")
    download(store, PREFIX, old)
    assert content(old) == content(bundle)
