"""Items by columns as `items.parquet` holds them, and as the JSON lines that are digested."""

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.columns.item_columns import (
    FieldColumns,
    ItemColumns,
    TextColumn,
    as_lists,
    has_text,
    joined,
    where,
)
from catalog.columns.text_bytes import byte_set, bytes_of, offsets_of, only_of
from catalog.digest import DIGEST_BYTES, json_digest
from catalog.schema import Schema
from catalog.table import DIGEST, ITEM_SCHEMA

# What JSON escapes: control characters, quotes and backslashes.
_UNESCAPED = byte_set(bytes(set(range(32, 256)) - set(b'"\\')))


def items_table(items: ItemColumns, lines: pa.StringArray, schema: Schema) -> pa.Table:
    """Items as `items.parquet` holds them; `lines` is what `json_lines` gives of them."""
    columns = {
        "item_id": items.item_id,
        "clothes": _clothes(items.fields, tuple(schema.standard)),
        "reinforced_feature_value": _reinforced(items.fields),
        "image": items.image,
        "variant_group": items.variant_group,
        "metadata": items.metadata,
        DIGEST: _digests(lines),
    }
    return pa.table([columns[name] for name in ITEM_SCHEMA.names], schema=ITEM_SCHEMA)


def _clothes(fields: FieldColumns, names: Sequence[str]) -> pa.MapArray:
    rows, columns = np.nonzero(fields.value_rows)
    sets = pa.array([list(values) for values in fields.values], pa.list_(pa.string()))
    values = sets.take(pa.array(fields.value_rows[rows, columns]))
    return _map(rows, columns, names, values, len(fields))


def _reinforced(fields: FieldColumns) -> pa.MapArray:
    num_rows = len(fields)
    names = tuple(fields.texts)
    filled = np.stack([has_text(column, num_rows) for column in fields.texts.values()], axis=1)
    rows, columns = np.nonzero(filled)
    lists = pa.concat_arrays([as_lists(column, num_rows) for column in fields.texts.values()])
    values = lists.take(pa.array(columns * num_rows + rows))
    return _map(rows, columns, names, values, num_rows)


def _map(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    names: Sequence[str],
    values: pa.ListArray,
    num_rows: int,
) -> pa.MapArray:
    offsets = np.searchsorted(rows, np.arange(num_rows + 1)).astype(np.int32)
    keys = pa.array(names, pa.string()).take(pa.array(columns))
    return pa.MapArray.from_arrays(pa.array(offsets), keys, values)


def _digests(lines: pa.StringArray) -> pa.Array:
    text = memoryview(bytes_of(lines).tobytes())
    ends = (offsets_of(lines) - offsets_of(lines)[0]).tolist()
    digests = [json_digest(text[begin : end - 1]) for begin, end in pairwise(ends)]
    return pa.array(digests, pa.binary(DIGEST_BYTES))


def json_lines(items: ItemColumns, schema: Schema) -> pa.StringArray:
    """Each item as `json.dumps(item.to_json(), ensure_ascii=False, sort_keys=True)`, with `\\n`."""
    num_rows = len(items)
    parts = {
        "clothes": _object(_clothes_entries(items.fields, schema)),
        "image": _quoted(items.image),
        "item_id": _quoted(items.item_id),
        "metadata": items.sorted_metadata,
        "reinforced_feature_value": _object(_text_entries(items.fields, num_rows)),
        "variant_group": _quoted(items.variant_group),
    }
    # Where a part is null its key is, too, and both are left out.
    keyed = [
        pc.binary_join_element_wise(f'"{key}": ', column, "")
        for key, column in parts.items()
        if column is not None and column.null_count < num_rows
    ]
    return pc.binary_join_element_wise("{", joined(keyed, ", "), "}\n", "")


def _clothes_entries(fields: FieldColumns, schema: Schema) -> list[pa.StringArray]:
    place = {name: s for s, name in enumerate(schema.standard)}
    lists = [json.dumps(values, ensure_ascii=False) for values in fields.values]
    entries = []
    for name in sorted(place):
        key = json.dumps(name, ensure_ascii=False)
        texts = pa.array([None, *(f"{key}: {values}" for values in lists[1:])], pa.string())
        entries.append(texts.take(pa.array(fields.value_rows[:, place[name]])))
    return entries


def _text_entries(fields: FieldColumns, num_rows: int) -> list[pa.StringArray]:
    entries = []
    for name in sorted(fields.texts):
        column = fields.texts[name]
        if len(column.texts):
            begin = json.dumps(name, ensure_ascii=False) + ': ["'
            escaped = TextColumn(rows=column.rows, texts=_escaped(column.texts))
            inner = pc.binary_join(as_lists(escaped, num_rows), '", "')
            entry = pc.binary_join_element_wise(begin, inner, '"]', "")
            entries.append(where(has_text(column, num_rows), entry))
    return entries


def _object(entries: Sequence[pa.StringArray]) -> pa.StringArray | None:
    """Entries as an object, null where there are none."""
    if not entries:
        return None
    inner = joined(entries, ", ")
    whole = pc.binary_join_element_wise("{", inner, "}", "")
    return pc.if_else(pc.equal(inner, ""), pa.scalar(None, pa.string()), whole)


def _quoted(texts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise('"', _escaped(texts), '"', "")


def _escaped(texts: pa.StringArray) -> pa.StringArray:
    """Texts as JSON has them between quotes; nulls stay."""
    odd = np.flatnonzero(~only_of(texts, _UNESCAPED))
    if not len(odd):
        return texts
    escaped = [json.dumps(texts[int(i)].as_py(), ensure_ascii=False)[1:-1] for i in odd]
    mask = np.zeros(len(texts), np.bool_)
    mask[odd] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(escaped, pa.string()))
