"""What a generation's Triton is started from."""

from pathlib import Path

import pytest

from catalog.bundle import bundle_prefix, read_manifest
from catalog.bundle_store import upload
from catalog.objects import FolderObjects, ObjectsUnavailable
from local.generations import GenerationRow, GenerationTriton
from local.part import LocalError, NotReady
from local.triton import PORTS
from tests.local.bundles import write_bundle

PREFIX = bundle_prefix("both", "g0001")


class Unreachable(FolderObjects):
    """A store that does not answer."""

    def get(self, key: str) -> bytes:
        raise ObjectsUnavailable(f"{key}: nobody answers")


def publish(folder: Path) -> tuple[FolderObjects, GenerationRow]:
    """A published bundle, and what the table says of it."""
    objects = FolderObjects(folder / "objects", create=True)
    bundle = write_bundle(folder / "bundle")
    upload(bundle, objects, PREFIX)
    digest = read_manifest(bundle)["digest"]
    return objects, GenerationRow(
        generation="g0001", endpoint=None, model="both", digest=digest, is_wanted=True
    )


def part(objects: FolderObjects, row: GenerationRow, folder: Path) -> GenerationTriton:
    return GenerationTriton(row, objects, folder / "stack", dict.fromkeys(PORTS, 1))


def test_a_published_file_with_a_flipped_byte_is_refused_by_name(tmp_path: Path) -> None:
    objects, row = publish(tmp_path)
    key = f"{PREFIX}tower/1/model.onnx"
    content = bytearray(objects.get(key))
    content[40] ^= 1
    objects.put(key, bytes(content))
    with pytest.raises(LocalError, match=r"g0001/tower/1/model\.onnx: expected sha256 \w+, got"):
        part(objects, row, tmp_path).prepare()
    assert not (tmp_path / "stack" / "bundles" / "g0001").exists()


def test_a_local_copy_with_a_flipped_byte_is_named_and_fetched_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    objects, row = publish(tmp_path)
    part(objects, row, tmp_path).prepare()
    copy = tmp_path / "stack" / "bundles" / "g0001" / "head" / "config.pbtxt"
    whole = copy.read_text()
    copy.write_text(whole.replace("64", "65"))
    part(objects, row, tmp_path).prepare()
    assert "g0001/head/config.pbtxt: expected sha256 " in caplog.text
    assert copy.read_text() == whole


def test_a_bundle_that_is_not_the_one_in_the_table_is_refused(tmp_path: Path) -> None:
    objects, _ = publish(tmp_path)
    other = GenerationRow(
        generation="g0001", endpoint=None, model="both", digest="0" * 64, is_wanted=True
    )
    with pytest.raises(LocalError, match=f"expected the manifest with digest {'0' * 64}, got"):
        part(objects, other, tmp_path).prepare()


def test_a_copy_on_disk_does_not_need_the_store(tmp_path: Path) -> None:
    objects, row = publish(tmp_path)
    unreachable = Unreachable(tmp_path / "objects")
    with pytest.raises(NotReady, match=r"manifest\.json: nobody answers"):
        part(unreachable, row, tmp_path).prepare()
    part(objects, row, tmp_path).prepare()
    part(unreachable, row, tmp_path).prepare()
