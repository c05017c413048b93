"""Places that are no catalogue, or cannot be read: named at once, and never waited at."""

import json
import os
from pathlib import Path

from tests.catalog.command_line import rejects, run

PIPE = (
    "expected a file or a folder, got a pipe or a device, which cannot be read twice; "
    "write it to a file and give that"
)


def refusal(path: str | Path, out: Path) -> str:
    """The one line by which ingest refuses it; `validate` says the same."""
    done = run("catalog.ingest", "--catalogue", path, "--out", out)
    assert (done.code, done.error.count("\n")) == (2, 1)
    assert not out.exists()
    line = done.error.removeprefix("catalog.ingest: ").strip()
    assert run("catalog", "validate", path).error == f"catalog validate: {line}\n"
    return line


def test_a_folder_with_a_tables_name_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "x.csv"
    folder.mkdir()
    assert refusal(folder, tmp_path / "items") == (
        f"{folder}: expected one catalogue in the folder, got none; name it"
    )


def test_links_in_a_circle_are_said(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    assert refusal(tmp_path / "one", tmp_path / "items") == (
        f"{tmp_path / 'one'}: cannot be read (Too many levels of symbolic links); "
        "give the path of a catalogue"
    )


def test_a_folder_within_itself_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "again").symlink_to(folder)
    (folder / "a.json").write_text(json.dumps({"item_id": "1", "clothes": {"color": "Black"}}))
    done = run("catalog.ingest", "--catalogue", folder, "--out", tmp_path / "items")
    assert (done.code, done.error) == (0, "")
    assert "1 rows, 1 items kept" in done.printed


def test_a_pipe_or_a_device_is_no_catalogue(tmp_path: Path) -> None:
    pipe = tmp_path / "shop.csv"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        assert refusal(path, tmp_path / "items") == f"{path}: {PIPE}"


def test_a_pipe_among_documents_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    for i in range(30):
        document = {"item_id": f"{i}", "clothes": {"color": "Black"}}
        (folder / f"{i:02}.json").write_text(json.dumps(document))
    os.mkfifo(folder / "zz.json")
    done = run("catalog.ingest", "--catalogue", folder, "--out", tmp_path / "items")
    assert (done.code, done.error) == (0, "")
    assert rejects(tmp_path / "items" / "rejects.jsonl") == [
        {
            "row": 31,
            "item_id": "",
            "field": "row",
            "value": "'zz.json'",
            "reason": "not a file (a pipe, or a link that leads nowhere); remove it",
        }
    ]


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    said = refusal(tmp_path / ("x" * 300), tmp_path / "items")
    assert said.endswith("x: cannot be read (File name too long); give the path of a catalogue")


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,name\n1,a\n", encoding="utf-8")
    path.chmod(0)
    done = run("catalog", "validate", path, may_read_all=False)
    assert (done.code, done.error) == (
        2,
        "catalog validate: shop.csv: cannot be read: Permission denied\n",
    )
