"""Ingest by columns is ingest by rows, to the byte."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import tests.catalog.columns.odd_tables as odd
from catalog.schema import Schema
from tests.catalog.columns.both_ways import by_columns, by_rows, photos_of, plan_of

_TABLES = settings(max_examples=12, deadline=None)
_ALIASES = {"colour": {"blue": "Blue", "Navy Blue": "Blue", "옷": "Red", "winter": "Red"}}
_KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "mapping": st.sampled_from((odd.MAPPING, {**odd.MAPPING, "aliases": _ALIASES})),
        "schema": st.just(odd.SCHEMA),
    },
)


def check(path: Path, known: dict[str, Any]) -> None:
    """Take a file both ways, if it can be taken at all."""
    plan = plan_of(path, **known)
    assert by_columns(plan, path.parent) == by_rows(plan, path.parent)


@_TABLES
@given(
    rows=odd.tables(),
    known=_KNOWN,
    delimiter=st.sampled_from(",;|\t"),
    end=st.sampled_from(("\n", "\r\n", "\r")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
    is_packed=st.booleans(),
)
def test_a_csv_file_gives_the_same_items_and_rejects(
    rows: list[dict[str, str]], known: dict[str, Any], is_packed: bool, **written: str
) -> None:
    data = odd.csv_bytes(rows, **written)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        path.write_bytes(gzip.compress(data) if is_packed else data)
        check(path, {"mapping": odd.MAPPING, **known})


@_TABLES
@given(rows=odd.tables(), known=_KNOWN, cells=st.lists(st.sampled_from(odd.OBJECTS), max_size=20))
def test_flat_json_lines_give_the_same_items_and_rejects(
    rows: list[dict[str, str]], known: dict[str, Any], cells: list[object]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.jsonl"
        odd.write_json_lines(path, rows, cells)
        check(path, {"mapping": odd.MAPPING, **known})


@_TABLES
@given(rows=odd.tables(), known=_KNOWN)
def test_a_parquet_file_gives_the_same_items_and_rejects(
    rows: list[dict[str, str]], known: dict[str, Any]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.parquet"
        odd.write_parquet(path, rows)
        check(path, {"mapping": odd.MAPPING, **known})


def styles(num_rows: int) -> str:
    return "id,gender,baseColour,productDisplayName,image\n" + "".join(
        f"{i % 900},{'Men' if i % 3 else 'Women'},Blue,Puma number {i},{_picture(i)}\n"
        for i in range(num_rows)
    )


def _picture(i: int) -> str:
    return ("a.jpg", "none.jpg", "", "broken.jpg")[i % 4]


def test_pictures_and_their_faults_come_in_the_same_order(shop: Any, draw: Any) -> None:
    path = shop.write("styles.csv", styles(1400))
    shop.write("a.jpg", draw("JPEG"))
    shop.write("broken.jpg", b"no picture")
    plan = plan_of(path)
    written = [
        way(plan, shop.folder, photos_of(shop.folder, shop.objects / way.__name__))
        for way in (by_rows, by_columns)
    ]
    assert written[0] == written[1]
    assert written[1].summary["images"] == 225
    assert "no such file beside the catalogue" in written[1].rejects


def test_an_id_that_was_seen_in_an_earlier_batch_is_set_aside(
    tmp_path: Path,
) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text("".join(f'{{"id": "{i % 9000}", "name": "tee {i}"}}\n' for i in range(9001)))
    written = by_columns(plan_of(path), tmp_path)
    assert written.summary["faults"] == {"item_id: second item with this id": 1}
    assert '"reason": "second item with this id; the first is in row 1: ' in written.rejects


def test_items_are_written_in_groups_of_the_same_size(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,name\n" + "".join(f"{i},tee {i}\n" for i in range(20_000)))
    check(path, {})


def test_a_schema_that_knows_other_values_refuses_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,colour\n" + "".join(f"{i},{'rde' if i % 5 else 'red'}\n" for i in range(9)))
    schema = Schema(standard={"colour": ("red",)}, reinforced=())
    written = by_columns(plan_of(path, schema=schema), tmp_path)
    assert written == by_rows(plan_of(path, schema=schema), tmp_path)
    assert "unknown value, did you mean 'red'" in written.rejects
