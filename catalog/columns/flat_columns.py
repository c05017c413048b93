"""From the columns of a flat table to checked items by columns."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.columns.field_texts import one_text, texts_of_field, with_zeros
from catalog.columns.item_columns import (
    FieldColumns,
    ItemColumns,
    TextColumn,
    joined,
    reinforced_names,
    take,
)
from catalog.columns.parts import Part, PartRows
from catalog.columns.row_batch import RowBatch
from catalog.flat import FlatTable
from catalog.item import MAX_ID_CHARS, MAX_METADATA_CHARS, MAX_TEXT_CHARS, Item

Values = tuple[str, ...]


class Entry(NamedTuple):
    """One entry of metadata as JSON, compact and as it is digested; empty where there is none."""

    compact: str
    ordered: str


class Checked(NamedTuple):
    """A batch after its check.

    Attributes:
        items: the rows with nothing the matter.
        troubled: int64, places in the batch of the rows that have to be looked at one by one.
    """

    items: ItemColumns
    troubled: NDArray[np.int64]


class FlatColumns:
    """Checks batches of a flat table; remembers what cells say."""

    def __init__(self, flat: FlatTable) -> None:
        """`flat` says what rows mean."""
        mapping = flat.mapping
        self._flat = flat
        self._standard = {
            name: Part[Values](flat, columns, partial(_values, name), standard={name: columns})
            for name, columns in mapping.standard.items()
        }
        self._metadata = {
            name: Part[Entry](flat, columns, partial(_entry, name), metadata={name: columns})
            for name, columns in mapping.metadata.items()
        }
        self._single = {
            name: Part[str](flat, [column], partial(_single, name), **{name: column})
            for name in ("item_id", "image", "variant_group")
            if (column := getattr(mapping, name))
        }

        parts = (mapping.standard, mapping.metadata)
        named = [c for part in parts for columns in part.values() for c in columns]
        self._columns = list(dict.fromkeys(named))

    def check(self, batch: RowBatch) -> Checked:
        """The rows with nothing the matter, and which the others are."""
        troubled = np.zeros(len(batch), np.bool_)
        cells = batch.distinct(self._columns)
        standard = {name: part.rows(cells) for name, part in self._standard.items()}
        entries = {name: part.rows(cells) for name, part in self._metadata.items()}
        troubled |= _any_troubled(standard, len(batch)) | _any_troubled(entries, len(batch))
        single = {name: self._single_text(name, batch, troubled) for name in self._single}
        troubled |= _is_empty(single["item_id"])
        metadata, ordered = _metadata(entries, troubled)
        nothing = pa.nulls(len(batch), pa.string())
        items = ItemColumns(
            numbers=batch.numbers,
            item_id=single["item_id"],
            fields=self._fields(batch, standard, troubled),
            image=_none_if_empty(single["image"]) if "image" in single else nothing,
            variant_group=(
                _none_if_empty(single["variant_group"]) if "variant_group" in single else nothing
            ),
            metadata=metadata,
            sorted_metadata=ordered,
        )
        wrong = np.flatnonzero(troubled)
        return Checked(take(items, np.flatnonzero(~troubled)) if len(wrong) else items, wrong)

    def _single_text(
        self, name: str, batch: RowBatch, troubled: NDArray[np.bool_]
    ) -> pa.StringArray:
        part = self._single[name]
        is_numeric = self._flat.profiles[part.columns[0]].is_numeric
        max_chars = MAX_TEXT_CHARS if name == "image" else MAX_ID_CHARS
        texts, wrong = one_text(batch, part, max_chars=max_chars, is_numeric=is_numeric)
        troubled |= wrong
        digits = self._flat.mapping.digits.get(part.columns[0])
        return with_zeros(texts, digits) if digits else texts

    def _fields(
        self,
        batch: RowBatch,
        standard: Mapping[str, PartRows[Values]],
        troubled: NDArray[np.bool_],
    ) -> FieldColumns:
        schema = self._flat.schema
        value_rows = np.zeros((len(batch), len(schema.standard)), np.int64)
        values: list[Values] = [()]
        for s, name in enumerate(schema.standard):
            if name in standard:
                value_rows[:, s] = _numbered(standard[name], values)
        texts: dict[str, TextColumn] = {}
        for name in reinforced_names(schema):
            columns = self._flat.mapping.reinforced.get(name)
            texts[name] = _NO_TEXT
            if columns:
                texts[name], wrong = texts_of_field(batch, columns)
                troubled |= wrong
        return FieldColumns(value_rows=value_rows, values=values, texts=texts)


_NO_TEXT = TextColumn(rows=np.zeros(0, np.int64), texts=pa.array([], pa.string()))


def _any_troubled(parts: Mapping[str, PartRows[Any]], num_rows: int) -> NDArray[np.bool_]:
    troubled = np.zeros(num_rows, np.bool_)
    for rows in parts.values():
        troubled |= rows.troubled
    return troubled


def _numbered(rows: PartRows[Values], values: list[Values]) -> NDArray[np.int64]:
    """The row in `values` of each row's set of values; different cells may say the same."""
    row_of: dict[Values, int] = {(): 0}
    numbers = np.zeros(len(rows.told), np.int64)
    for code, told in enumerate(rows.told):
        known = row_of.setdefault(told or (), len(values))
        if known == len(values):
            values.append(told or ())
        numbers[code] = known
    return numbers[rows.codes]


def _metadata(
    entries: Mapping[str, PartRows[Entry]], troubled: NDArray[np.bool_]
) -> tuple[pa.StringArray, pa.StringArray]:
    """All entries of each row as compact JSON, and as it is digested, null where there is none."""
    num_rows = len(troubled)
    compact = [_column(rows, "compact") for rows in entries.values()]
    ordered = [_column(entries[name], "ordered") for name in sorted(entries)]
    together = _as_object(compact, ",", num_rows)
    in_order = _as_object(ordered, ", ", num_rows)
    # The limit is of characters, with a space after each sign, as in the digested form.
    troubled |= pc.utf8_length(in_order).to_numpy(zero_copy_only=False) > MAX_METADATA_CHARS
    empty = pc.equal(together, "{}")
    return together, pc.if_else(empty, pa.scalar(None, pa.string()), in_order)


def _column(rows: PartRows[Entry], form: str) -> pa.StringArray:
    told = [getattr(entry, form) or None if entry else None for entry in rows.told]
    return pa.array(told, pa.string()).take(pa.array(rows.codes))


def _as_object(columns: list[pa.StringArray], sign: str, num_rows: int) -> pa.StringArray:
    if not columns:
        return pa.array(["{}"] * num_rows, pa.string())
    return pc.binary_join_element_wise("{", joined(columns, sign), "}", "")


def _is_empty(texts: pa.StringArray) -> NDArray[np.bool_]:
    empty: NDArray[np.bool_] = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    return empty


def _none_if_empty(texts: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _values(name: str, item: Item) -> Values:
    return item.clothes.get(name, ())


def _single(name: str, item: Item) -> str:
    return getattr(item, name) or ""


def _entry(name: str, item: Item) -> Entry:
    if name not in item.metadata:
        return Entry("", "")
    value, key = item.metadata[name], json.dumps(name, ensure_ascii=False)
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    ordered = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Entry(f"{key}:{compact}", f"{key}: {ordered}")
