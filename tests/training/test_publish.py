"""Publishing through the command line, to a real S3 and to a folder."""

import json
import shutil
from pathlib import Path

import pytest

from catalog.bundle import write_manifest
from catalog.bundle_store import download
from catalog.objects import FolderObjects, open_objects
from tests.conftest import SmallModel
from training.publish import main

PREFIX = "models/item_embedding/g0001/"


def test_a_bundle_is_published_to_s3_under_its_generation(
    small_model: SmallModel, s3_uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for sent in (20, 0):
        assert main(["--bundle", str(small_model.bundle), "--objects", s3_uri]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed == {
            "uri": f"{s3_uri}/models/item_embedding/g0001",
            "generation": "g0001",
            "fingerprint": "f" * 64,
            "dimension": 16,
            "sent": sent,
            "skipped": 20 - sent,
            "differing": [],
        }
    download(open_objects(s3_uri), PREFIX, tmp_path / "fetched")


def test_another_export_of_a_published_generation_is_named_and_the_published_one_kept(
    small_model: SmallModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = FolderObjects(tmp_path / "store", create=True)
    uri = (tmp_path / "store").as_uri()
    assert main(["--bundle", str(small_model.bundle), "--objects", uri]) == 0
    other = tmp_path / "other"
    shutil.copytree(small_model.bundle, other)
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "item_tower/1/model.pt").write_bytes(b"other")
    write_manifest(
        other, {key: manifest[key] for key in manifest if key not in ("files", "digest")}
    )
    capsys.readouterr()
    assert main(["--bundle", str(other), "--objects", uri]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["differing"] == ["item_tower/1/model.pt"]
    assert "g0001 is kept, other than item_tower/1/model.pt here" in said.err
    published = store.get(f"{PREFIX}item_tower/1/model.pt")
    assert published == (small_model.bundle / "item_tower/1/model.pt").read_bytes()


def test_a_folder_that_is_no_bundle_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--bundle", str(tmp_path), "--objects", tmp_path.as_uri()]) == 2
    assert "publish: " in (said := capsys.readouterr().err)
    assert "expected manifest.json, got none" in said


def test_an_address_that_is_none_is_refused(
    small_model: SmallModel, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--bundle", str(small_model.bundle), "--objects", "ftp://x"]) == 2
    assert "publish: objects address: expected s3://bucket" in capsys.readouterr().err


def test_a_store_that_does_not_answer_is_told_apart(
    small_model: SmallModel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Port 9 of loopback: nobody listens.
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    assert main(["--bundle", str(small_model.bundle), "--objects", "s3://bucket"]) == 3
    assert capsys.readouterr().err.startswith("publish: ")
