"""One odd catalogue through every command that reads it."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.__main__ import main
from catalog.item import Item
from catalog.table import read_items
from tests.catalog.command_line import rejects, run

PLAIN = "id,name,color\n" + "".join(f"{i},shirt number {i},Black\n" for i in range(40))
NATIVE = "".join(
    json.dumps({"item_id": f"{i}", "clothes": {"color": "Black"}, "metadata": {"price": i}}) + "\n"
    for i in range(40)
)
FLAT = "".join(
    json.dumps({"id": f"{i}", "name": f"shirt {i}", "color": "Black", "price": i}) + "\n"
    for i in range(40)
)
DEEP = "[" * 500 + "]" * 500


class Hostile:
    """One catalogue, and every command that reads it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def kept(self, path: Path, num_kept: int) -> tuple[list[dict[str, Any]], dict[str, Item]]:
        """Ingest it: what was set aside, and the items by id; every command agrees."""
        out, native = self.folder / "items", self.folder / "native.jsonl"
        found = self.folder / "found.jsonl"
        share = ("--max-reject-share", "0.3")
        done = run("catalog.ingest", "--catalogue", path, "--out", out, *share)
        assert (done.code, done.error) == (0, "")
        items = {item.item_id: item for item in read_items(out / "items.parquet")}
        assert len(items) == num_kept
        aside = rejects(out / "rejects.jsonl")
        assert self._command("validate", path, "--rejects", found, *share) == ""
        assert rejects(found) == aside
        assert self._command("convert", path, "--out", native, *share) == ""
        assert len(rejects(native)) == num_kept
        assert self._command("report", path, "--out", self.folder / "report") == ""
        return aside, items

    def refused(self, path: Path) -> str:
        """The one line by which every command refuses it."""
        done = run("catalog.ingest", "--catalogue", path, "--out", self.folder / "items")
        assert done.code == 2
        assert done.error.count("\n") == 1
        line = done.error.removeprefix("catalog.ingest: ")
        out, native = self.folder / "report", self.folder / "native.jsonl"
        assert self._command("validate", path, code=2) == f"catalog validate: {line}"
        assert self._command("convert", path, "--out", native, code=2) == f"catalog convert: {line}"
        assert self._command("report", path, "--out", out, code=2) == f"catalog report: {line}"
        assert {entry.name for entry in self.folder.iterdir()} == {path.name}
        return line.strip()

    def _command(self, *arguments: str | Path, code: int = 0) -> str:
        """Run a command of `python -m catalog`; what it printed as its error."""
        assert main([*map(str, arguments)]) == code
        return self._capsys.readouterr().err
