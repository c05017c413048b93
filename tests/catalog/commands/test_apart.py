"""No command writes over what it reads."""

from pathlib import Path

import pytest

from catalog import ingest
from catalog.__main__ import main
from catalog.shards.__main__ import main as shards_main

TABLE = "id,name,colour\n" + "".join(f"{n},tee {n},{('red', 'blue')[n % 2]}\n" for n in range(20))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(TABLE)
    return path


def test_a_catalogue_is_not_written_over(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link = shop.with_name("link.csv")
    link.symlink_to(shop)
    for out in (shop, link):
        plan = ["plan", "--catalogue", str(shop), "--shards", "2", "--out", str(out)]
        assert main(["validate", str(shop), "--rejects", str(out)]) == 2
        assert shards_main(plan) == 2
        told = capsys.readouterr().err
        assert told.count(f"{out}: is what is read; choose another file to write") == 2
        assert shop.read_text() == TABLE


def test_items_are_not_converted_into_their_own_file(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = shop.with_name("items.jsonl")
    assert main(["convert", str(shop), "--out", str(items)]) == 0
    before = items.read_bytes()
    assert main(["convert", str(items), "--out", str(items)]) == 2
    assert "is what is read" in capsys.readouterr().err
    assert items.read_bytes() == before


def test_a_split_is_no_file_of_its_items(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shop.with_name("items")
    assert ingest.main(["--catalogue", str(shop), "--out", str(folder)]) == 0
    before = (folder / "schema.json").read_bytes()
    assert main(["split", str(folder), "--out", str(folder / "schema.json")]) == 2
    assert "is what is read" in capsys.readouterr().err
    assert (folder / "schema.json").read_bytes() == before
