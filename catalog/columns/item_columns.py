"""Checked items by columns: what `Item` says, for some rows at once.

Shape legend: R rows, S standard fields of the schema, V different sets of values, T texts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.item import Item
from catalog.schema import ANY_FIELD, Schema


@dataclass(frozen=True, kw_only=True)
class TextColumn:
    """The texts of one reinforced field.

    Attributes:
        rows: int64 [T], row of each text, ascending; one row may have several.
        texts: the texts, without nulls.
    """

    rows: NDArray[np.int64]
    texts: pa.StringArray


@dataclass(frozen=True, kw_only=True)
class FieldColumns:
    """What the encoder reads of some items.

    Attributes:
        value_rows: int64 [R, S], row of `values` of each standard field, 0 where it has none.
        values: sets of values, the first one empty; each belongs to one field.
        texts: texts of each reinforced field by name, in the schema's order.
    """

    value_rows: NDArray[np.int64]
    values: Sequence[tuple[str, ...]]
    texts: Mapping[str, TextColumn]

    def __len__(self) -> int:
        return len(self.value_rows)


@dataclass(frozen=True, kw_only=True)
class ItemColumns:
    """Some items.

    Attributes:
        numbers: int64 [R], the row of the catalogue that each comes from.
        item_id: their ids.
        fields: standard and reinforced fields.
        image: as `Item.image`, null where there is none.
        variant_group: as `Item.variant_group`, null where there is none.
        metadata: as compact JSON, in the item's order.
        sorted_metadata: as JSON with sorted keys, as `Item.to_json` is digested; null where empty.
    """

    numbers: NDArray[np.int64]
    item_id: pa.StringArray
    fields: FieldColumns
    image: pa.StringArray
    variant_group: pa.StringArray
    metadata: pa.StringArray
    sorted_metadata: pa.StringArray

    def __len__(self) -> int:
        return len(self.numbers)


TEXT_COLUMNS = ("item_id", "image", "variant_group", "metadata", "sorted_metadata")


def reinforced_names(schema: Schema) -> tuple[str, ...]:
    """Names of all reinforced fields in the order in which an item has them."""
    return (*schema.reinforced, ANY_FIELD)


def columns_of(items: Sequence[tuple[int, Item]], schema: Schema) -> ItemColumns:
    """Numbered items by columns."""
    dumped = [json.dumps(i.metadata, ensure_ascii=False, separators=(",", ":")) for _, i in items]
    ordered = [
        json.dumps(i.metadata, ensure_ascii=False, sort_keys=True) if i.metadata else None
        for _, i in items
    ]
    return ItemColumns(
        numbers=np.array([number for number, _ in items], np.int64),
        item_id=pa.array([item.item_id for _, item in items], pa.string()),
        fields=fields_of([item for _, item in items], schema),
        image=pa.array([item.image for _, item in items], pa.string()),
        variant_group=pa.array([item.variant_group for _, item in items], pa.string()),
        metadata=pa.array(dumped, pa.string()),
        sorted_metadata=pa.array(ordered, pa.string()),
    )


def fields_of(items: Sequence[Item], schema: Schema) -> FieldColumns:
    """The fields of items by columns."""
    place = {name: s for s, name in enumerate(schema.standard)}
    value_rows = np.zeros((len(items), len(place)), np.int64)
    row_of: dict[tuple[int, tuple[str, ...]], int] = {}
    for row_S, item in zip(value_rows, items, strict=True):
        for name, values in item.clothes.items():
            row_S[place[name]] = row_of.setdefault((place[name], values), 1 + len(row_of))
    texts = {name: _texts_of(items, name) for name in reinforced_names(schema)}
    sets = [(), *(values for _, values in row_of)]
    return FieldColumns(value_rows=value_rows, values=sets, texts=texts)


def _texts_of(items: Sequence[Item], name: str) -> TextColumn:
    pairs = [
        (row, text) for row, item in enumerate(items) for text in item.reinforced.get(name, ())
    ]
    rows = np.array([row for row, _ in pairs], np.int64)
    return TextColumn(rows=rows, texts=pa.array([text for _, text in pairs], pa.string()))


def in_row_order(first: ItemColumns, second: ItemColumns) -> ItemColumns:
    """Two sets of items as one, by their numbers."""
    if not len(second):
        return first
    order = np.argsort(np.concatenate([first.numbers, second.numbers]), kind="stable")
    return take(_joined(first, second), order)


def take(items: ItemColumns, rows: NDArray[np.int64]) -> ItemColumns:
    """Some of the items, each at most once, in the given order."""
    fields = items.fields
    new_row = np.full(len(items), -1, np.int64)
    new_row[rows] = np.arange(len(rows))
    return ItemColumns(
        numbers=items.numbers[rows],
        fields=FieldColumns(
            value_rows=fields.value_rows[rows],
            values=fields.values,
            texts={name: _take_texts(texts, new_row) for name, texts in fields.texts.items()},
        ),
        **{name: getattr(items, name).take(pa.array(rows)) for name in TEXT_COLUMNS},
    )


def _take_texts(column: TextColumn, new_row: NDArray[np.int64]) -> TextColumn:
    rows = new_row[column.rows]
    kept = np.flatnonzero(rows >= 0)
    order = kept[np.argsort(rows[kept], kind="stable")]
    return TextColumn(rows=rows[order], texts=column.texts.take(pa.array(order)))


def _joined(first: ItemColumns, second: ItemColumns) -> ItemColumns:
    one, other = first.fields, second.fields
    shifted = np.where(other.value_rows > 0, other.value_rows + len(one.values) - 1, 0)
    texts = {
        name: TextColumn(
            rows=np.concatenate([column.rows, other.texts[name].rows + len(one)]),
            texts=pa.concat_arrays([column.texts, other.texts[name].texts]),
        )
        for name, column in one.texts.items()
    }
    return ItemColumns(
        numbers=np.concatenate([first.numbers, second.numbers]),
        fields=FieldColumns(
            value_rows=np.concatenate([one.value_rows, shifted]),
            values=[*one.values, *other.values[1:]],
            texts=texts,
        ),
        **{
            name: pa.concat_arrays([getattr(first, name), getattr(second, name)])
            for name in TEXT_COLUMNS
        },
    )


def as_lists(column: TextColumn, num_rows: int) -> pa.ListArray:
    """A field's texts as a list for each row, empty where there is none."""
    offsets = np.searchsorted(column.rows, np.arange(num_rows + 1))
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), column.texts)


def has_text(column: TextColumn, num_rows: int) -> NDArray[np.bool_]:
    """Which rows have a text of the field: bool [R]."""
    found = np.zeros(num_rows, np.bool_)
    found[column.rows] = True
    return found


def where(condition: NDArray[np.bool_], texts: pa.StringArray) -> pa.StringArray:
    """The texts where the condition holds, null elsewhere."""
    return pc.if_else(pa.array(condition), texts, pa.scalar(None, pa.string()))


def joined(columns: Sequence[pa.StringArray], sign: str) -> pa.StringArray:
    """The texts of each row that are not null with a sign between them; empty where all are."""
    first, *others = columns
    empty = first.is_null()
    for column in others:
        empty = pc.and_(empty, column.is_null())
    # A row of nulls alone would be left out of the result.
    first = pc.if_else(empty, "", first)
    return pc.binary_join_element_wise(first, *others, sign, null_handling="skip")
