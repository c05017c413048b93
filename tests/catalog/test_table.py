"""The items folder is read back as it was written, or refused."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.encoder import EncoderConfig
from catalog.item import Item
from catalog.readers.source import CatalogueError
from catalog.schema import Schema
from catalog.table import load_items_dir, read_items, write_items

ITEMS = [
    Item(
        item_id="sku-1",
        clothes={"color": ("White", "Blue"), "season": ("summer",)},
        reinforced={"category": ("옥스퍼드 셔츠",), "*": ("a", "b")},
        image="images/0.jpg",
        variant_group="oxford",
        metadata={"가격": 39000, "in_stock": True, "sizes": ["S", {"chest": 1.5}]},
    ),
    Item(item_id="sku-2"),
]


def test_items_are_read_back_as_they_were(tmp_path: Path) -> None:
    write_items(tmp_path / "items.parquet", iter(ITEMS * 10))
    assert list(read_items(tmp_path / "items.parquet")) == ITEMS * 10


def test_the_same_items_give_the_same_bytes(tmp_path: Path) -> None:
    write_items(tmp_path / "a", ITEMS)
    write_items(tmp_path / "b", ITEMS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_more_items_than_one_group_are_kept_in_order(tmp_path: Path) -> None:
    items = [Item(item_id=str(i)) for i in range(20_000)]
    write_items(tmp_path / "items.parquet", items)
    assert pq.ParquetFile(tmp_path / "items.parquet").num_row_groups == 3
    assert list(read_items(tmp_path / "items.parquet")) == items


@pytest.fixture
def items_dir(tmp_path: Path) -> Path:
    write_items(tmp_path / "items.parquet", ITEMS)
    schema = {"standard": {"color": ["White", "Blue"]}, "reinforced": []}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    (tmp_path / "encoder.json").write_text('{"max_values": 9}')
    (tmp_path / "summary.json").write_text('{"data_digest": "d"}')
    return tmp_path


def test_a_whole_folder_is_loaded(items_dir: Path) -> None:
    loaded = load_items_dir(items_dir)
    assert loaded.items == ITEMS
    assert loaded.schema == Schema(standard={"color": ("White", "Blue")}, reinforced=())
    assert loaded.encoder_config == EncoderConfig(max_values=9)
    assert loaded.summary == {"data_digest": "d"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("items.parquet", None, r"items\.parquet: cannot be read .*; run python -m catalog.ingest"),
        ("items.parquet", "PAR1", r"items\.parquet: cannot be read"),
        ("schema.json", None, r"no items folder \(schema file .*schema\.json cannot be read"),
        ("schema.json", "[]", "no items folder .*a schema is a JSON object"),
        ("encoder.json", '{"size": 1}', "no items folder .*unexpected keyword argument 'size'"),
        ("encoder.json", '{"max_words": 0}', "no items folder .*max_words is a whole number"),
        ("summary.json", None, r"summary\.json: cannot be read"),
        ("summary.json", "[]", r"summary\.json: expected a JSON object"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused(
    items_dir: Path, name: str, content: str | None, message: str
) -> None:
    (items_dir / name).unlink()
    if content is not None:
        (items_dir / name).write_text(content)
    with pytest.raises(CatalogueError, match=message):
        load_items_dir(items_dir)


def test_another_parquet_file_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1]}), tmp_path / "other.parquet")
    with pytest.raises(
        CatalogueError,
        match=r"expected the columns item_id, clothes, .*got none named item_id, clo",
    ):
        list(read_items(tmp_path / "other.parquet"))
