"""A generation's report in the object store: whole or not there."""

import json
from pathlib import Path

import pytest

from catalog.objects import FolderObjects
from components.report_store import fetch_report, send_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report as `training.evaluate` writes it."""
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "index.html").write_text("<p>쇼핑</p>", encoding="utf-8")
    (folder / "metrics.json").write_text('{"model": {"mrr": 0.5}}')
    return folder


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    """An empty store."""
    return FolderObjects(tmp_path / "objects", create=True)


def test_a_report_comes_back_as_it_was_sent(
    report: Path, objects: FolderObjects, tmp_path: Path
) -> None:
    uri = send_report(objects, "g0001", "f00d", report)
    assert uri.endswith("/reports/g0001/index.html")
    (tmp_path / "again").mkdir()
    assert fetch_report(objects, "g0001", "f00d", tmp_path / "again")
    for name in ("index.html", "metrics.json"):
        assert (tmp_path / "again" / name).read_bytes() == (report / name).read_bytes()
    numbers = json.loads((report / "metrics.json").read_bytes())
    assert numbers == {"fingerprint": "f00d", "model": {"mrr": 0.5}}


def test_a_report_without_its_numbers_is_not_there(
    report: Path, objects: FolderObjects, tmp_path: Path
) -> None:
    send_report(objects, "g0001", "f00d", report)
    objects.delete("reports/g0001/metrics.json")
    assert not fetch_report(objects, "g0001", "f00d", tmp_path)
    assert not (tmp_path / "index.html").exists()


def test_a_report_of_another_training_is_not_taken(
    report: Path, objects: FolderObjects, tmp_path: Path
) -> None:
    send_report(objects, "g0001", "f00d", report)
    assert not fetch_report(objects, "g0001", "beef", tmp_path)
