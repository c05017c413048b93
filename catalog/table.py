"""The items folder: what ingest writes and everything after it reads.

items.parquet   the items, one row each, and a digest of each
schema.json     the fields
encoder.json    the encoder's sizes, fitted to these items
mapping.json    which column was what, where the catalogue was a flat table
rejects.jsonl   rows and pictures that were set aside
merged.jsonl    items that were merged into others, where the mapping file asks for it
summary.json    counts, faults, and `data_digest`
"""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.digest import DIGEST_BYTES, item_digest
from catalog.encoder import EncoderConfig
from catalog.item import Item
from catalog.readers.source import CatalogueError
from catalog.schema import Schema, SchemaError

ITEMS, SCHEMA, ENCODER = "items.parquet", "schema.json", "encoder.json"
MAPPING, REJECTS, SUMMARY = "mapping.json", "rejects.jsonl", "summary.json"

DIGEST = "digest"
"""The column of items.parquet that says whether an item changed (`catalog.digest`)."""

_GROUP_ROWS = 8192
_FIELDS = pa.map_(pa.string(), pa.list_(pa.string()))
ITEM_SCHEMA = pa.schema(
    [
        pa.field("item_id", pa.string(), nullable=False),
        ("clothes", _FIELDS),
        ("reinforced_feature_value", _FIELDS),
        ("image", pa.string()),
        ("variant_group", pa.string()),
        ("metadata", pa.string()),
        pa.field(DIGEST, pa.binary(DIGEST_BYTES), nullable=False),
    ]
)
ITEM_COLUMNS = tuple(name for name in ITEM_SCHEMA.names if name != DIGEST)
"""The columns that `item_of_row` reads."""


@dataclass(frozen=True, kw_only=True)
class ItemsDir:
    """An items folder in memory.

    Attributes:
        items: all items in the catalogue's order.
        schema: the fields.
        encoder_config: the encoder's sizes.
        summary: what ingest said of it; `data_digest` is the SHA-256 of items and schema.
    """

    items: list[Item]
    schema: Schema
    encoder_config: EncoderConfig
    summary: dict[str, Any]


def write_items(path: Path, items: Iterable[Item]) -> None:
    """Write items to a Parquet file, a few thousand at a time; the same items, the same bytes."""
    remaining = iter(items)
    with pq.ParquetWriter(path, ITEM_SCHEMA, compression="zstd") as writer:
        while group := list(islice(remaining, _GROUP_ROWS)):
            rows = [_to_row(item) for item in group]
            writer.write_table(pa.Table.from_pylist(rows, schema=ITEM_SCHEMA))


def write_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write items that are tables already, with the bytes that `write_items` would write."""
    with pq.ParquetWriter(path, ITEM_SCHEMA, compression="zstd") as writer:
        held = pa.table([[]] * len(ITEM_SCHEMA), schema=ITEM_SCHEMA)
        for table in tables:
            held = pa.concat_tables([held, table])
            while held.num_rows >= _GROUP_ROWS:
                writer.write_table(held.slice(0, _GROUP_ROWS).combine_chunks())
                held = held.slice(_GROUP_ROWS)
        if held.num_rows:
            writer.write_table(held.combine_chunks())


def read_items(path: Path) -> Iterator[Item]:
    """The items of a Parquet file that `write_items` wrote, in order; they are not checked again.

    Raises:
        CatalogueError: the file is absent, damaged, or has other columns.
    """
    with opened_items(path) as file:
        for batch in file.iter_batches(batch_size=_GROUP_ROWS, columns=ITEM_COLUMNS):
            yield from map(item_of_row, batch.to_pylist())


@contextmanager
def opened_items(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file that `write_items` wrote, for the length of a block.

    Raises:
        CatalogueError: the file is absent, damaged, or has other columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow)
            yield file
    except (pa.ArrowException, OSError) as error:
        raise CatalogueError(
            f"{path}: cannot be read ({str(error).splitlines()[0]}); run python -m catalog.ingest"
        ) from error


def _check_columns(path: Path, found: pa.Schema) -> None:
    """Refuse other columns; a file from before there were digests lacks that one."""
    if found.equals(ITEM_SCHEMA):
        return
    missing = [name for name in ITEM_SCHEMA.names if name not in found.names]
    raise CatalogueError(
        f"{path}: expected the columns {', '.join(ITEM_SCHEMA.names)} as ingest writes them, got "
        f"{'none named ' + ', '.join(missing) if missing else 'others'}; "
        "run python -m catalog.ingest"
    )


def load_items_dir(folder: Path) -> ItemsDir:
    """Read a whole items folder.

    Raises:
        CatalogueError: a file is missing or is not what ingest writes.
    """
    try:
        schema = Schema.load(folder / SCHEMA)
        encoder_config = EncoderConfig.from_json(_load_json(folder / ENCODER))
    except (SchemaError, TypeError, ValueError) as error:
        raise CatalogueError(
            f"{folder}: no items folder ({error}); run python -m catalog.ingest"
        ) from error
    return ItemsDir(
        items=list(read_items(folder / ITEMS)),
        schema=schema,
        encoder_config=encoder_config,
        summary=_load_json(folder / SUMMARY),
    )


def _load_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path}: cannot be read ({error})") from error
    if not isinstance(document, dict):
        raise CatalogueError(f"{path}: expected a JSON object")
    return document


def _to_row(item: Item) -> dict[str, object]:
    return {
        "item_id": item.item_id,
        "clothes": [(name, list(values)) for name, values in item.clothes.items()],
        "reinforced_feature_value": [(name, list(t)) for name, t in item.reinforced.items()],
        "image": item.image,
        "variant_group": item.variant_group,
        "metadata": json.dumps(item.metadata, ensure_ascii=False, separators=(",", ":")),
        DIGEST: item_digest(item),
    }


def item_of_row(row: dict[str, Any]) -> Item:
    """The item of a row of `ITEM_COLUMNS`, as `to_pylist` gives it."""
    # Names and standard values recur in every item: one copy of each is enough.
    clothes = {sys.intern(name): tuple(map(sys.intern, v)) for name, v in row["clothes"]}
    texts = {sys.intern(name): tuple(v) for name, v in row["reinforced_feature_value"]}
    return Item(
        item_id=row["item_id"],
        clothes=clothes,
        reinforced=texts,
        image=row["image"],
        variant_group=row["variant_group"],
        metadata=json.loads(row["metadata"]),
    )
