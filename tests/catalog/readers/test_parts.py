"""A table in parts: which files are parts, in which order, and that they read like one file."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.columns.batches import row_batches
from catalog.readers.detect import find_catalogue, open_source
from catalog.readers.parts import find_parts
from catalog.readers.source import CatalogueError
from tests.catalog.conftest import Shop

UUID = "00000000-1111-4222-8333-44444444444"
ROWS = [
    {"sku": f"s-{n}", "colour": ("Red", "Blue")[n % 2], "name": f"셔츠 {n} of cotton"}
    for n in range(60)
]


@pytest.mark.parametrize(
    "names",
    [
        [f"part-{n:05}-{UUID}{n % 2}-c000.snappy.parquet" for n in range(12)],
        [
            "part.0.parquet",
            "part.1.parquet",
            "part.2.parquet",
            *(f"part.{n}.parquet" for n in (3,)),
        ],
        [f"export-{n:012}.jsonl.gz" for n in range(3)],
        [f"data_0_{n}_0.csv.gz" for n in range(11)],
        ["shop_01.csv", "shop_02.csv"],
        ["shop-part1.csv", "shop-part2.csv", "shop-part3.csv"],
    ],
)
def test_files_that_are_counted_are_parts_in_the_order_of_their_numbers(names: list[str]) -> None:
    paths = [Path(name) for name in names]
    assert find_parts(sorted(paths, reverse=True)) == paths


@pytest.mark.parametrize(
    "names",
    [
        ["shop.csv"],
        ["articles.csv", "customers.csv", "transactions_train.csv"],
        ["shop-v1.csv", "shop-v2.csv"],
        ["shop-2024.csv", "shop-2025.csv"],
        ["shop-20240101.csv", "shop-20240102.csv"],
        ["part-0.parquet", "part-2.parquet"],
        ["part-0.parquet", "part-1.csv"],
        ["part-0-1.parquet", "part-1-2.parquet"],
        ["part-1.csv", "part-01.csv"],
    ],
)
def test_other_files_are_none(names: list[str]) -> None:
    assert find_parts([Path(name) for name in names]) == []


def write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["sku,colour,name", *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_parts(folder: Path, kind: str) -> None:
    folder.mkdir(parents=True)
    for number, start in enumerate(range(0, len(ROWS), 25)):
        some, path = ROWS[start : start + 25], folder / f"part-{number:05}.{kind}"
        if kind == "parquet":
            pq.write_table(pa.Table.from_pylist(some), path)
        elif kind == "csv":
            write_csv(path, some)
        else:
            path.write_text("\n".join(json.dumps(row) for row in some), encoding="utf-8")
    (folder / "_SUCCESS").touch()
    (folder / f".part-00000.{kind}").write_text("a checksum")


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl", "ndjson"])
def test_parts_make_the_items_of_the_whole(shop: Shop, kind: str) -> None:
    write_csv(shop.folder / "whole.csv", ROWS)
    write_parts(shop.folder / "parts", kind)
    whole = shop.ingest("whole.csv", out="whole")
    parts = shop.ingest("parts", out="out")
    assert parts.items == whole.items
    assert (parts.out / "schema.json").read_text() == (whole.out / "schema.json").read_text()
    assert parts.summary["read_as"]["parts"] == "3"


def test_rows_are_numbered_on_and_read_alike_by_rows_and_by_columns(tmp_path: Path) -> None:
    write_parts(tmp_path / "parts", "csv")
    with (tmp_path / "parts" / "part-00001.csv").open("a") as file:
        file.write("too,few\n\n")
    source = open_source(find_catalogue(tmp_path / "parts"))
    rows = list(source.rows())
    assert [row.number for row in rows][24:27] == [26, 28, 29]
    assert [row.number for row in rows if row.fault] == [53]
    assert [row.number for row in rows][-1] == 53 + 11
    batches = list(row_batches(source))
    numbers = [number for batch in batches for number in batch.numbers.tolist()]
    assert numbers == [row.number for row in rows if not row.fault]
    assert [row for batch in batches for row in batch.faults] == [row for row in rows if row.fault]


def test_empty_parts_are_passed_over(tmp_path: Path) -> None:
    write_parts(tmp_path / "parts", "csv")
    (tmp_path / "parts" / "part-00003.csv").touch()
    assert len(list(open_source(tmp_path / "parts").rows())) == len(ROWS)
    for path in (tmp_path / "parts").glob("part*"):
        path.write_text("")
    with pytest.raises(CatalogueError, match="the catalogue is empty, as all its parts are"):
        open_source(tmp_path / "parts")


def test_a_part_with_other_columns_is_refused_by_name(tmp_path: Path) -> None:
    write_parts(tmp_path / "parts", "csv")
    path = tmp_path / "parts" / "part-00001.csv"
    path.write_text(path.read_text().replace("colour", "color", 1))
    with pytest.raises(CatalogueError) as caught:
        open_source(tmp_path / "parts")
    assert str(caught.value) == (
        "part-00001.csv: expected the columns of part-00000.csv, only one of them has 'color'; "
        "export all parts with the same columns and a header"
    )


def test_parts_of_two_formats_are_refused(tmp_path: Path) -> None:
    write_parts(tmp_path / "parts", "csv")
    (tmp_path / "parts" / "part-00001.csv").write_text('{"sku": "a", "colour": "Red"}\n')
    with pytest.raises(CatalogueError, match="expected parts of one format, got csv and jsonl;"):
        open_source(tmp_path / "parts")


def test_numbered_annotations_are_no_parts_of_a_table(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"item-part-{number}.json").write_text(json.dumps({"item_id": str(number)}))
    source = open_source(find_catalogue(tmp_path))
    assert source.facts() == {"format": "json folder", "files": "3"}
