"""Counts, digests and sets aside while a flat catalogue passes, batch by batch.

What comes out is to the byte what `catalog.tally` makes of the rows one by one.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pyarrow as pa

from catalog.ahead import ahead
from catalog.columns.batches import row_batches
from catalog.columns.encode import ColumnEncoder
from catalog.columns.flat_columns import FlatColumns
from catalog.columns.item_columns import FieldColumns, ItemColumns, columns_of, in_row_order, take
from catalog.columns.items_table import items_table, json_lines
from catalog.columns.row_batch import RowBatch
from catalog.columns.text_bytes import bytes_of
from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.flat import FlatTable
from catalog.item import Item
from catalog.photos import Photos, Pictured
from catalog.plan import Plan
from catalog.readers.source import Row
from catalog.rejects import Reject, Rejects
from catalog.schema import Schema
from catalog.tally import Tally, check_row, second_with_id


@dataclass(frozen=True, kw_only=True)
class _Noted:
    """What is to be noted of a row; `is_row`: the row makes no item."""

    reject: Reject
    is_row: bool


@dataclass(frozen=True, kw_only=True)
class _Valid:
    """The items of a batch, and what is to be noted of its rows, in their order."""

    items: ItemColumns
    noted: deque[_Noted]


class ColumnTally(Tally):
    """A tally of a flat table."""

    def __init__(self, schema: Schema, rejects: Rejects) -> None:
        """Items of `schema`; what is set aside goes to `rejects`."""
        super().__init__(schema, rejects)
        self._first_row: dict[str, int] = {}
        self._words = ColumnEncoder(ItemEncoder(schema, EncoderConfig()))

    def tables(self, plan: Plan, flat: FlatTable, photos: Photos | None) -> Iterator[pa.Table]:
        """The items of a catalogue as `items.parquet` holds them; what makes none is set aside.

        Args:
            plan: how the catalogue is read.
            flat: the plan's flat table.
            photos: where pictures go; without it items have none.
        """
        for items, lines in self.checked(plan, flat, photos):
            yield items_table(items, lines, plan.schema)

    def checked(
        self, plan: Plan, flat: FlatTable, photos: Photos | None
    ) -> Iterator[tuple[ItemColumns, pa.StringArray]]:
        """The items of a catalogue and their JSON, counted and digested; the rest is set aside."""
        valid = self._batches(plan, flat)
        for items in self._pictured(valid, photos) if photos else _bare(self._noted(valid)):
            lines = json_lines(items, self._schema)
            self._count(items, lines)
            yield items, lines

    def valid_columns(self, plan: Plan, flat: FlatTable) -> Iterator[ItemColumns]:
        """The rows that make an item; the others are set aside. As `Tally.valid_items`."""
        return self._noted(self._batches(plan, flat))

    def _batches(self, plan: Plan, flat: FlatTable) -> Iterator[_Valid]:
        columns = FlatColumns(flat)
        return ahead(self._valid(batch, columns, plan) for batch in row_batches(plan.source))

    def _valid(self, batch: RowBatch, columns: FlatColumns, plan: Plan) -> _Valid:
        self.num_rows += len(batch) + len(batch.faults)
        noted: list[_Noted] = []
        items, troubled = columns.check(batch) if len(batch) else (columns_of([], plan.schema), ())
        rows = [
            Row(number=int(batch.numbers[place]), values=batch.values(place)) for place in troubled
        ]
        found: list[tuple[int, Item]] = []
        for row in (*rows, *batch.faults):
            item, rejects = check_row(row, plan)
            noted += [_Noted(reject=reject, is_row=item is None) for reject in rejects]
            if item:
                found.append((row.number, item))
        if found:
            items = in_row_order(items, columns_of(found, plan.schema))
        items = self._with_own_ids(items, noted)
        noted.sort(key=lambda one: one.reject.row)
        return _Valid(items=items, noted=deque(noted))

    def _with_own_ids(self, items: ItemColumns, noted: list[_Noted]) -> ItemColumns:
        """The items whose ids none before them had."""
        ids, numbers = items.item_id.to_pylist(), items.numbers.tolist()
        first = list(map(self._first_row.setdefault, ids, numbers))
        second = np.flatnonzero(np.array(first, np.int64) != items.numbers)
        for place in second.tolist():
            reject = second_with_id(numbers[place], ids[place], first[place])
            noted.append(_Noted(reject=reject, is_row=True))
        return take(items, np.delete(np.arange(len(items)), second)) if len(second) else items

    def _note(self, noted: deque[_Noted], up_to: int | None = None) -> None:
        while noted and (up_to is None or noted[0].reject.row <= up_to):
            one = noted.popleft()
            (self._rejects.set_aside if one.is_row else self._rejects.note)(one.reject)

    def _noted(self, batches: Iterable[_Valid]) -> Iterator[ItemColumns]:
        for batch in batches:
            self._note(batch.noted)
            if len(batch.items):
                yield batch.items

    def _pictured(self, batches: Iterable[_Valid], photos: Photos) -> Iterator[ItemColumns]:
        waiting: deque[ItemColumns] = deque()
        pictured = photos.store_all(self._numbered(batches, waiting))
        while first := next(pictured, None):
            items = waiting.popleft()
            images = [self._key(first), *map(self._key, islice(pictured, len(items) - 1))]
            yield replace(items, image=pa.array(images, pa.string()))

    def _numbered(
        self, batches: Iterable[_Valid], waiting: deque[ItemColumns]
    ) -> Iterator[tuple[int, Item]]:
        """Row, id and picture of each item; of its batch the rest goes to `waiting`."""
        for batch in batches:
            items = batch.items
            if len(items):
                waiting.append(items)
            texts = zip(items.item_id.to_pylist(), items.image.to_pylist(), strict=True)
            for number, (item_id, image) in zip(items.numbers.tolist(), texts, strict=True):
                self._note(batch.noted, number)
                yield number, Item(item_id=item_id, image=image)
            self._note(batch.noted)

    def _key(self, one: Pictured) -> str | None:
        self.note_picture(one)
        return one.item.image

    def _count(self, items: ItemColumns, lines: pa.StringArray) -> None:
        self.num_kept += len(items)
        self.num_images += len(items) - items.image.null_count
        counts = np.bincount(self._words.words(items.fields).counts)
        num_words = {words: int(count) for words, count in enumerate(counts) if count}
        self.fit.add_counts(num_words, _most_values(items.fields))
        self._digest.update(bytes_of(lines).tobytes())


def _bare(batches: Iterable[ItemColumns]) -> Iterator[ItemColumns]:
    """Items without pictures: a path beside the catalogue would be no key."""
    for items in batches:
        yield replace(items, image=pa.nulls(len(items), pa.string()))


def _most_values(fields: FieldColumns) -> int:
    used = np.unique(fields.value_rows).tolist()
    return max((len(fields.values[row]) for row in used), default=0)
