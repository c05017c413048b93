"""`python -m catalog`: what each command prints and writes, and with which code it ends."""

import json
from pathlib import Path

import pytest

from catalog.__main__ import main
from catalog.table import read_items
from tests.catalog.conftest import Shop

ROWS = "id,name,color,price\n" + "".join(
    f"{number},shirt number {number},{('Black', 'White')[number % 2]},{number * 1000}\n"
    for number in range(40)
)


@pytest.fixture
def table(shop: Shop) -> str:
    return str(shop.write("items.csv", ROWS))


def test_inspect_tells_how_a_table_is_read(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", table, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["read_as"] == {"format": "csv", "encoding": "utf-8", "delimiter": ","}
    assert (found["layout"], found["rows"], found["unreadable"]) == ("flat table", 40, 0)
    assert found["columns"]["color"] == {
        "filled": 1.0,
        "distinct": 2,
        "more_than_counted": False,
        "values": {"Black": 20, "White": 20},
    }


def test_inspect_shows_rows_that_cannot_be_read(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shop.write("items.csv", ROWS + "41,one cell too few\n")
    assert main(["inspect", str(path)]) == 0
    told = capsys.readouterr().out
    assert "41 rows, 1 of them unreadable" in told
    assert "row 42: 2 cells where the header has 4" in told
    assert "2 values: Black, White" in told


def test_inspect_knows_items(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    items = [{"item_id": "a", "clothes": {"color": ["Black", "White"]}}, {"item_id": "b"}]
    path = shop.write("items.jsonl", items)
    assert main(["inspect", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["layout"] == "items"
    assert found["columns"]["clothes.color"]["values"] == {"Black": 1, "White": 1}


def test_what_infer_writes_can_be_given_back(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["infer", table, "--out", str(tmp_path / "found")]) == 0
    schema, mapping = (tmp_path / "found" / f"{name}.json" for name in ("schema", "mapping"))
    assert json.loads(schema.read_text())["standard"] == {"color": ["Black", "White"]}
    assert json.loads(mapping.read_text())["item_id"] == "id"
    capsys.readouterr()
    assert main(["infer", table, "--schema", str(schema), "--mapping", str(mapping)]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == json.loads(schema.read_text())


def test_infer_replaces_no_file(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "schema.json").write_text("by hand")
    assert main(["infer", table, "--out", str(tmp_path)]) == 2
    assert "schema.json: is there already" in capsys.readouterr().err
    assert (tmp_path / "schema.json").read_text() == "by hand"


def test_validate_counts_what_makes_no_item(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    path = shop.write("items.csv", ROWS + ",no id,Black,1\n")
    rejects = shop.folder / "rejects.jsonl"
    assert main(["validate", str(path), "--rejects", str(rejects), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["valid"], found["rows"], found["kept"], found["rejected"]) == (True, 41, 40, 1)
    (reject,) = map(json.loads, rejects.read_text().splitlines())
    assert (reject["row"], reject["field"]) == (42, "item_id")


def test_validate_ends_with_1_where_too_much_is_set_aside(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shop.write("items.csv", ROWS + ",no id,Black,1\n")
    assert main(["validate", str(path), "--max-reject-share", "0.01"]) == 1
    told = capsys.readouterr().out
    assert "41 rows, 40 make items, 1 set aside (1.0% allowed)" in told
    assert told.endswith("not valid\n")


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_what_convert_writes_gives_the_same_items(shop: Shop, table: str, name: str) -> None:
    out = shop.folder.parent / name
    assert main(["convert", table, "--out", str(out)]) == 0
    direct = shop.ingest("items.csv", out="direct").items
    assert shop.ingest_address(str(out), out="again").items == direct
    if out.suffix == ".parquet":
        assert list(read_items(out)) == direct
    assert {path.name for path in out.parent.iterdir()} == {"shop", name, "direct", "again"}


def test_convert_writes_nothing_where_too_much_is_set_aside(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shop.write("items.csv", ROWS + ",no id,Black,1\n")
    out = shop.folder.parent / "out.jsonl"
    assert main(["convert", str(path), "--out", str(out), "--max-reject-share", "0"]) == 2
    assert "1 of 41 rows were set aside" in capsys.readouterr().err
    assert not out.exists()
    assert (out.parent / "out.jsonl.rejects.jsonl").exists()


def test_convert_refuses_a_name_that_says_no_format(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", table, "--out", str(tmp_path / "items.csv")]) == 2
    assert "expected a name that ends in .jsonl or .parquet" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["inspect", "infer", "validate"])
def test_a_catalogue_that_is_not_there_ends_with_2(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path / "shop.csv")]) == 2
    assert f"catalog {command}: " in (error := capsys.readouterr().err)
    assert "no such file; give the path of a catalogue" in error
