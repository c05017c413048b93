"""A shop's folder, and the command line of ingest with everything it leaves behind."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from catalog.ingest import main
from catalog.item import Item
from catalog.table import load_items_dir
from tests.catalog.hostile import Hostile


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run of ingest printed and wrote."""

    code: int
    printed: str
    error: str
    out: Path

    @property
    def items(self) -> list[Item]:
        return load_items_dir(self.out).items

    @property
    def summary(self) -> Mapping[str, Any]:
        return load_items_dir(self.out).summary

    @property
    def standard(self) -> Mapping[str, tuple[str, ...]]:
        return load_items_dir(self.out).schema.standard

    @property
    def rejects(self) -> list[dict[str, Any]]:
        """Lines of rejects.jsonl, which lies beside the folder where ingest failed."""
        beside = self.out.with_name(f"{self.out.name}.rejects.jsonl")
        path = self.out / "rejects.jsonl" if self.code == 0 else beside
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Shop:
    """A folder with a catalogue in it; `ingest` reads it from the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.objects = folder.parent / "objects"
        self._capsys = capsys

    def write(self, name: str, content: str | bytes | object) -> Path:
        """Write text, bytes, or anything else as JSON; a list of dicts as JSON Lines."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        elif not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, name: str, *options: str | Path, out: str = "items") -> Outcome:
        """Ingest a file of the folder."""
        return self.ingest_address(str(self.folder / name), *options, out=out)

    def ingest_address(self, address: str, *options: str | Path, out: str = "items") -> Outcome:
        """Ingest whatever an address or a path leads to."""
        target = self.folder.parent / out
        arguments = ["--catalogue", address, "--out", str(target)]
        code = main([*arguments, *map(str, options)])
        printed = self._capsys.readouterr()
        return Outcome(code=code, printed=printed.out, error=printed.err, out=target)

    def ingest_with_pictures(self, name: str, *options: str | Path) -> Outcome:
        """Ingest a file of the folder; pictures go to the folder `objects`."""
        return self.ingest(name, "--objects", self.objects.as_uri(), *options)


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shop(folder, capsys)


@pytest.fixture
def hostile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Hostile:
    return Hostile(tmp_path, capsys)


DrawPicture = Callable[..., bytes]


@pytest.fixture
def draw() -> DrawPicture:
    """Draws a picture of one colour and returns its file."""

    def draw_picture(
        format_name: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (24, 16), **save: Any
    ) -> bytes:
        bands = Image.getmodebands(mode)
        colour = (200, 30, 60, 90)[:bands] if bands > 1 else 1
        out = io.BytesIO()
        Image.new(mode, size, colour).save(out, format_name, **save)
        return out.getvalue()

    return draw_picture
