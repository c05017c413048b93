"""What a table's columns hold: gathered in one pass, in bounded memory, for inference."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from catalog.cells import flatten, is_measure, is_number, texts_of
from catalog.readers.source import MAX_COLUMNS, CatalogueError, Row

MAX_DISTINCT = 20_000
"""Different values of one column that are counted; a column with more has no closed vocabulary."""
MAX_VALUE_CHARS = 200
"""Longer values are counted by their beginning."""

_SHARE = 0.8


@dataclass(kw_only=True)
class ColumnProfile:
    """Counts of one column. Read `counts` only when the whole table has been seen.

    Attributes:
        name: the column's name.
        filled: rows in which it says something.
        listed: rows in which it holds a list.
        counts: rows by value, at most MAX_DISTINCT values; each part of a list counts.
        uncounted: values that came after `counts` was full.
    """

    name: str
    filled: int = 0
    listed: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    uncounted: int = 0

    def add(self, texts: tuple[str, ...], *, is_list: bool, rows: int = 1) -> None:
        """Count the values of so many rows, which all have the same."""
        self.filled += rows
        self.listed += rows * is_list
        for text in texts:
            self._count(text, rows)

    def add_each(self, texts: Iterable[str], rows: Iterable[int]) -> None:
        """Count cells of one value each, and how many rows have it; each in turn."""
        for text, times in zip(texts, rows, strict=True):
            self.filled += times
            self._count(text, times)

    def _count(self, text: str, rows: int) -> None:
        key = text[:MAX_VALUE_CHARS]
        if key in self.counts or len(self.counts) < MAX_DISTINCT:
            self.counts[key] += rows
        else:
            self.uncounted += rows

    @property
    def distinct(self) -> int:
        """How many different values were counted."""
        return len(self.counts)

    @cached_property
    def counted(self) -> int:
        """How many values were counted in all."""
        return self.counts.total()

    @property
    def repeats(self) -> float:
        """How often a value occurs, on average; 1 where all differ."""
        return self.counted / max(1, self.distinct)

    @cached_property
    def mean_words(self) -> float:
        """Words in a value, on average over rows."""
        return self._sum(lambda text: len(text.split())) / max(1, self.counted)

    @cached_property
    def max_chars(self) -> int:
        """Characters of the longest value, at most MAX_VALUE_CHARS."""
        return max(map(len, self.counts), default=0)

    def mostly(self, holds: Callable[[str], object], share: float = _SHARE) -> bool:
        """Whether `holds` is true of at least `share` of the counted values, by rows."""
        return self.counted > 0 and self._sum(lambda text: bool(holds(text))) >= (
            share * self.counted
        )

    @cached_property
    def decimal_comma(self) -> bool | None:
        """How its numbers are written: 12,5 (True) or 12.5 (False); None if it holds none."""
        for comma in (False, True):
            if self.mostly(partial(is_number, decimal_comma=comma), 0.95):
                return comma
        return None

    @cached_property
    def is_truth(self) -> bool:
        """Whether its values are `true` and `false`."""
        return self.mostly(lambda text: text.casefold() in ("true", "false"), 1.0)

    @cached_property
    def is_numeric(self) -> bool:
        """Whether nearly all values are numbers, a unit or a currency allowed."""
        return self.decimal_comma is not None or self.mostly(is_measure)

    def _sum(self, measure: Callable[[str], int]) -> int:
        return sum(count * measure(text) for text, count in self.counts.items())


def profile_rows(rows: Iterable[Row]) -> dict[str, ColumnProfile]:
    """Profiles of all columns, in the order in which they first appear.

    Raises:
        CatalogueError: there are too many columns for a table.
    """
    profiles: dict[str, ColumnProfile] = {}
    for row in rows:
        add_row(profiles, row)
    return profiles


def add_row(profiles: dict[str, ColumnProfile], row: Row) -> None:
    """Count one row; raises CatalogueError where there are too many columns for a table."""
    for name, value in flatten(row.values):
        profile = profiles.get(name)
        if profile is None:
            profile = profiles[name] = ColumnProfile(name=name)
        if texts := texts_of(value):
            profile.add(texts, is_list=len(texts) > 1 or is_list(value))
    check_columns(profiles, row.number)


def check_columns(profiles: Mapping[str, ColumnProfile], row: int) -> None:
    """Raise CatalogueError where there are too many columns for a table."""
    if len(profiles) > MAX_COLUMNS:
        raise CatalogueError(
            f"more than {MAX_COLUMNS:,} columns by row {row}; expected the same "
            "names in every record: put values into cells, not into names"
        )


def is_list(value: object) -> bool:
    """Whether a cell is a list, or is written like one."""
    return isinstance(value, list) or (isinstance(value, str) and value.lstrip().startswith("["))
