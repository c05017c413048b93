"""What one part of an item says for one set of cells, told by the row's own functions.

A part is the id, a picture, a group, one field or one entry of metadata, with its columns. Its
cells go through `FlatTable.record` and `parse_item` as a row with nothing else in it, once for each
different set of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from catalog.columns.row_batch import DistinctCells
from catalog.flat import FlatTable
from catalog.item import Item, ItemError, parse_item

_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("item_id", "image", "variant_group")),
    **{group: {} for group in ("standard", "reinforced", "metadata")},
}
_CACHED_SETS = 1 << 16
_CACHED_CHARS = 256
_UNKNOWN = object()

Told = TypeVar("Told")


@dataclass(frozen=True, kw_only=True)
class PartRows(Generic[Told]):
    """A part of the rows of a batch.

    Attributes:
        codes: int64 [R], which of `told` each row has.
        told: what different cells say; None where something is the matter with them.
    """

    codes: NDArray[np.int64]
    told: Sequence[Told | None]

    @property
    def troubled(self) -> NDArray[np.bool_]:
        """Which rows have something the matter with this part: bool [R]."""
        wrong = np.fromiter((entry is None for entry in self.told), np.bool_, len(self.told))
        return wrong[self.codes]


class Part(Generic[Told]):
    """One part of an item."""

    def __init__(
        self,
        flat: FlatTable,
        columns: Sequence[str],
        says: Callable[[Item], Told],
        **mapped: Any,
    ) -> None:
        """What the part is made of.

        Args:
            flat: the table.
            columns: the part's columns.
            says: what is wanted of an item that has this part alone.
            mapped: the part as an argument of `ColumnMapping`.
        """
        self.columns = tuple(columns)
        self._flat = replace(flat, mapping=replace(flat.mapping, **{**_NOTHING, **mapped}))
        self._says = says
        self._known: dict[tuple[object, ...], Told | None] = {}

    def rows(self, cells: Mapping[str, DistinctCells]) -> PartRows[Told]:
        """The part of every row of a batch."""
        codes, sets = _sets_of([cells[name] for name in self.columns])
        return PartRows(codes=codes, told=self.told(sets))

    def told(self, sets: Sequence[tuple[object, ...]]) -> list[Told | None]:
        """What sets of cells say; None where something is the matter with one."""
        # Of what is no text, 1 and True are equal and not the same, and a list is no key.
        if any(cell is not None and not isinstance(cell, str) for one in sets for cell in one):
            return [self._tell(one) for one in sets]
        known: dict[Any, Any] = self._known
        told = [known.get(one, _UNKNOWN) for one in sets]
        for place, one in enumerate(told):
            if one is _UNKNOWN:
                told[place] = self._tell(sets[place])
                self._remember(sets[place], told[place])
        return told

    def _remember(self, one: tuple[Any, ...], told: Told | None) -> None:
        if sum(len(cell or "") for cell in one) > _CACHED_CHARS:
            return
        if len(self._known) >= _CACHED_SETS:
            self._known.clear()
        self._known[one] = told

    def _tell(self, cells: tuple[object, ...]) -> Told | None:
        record, faults = self._flat.record(dict(zip(self.columns, cells, strict=True)))
        if faults:
            return None
        try:
            return self._says(parse_item(record, self._flat.schema, require_id=False))
        except ItemError:
            return None


def _sets_of(
    columns: Sequence[DistinctCells],
) -> tuple[NDArray[np.int64], list[tuple[object, ...]]]:
    """The different sets of cells that rows have in some columns, and which one each row has."""
    first, *others = columns
    codes = first.codes
    sets: list[tuple[object, ...]] = [(cell,) for cell in first.cells]
    for column in others:
        pairs, codes = np.unique(codes * len(column.cells) + column.codes, return_inverse=True)
        sets = [
            (*sets[pair // len(column.cells)], column.cells[pair % len(column.cells)])
            for pair in pairs.tolist()
        ]
    return codes, sets
