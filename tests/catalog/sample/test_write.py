"""The catalogue on disk, and its command line."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.item import parse_item
from catalog.sample.__main__ import main
from catalog.sample.write import write_catalogue
from catalog.schema import default_schema

ROOT = Path(__file__).parents[3]


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "here", 12, seed=5)
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "catalog.sample", "--items", "12", "--seed", "5", "--out"]
    subprocess.run([*command, str(tmp_path / "there")], check=True, cwd=ROOT, env=environment)
    assert _digests(tmp_path / "here") == _digests(tmp_path / "there")


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "one", 60, seed=2, processes=1)
    write_catalogue(tmp_path / "two", 60, seed=2, processes=2)
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")


def test_every_line_is_an_item_with_its_picture(tmp_path: Path) -> None:
    table = write_catalogue(tmp_path, 9, seed=1)
    lines = table.read_text(encoding="utf-8").splitlines()
    items = [parse_item(json.loads(line), default_schema()) for line in lines]
    assert [item.image for item in items] == [f"images/{item.item_id}.jpg" for item in items]
    assert all((tmp_path / str(item.image)).stat().st_size > 2000 for item in items)
    assert _digests(tmp_path).keys() == {"items.jsonl", *(str(item.image) for item in items)}


def test_the_command_says_where_the_catalogue_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path), "--items", "2"]) == 0
    said = capsys.readouterr().out
    assert said == f"2 items, their pictures under images/: {tmp_path / 'items.jsonl'}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--items", "0"], "expected at least one item, got 0"),
        (["--items", "3", "--processes", "0"], "expected at least one process, got 0"),
    ],
)
def test_bad_numbers_end_the_command_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["--out", str(tmp_path), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert main(["--out", str(tmp_path / "taken"), "--items", "1"]) == 2
    assert "taken" in capsys.readouterr().err
