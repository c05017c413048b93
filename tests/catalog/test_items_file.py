"""Of an items file only the rows that are asked for become items."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.digest import item_digest
from catalog.item import Item
from catalog.items_file import ItemsFile
from catalog.readers.source import CatalogueError
from catalog.table import write_items

ITEMS = [
    Item(
        item_id=f"sku-{number}",
        clothes={"color": ("White", "Blue")[: number % 3]} if number % 3 else {},
        reinforced={"name": (f"셔츠 {number}",)},
        metadata={"price": number},
    )
    for number in range(20_000)
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("items") / "items.parquet"
    write_items(found, ITEMS)
    return found


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [0],
        [19_999],
        [5, 6, 7, 8_191, 8_192, 16_383, 19_998],
        list(range(0, 20_000, 97)),
        list(range(3_000, 13_000)),
    ],
)
def test_the_rows_that_are_asked_for_come_with_their_digests(path: Path, rows: list[int]) -> None:
    expected = [(ITEMS[row], item_digest(ITEMS[row])) for row in rows]
    assert list(ItemsFile(path).items(rows)) == expected


def test_digests_are_those_of_the_items_in_order(path: Path) -> None:
    table = pa.Table.from_batches(ItemsFile(path).digests())
    assert table.column("item_id").to_pylist() == [item.item_id for item in ITEMS]
    assert table.column("digest").to_pylist() == [item_digest(item) for item in ITEMS]


def test_a_digest_says_whether_an_item_changed() -> None:
    item = Item(item_id="a", clothes={"color": ("White",)}, metadata={"b": 1, "a": 2})
    reordered = Item(item_id="a", clothes={"color": ("White",)}, metadata={"a": 2, "b": 1})
    cheaper = Item(item_id="a", clothes={"color": ("White",)}, metadata={"a": 1, "b": 1})
    assert item_digest(item) == item_digest(reordered) != item_digest(cheaper)
    assert item_digest(item).hex() == "c5c8ee6f0ca20449bce1852921218bbe"


def test_a_file_from_before_there_were_digests_is_refused_with_the_remedy(
    path: Path, tmp_path: Path
) -> None:
    old = tmp_path / "items.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["digest"]), old)
    said = r"items\.parquet: expected .*digest.*got none named digest; run python -m catalog.ingest"
    with pytest.raises(CatalogueError, match=said):
        next(ItemsFile(old).digests())
    with pytest.raises(CatalogueError, match=said):
        next(ItemsFile(old).items([0]))
