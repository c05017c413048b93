"""Some consecutive rows of a catalogue, by columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catalog.cells import flatten
from catalog.readers.source import Row

Column: TypeAlias = Any
"""Cells of a column: `pa.StringArray` or `list[object]`."""


@dataclass(frozen=True, kw_only=True)
class DistinctCells:
    """One column of a batch, its different cells in the order in which they first appear.

    Attributes:
        codes: int64 [R], which of the cells each row has.
        texts: the different cells as Arrow text, null for one that is not there; None where the
            column holds anything else.
        objects: the different cells where `texts` is None.
    """

    codes: NDArray[np.int64]
    texts: pa.StringArray | None = None
    objects: Sequence[object] = ()

    @cached_property
    def cells(self) -> Sequence[object]:
        """The different cells; None for one that is not there."""
        return self.objects if self.texts is None else self.texts.to_pylist()


@dataclass(frozen=True, kw_only=True)
class RowBatch:
    """Rows that could be read, by columns, and those between them that could not.

    Attributes:
        numbers: int64 [R], `Row.number` of each row that could be read, ascending.
        columns: cells of those rows by column, as Arrow text or as Python objects.
        rows: the rows themselves where a reader gives them one by one; `columns` is empty then.
        faults: rows that could not be read, ascending.
    """

    numbers: NDArray[np.int64]
    columns: Mapping[str, Column] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    faults: Sequence[Row] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    def moved(self, by: int) -> "RowBatch":
        """The same rows, numbered so much higher."""
        if not by:
            return self
        return replace(
            self,
            numbers=self.numbers + by,
            rows=[replace(row, number=row.number + by) for row in self.rows],
            faults=[replace(row, number=row.number + by) for row in self.faults],
        )

    def values(self, row: int) -> Mapping[str, object]:
        """The cells of one row, as `Row.values`."""
        if self.rows:
            return self.rows[row].values
        return {name: _cell(column, row) for name, column in self.columns.items()}

    def distinct(self, names: Sequence[str]) -> dict[str, DistinctCells]:
        """Some columns, each with its different cells."""
        if self.rows:
            flat = [dict(flatten(row.values)) for row in self.rows]
            return {name: _of_objects([cells.get(name) for cells in flat]) for name in names}
        return {name: self._distinct(name) for name in names}

    def _distinct(self, name: str) -> DistinctCells:
        column = self.columns.get(name)
        if column is None:
            return DistinctCells(codes=np.zeros(len(self), np.int64), objects=(None,))
        return _of_objects(column) if isinstance(column, list) else _of_text(column)


def _cell(column: Column, row: int) -> object:
    return column[row] if isinstance(column, list) else column[row].as_py()


def _of_text(column: pa.StringArray) -> DistinctCells:
    encoded = column.dictionary_encode(null_encoding="encode")
    codes = encoded.indices.to_numpy().astype(np.int64)
    return DistinctCells(codes=codes, texts=encoded.dictionary)


def batch_of_rows(rows: Sequence[Row]) -> RowBatch:
    """Rows that a reader gave one by one."""
    good = [row for row in rows if not row.fault]
    numbers = np.array([row.number for row in good], np.int64)
    return RowBatch(numbers=numbers, rows=good, faults=[row for row in rows if row.fault])


def _of_objects(column: Sequence[object]) -> DistinctCells:
    code_of: dict[object, int] = {}
    cells: list[object] = []
    codes = np.zeros(len(column), np.int64)
    for row, cell in enumerate(column):
        # 1, 1.0 and True are equal and not the same; a list is no key.
        key = cell if isinstance(cell, str) else (type(cell), repr(cell))
        code = code_of.setdefault(key, len(cells))
        if code == len(cells):
            cells.append(cell)
        codes[row] = code
    return DistinctCells(codes=codes, objects=cells)
