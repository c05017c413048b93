"""Items as rows of the table `items`, in both directions, and the statements that write them.

The API and the bulk load share the statements: one passes arrays, the other a temporary table.
"""

import json
from collections.abc import Sequence

from psycopg import sql

from catalog.item import Item
from serving.protocols import Vector
from serving.words import item_words, tsvector_text

COLUMNS = sql.SQL("i.item_id, i.clothes, i.reinforced, i.metadata, i.image, i.variant_group")
"""What `item_of` reads, from `items i`."""

NUM_COLUMNS = 6

CONTENT = ("item_id", "clothes", "reinforced", "metadata", "image", "variant_group", "search_text")
"""What `values_of` writes, all as text."""

_UPSERT = sql.SQL(
    # In the order of ids, so that two writers that meet wait instead of deadlocking.
    "INSERT INTO items (item_id, clothes, reinforced, metadata, image, variant_group, search_text)"
    " SELECT item_id, clothes::jsonb, reinforced::jsonb, metadata::jsonb, image, variant_group,"
    ' search_text::tsvector FROM {source} ORDER BY item_id COLLATE "C"'
    " ON CONFLICT (item_id) DO UPDATE SET revision = nextval('item_revisions'),"
    " clothes = EXCLUDED.clothes, reinforced = EXCLUDED.reinforced, metadata = EXCLUDED.metadata,"
    " image = EXCLUDED.image, variant_group = EXCLUDED.variant_group,"
    " search_text = EXCLUDED.search_text, updated_at = now()"
    # An unchanged item keeps its revision, and with it its vectors. Its row is locked all the same.
    " WHERE (items.clothes, items.reinforced, items.metadata, items.image, items.variant_group,"
    " items.search_text) IS DISTINCT FROM (EXCLUDED.clothes, EXCLUDED.reinforced,"
    " EXCLUDED.metadata, EXCLUDED.image, EXCLUDED.variant_group, EXCLUDED.search_text)"
)

_ARRAYS = sql.SQL("unnest({arrays}) AS incoming ({names})").format(
    arrays=sql.SQL(", ").join([sql.SQL("%s::text[]")] * len(CONTENT)),
    names=sql.SQL(", ").join(map(sql.Identifier, CONTENT)),
)

UPSERT_ARRAYS = _UPSERT.format(source=_ARRAYS)
"""Takes one array of texts for each of `CONTENT`; its row count is that of changed items."""

UPSERT_INCOMING = _UPSERT.format(source=sql.Identifier("incoming_items"))
"""Reads the temporary table `incoming_items`, whose columns are `CONTENT`, all text."""


def item_of(row: Sequence[object]) -> Item:
    """The item of a row of `COLUMNS`."""
    item_id, clothes, reinforced, metadata, image, variant_group = row
    assert isinstance(clothes, dict)
    assert isinstance(reinforced, dict)
    assert isinstance(metadata, dict)
    return Item(
        item_id=str(item_id),
        clothes={field: tuple(values) for field, values in clothes.items()},
        reinforced={field: tuple(texts) for field, texts in reinforced.items()},
        image=None if image is None else str(image),
        variant_group=None if variant_group is None else str(variant_group),
        metadata=metadata,
    )


def values_of(item: Item) -> tuple[str | None, ...]:
    """The values of `CONTENT` for an item."""
    return (
        item.item_id,
        _json({field: values for field, values in item.clothes.items() if values}),
        _json({field: texts for field, texts in item.reinforced.items() if texts}),
        _json(item.metadata),
        item.image,
        item.variant_group,
        tsvector_text(item_words(item)),
    )


def vector_text(vector: Vector) -> str:
    """A vector as pgvector reads it."""
    return json.dumps(vector.tolist())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
