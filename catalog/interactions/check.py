"""Interactions that name a user, a time, and an item of the catalogue; the rest is set aside.

Rows stay in Arrow's columns throughout: H&M's `transactions_train.csv` has 31 million of them. Ids
are text, so that leading zeros stay.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.columns.field_texts import with_zeros
from catalog.item import shorten

MAX_EXAMPLES = 1000
"""Rows that were set aside and are written down; all are counted."""

SCHEMA = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("item_id", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("s"), nullable=False),
        ("price", pa.float64()),
        ("channel", pa.string()),
    ]
)

_TIMES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%d")
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True, kw_only=True)
class InteractionColumns:
    """Which column is what; those of H&M's `transactions_train.csv` unless told otherwise."""

    user: str = "customer_id"
    item: str = "article_id"
    time: str = "t_dat"
    price: str | None = "price"
    channel: str | None = "sales_channel_id"

    def named(self) -> list[str]:
        """The columns that are read."""
        given = (self.user, self.item, self.time, self.price, self.channel)
        return list(dict.fromkeys(name for name in given if name))


@dataclass(frozen=True, kw_only=True)
class _Fault:
    """A column's cells that are not what they should be."""

    field: str
    is_bad: pa.Array
    cells: pa.Array
    reason: str


class Checked:
    """Checks batches and keeps count."""

    def __init__(
        self,
        columns: InteractionColumns,
        known_items: pa.Array,
        merged: Mapping[str, str] | None = None,
        digits: int | None = None,
    ) -> None:
        """
        Args:
            columns: which column is what.
            known_items: ids of the catalogue's items, text.
            merged: ids that stand for another item of the catalogue, and its id.
            digits: how many an item's id has that is a number; None where they differ.
        """
        self.num_rows = self.num_kept = 0
        self.faults: Counter[str] = Counter()
        self.examples: list[dict[str, object]] = []
        self.first_time: datetime | None = None
        self.last_time: datetime | None = None
        self.columns = columns
        self._known_items = known_items
        self._digits = digits
        self._merged = pa.array((merged or {}).keys(), pa.string())
        self._into = pa.array((merged or {}).values(), pa.string())

    def kept(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The interactions of a batch, with the columns of `SCHEMA`."""
        user, item, when, price, channel = self._texts(batch)
        if self._digits:
            item = with_zeros(item, self._digits)
        if len(self._merged):
            item = pc.coalesce(self._into.take(pc.index_in(item, value_set=self._merged)), item)
        time, number = _times(when), _numbers(price)
        is_good = pa.repeat(True, batch.num_rows)
        for fault in self._faults(user, item, (when, time), (price, number)):
            is_first = pc.and_(is_good, fault.is_bad)
            self._note(fault, is_first)
            is_good = pc.and_not(is_good, is_first)
        self.num_rows += batch.num_rows
        found = pa.record_batch([user, item, time, number, channel], names=SCHEMA.names)
        kept = found.filter(is_good)
        self.num_kept += kept.num_rows
        self._widen(kept.column("time"))
        return pa.record_batch(kept.columns, schema=SCHEMA)

    def malformed(self, num_cells: int, num_expected: int, text: str | None) -> None:
        """Count a row that has too many cells or too few."""
        self.num_rows += 1
        reason = f"expected {num_expected} cells as in the header, got {num_cells}"
        self.faults["row: another number of cells than in the header"] += 1
        self._example(self.num_rows, "row", text, reason)

    def summary(self) -> dict[str, object]:
        """Counts and the span of time."""
        span = (time.isoformat() if time else None for time in (self.first_time, self.last_time))
        return {
            "rows": self.num_rows,
            "kept": self.num_kept,
            "set_aside": self.num_rows - self.num_kept,
            "faults": dict(self.faults.most_common()),
            **dict(zip(("from", "to"), span, strict=True)),
        }

    def _texts(self, batch: pa.RecordBatch) -> Iterator[pa.Array]:
        columns = self.columns
        for name in (columns.user, columns.item, columns.time, columns.price, columns.channel):
            if name is None:
                yield pa.nulls(batch.num_rows, pa.string())
                continue
            text = pc.utf8_trim_whitespace(batch.column(name))
            yield pc.if_else(pc.equal(text, ""), None, text)

    def _faults(
        self,
        user: pa.Array,
        item: pa.Array,
        times: tuple[pa.Array, pa.Array],
        prices: tuple[pa.Array, pa.Array],
    ) -> Iterator[_Fault]:
        columns = self.columns
        for field, ids in ((columns.user, user), (columns.item, item)):
            reason = "expected an id, got none"
            yield _Fault(field=field, is_bad=pc.is_null(ids), cells=ids, reason=reason)
            reason, with_nul = "NUL cannot be stored: remove it", pc.match_substring(ids, "\x00")
            yield _Fault(
                field=field, is_bad=pc.fill_null(with_nul, False), cells=ids, reason=reason
            )
        is_unknown = pc.invert(pc.is_in(item, value_set=self._known_items))
        reason = "the catalogue has no item with this id"
        yield _Fault(field=columns.item, is_bad=is_unknown, cells=item, reason=reason)
        when, time = times
        reason = "expected a day, as in 2020-09-22, or a day and a time"
        yield _Fault(field=columns.time, is_bad=pc.is_null(time), cells=when, reason=reason)
        price, number = prices
        is_bad = pc.and_not(pc.is_valid(price), pc.is_valid(number))
        reason = "expected a number, or nothing"
        yield _Fault(field=columns.price or "price", is_bad=is_bad, cells=price, reason=reason)

    def _note(self, fault: _Fault, is_bad: pa.Array) -> None:
        count = pc.sum(is_bad).as_py()
        if not count:
            return
        self.faults[f"{fault.field}: {fault.reason}"] += count
        room = MAX_EXAMPLES - len(self.examples)
        for row in pc.indices_nonzero(is_bad)[:room].to_pylist():
            number = self.num_rows + row + 1
            self._example(number, fault.field, fault.cells[row].as_py(), fault.reason)

    def _example(self, row: int, field: str, value: object, reason: str) -> None:
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(
                {"row": row, "field": field, "value": shorten(value), "reason": reason}
            )

    def _widen(self, time: pa.Array) -> None:
        if len(time):
            first, last = (pc.min_max(time)[name].as_py() for name in ("min", "max"))
            self.first_time = min(self.first_time or first, first)
            self.last_time = max(self.last_time or last, last)


def _times(text: pa.Array) -> pa.Array:
    """The seconds that some texts say, null where they say none."""
    found = pa.nulls(len(text), pa.timestamp("s"))
    for form in _TIMES:
        if found.null_count:
            read = pc.strptime(text, format=form, unit="s", error_is_null=True)
            found = pc.coalesce(found, _real(read, text, form))
    return found


def _real(times: pa.Array, text: pa.Array, form: str) -> pa.Array:
    """The times without those that there are not: Arrow reads 30 February as 2 March."""
    same = pc.fill_null(pc.equal(pc.strftime(times, format=form), text), False)
    odd = pc.indices_nonzero(pc.and_not(pc.is_valid(times), same)).to_pylist()
    unreal = [place for place in odd if not _is_time(text[place].as_py(), form)]
    if not unreal:
        return times
    mask = np.zeros(len(times), np.bool_)
    mask[unreal] = True
    return pc.if_else(pa.array(mask), None, times)


def _is_time(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _numbers(text: pa.Array) -> pa.Array:
    """The numbers that some texts say, null where they say none."""
    is_number = pc.match_substring_regex(text, _NUMBER)
    numbers = pc.if_else(is_number, text, None).cast(pa.float64())
    return pc.if_else(pc.is_finite(numbers), numbers, None)
