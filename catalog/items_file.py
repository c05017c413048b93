"""The Parquet file of an items folder, read by columns and by rows.

What compares a catalogue with the last one needs every digest and few items: the digests stay in
Arrow's columns, and of the items only those that are asked for become Python objects.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catalog.item import Item
from catalog.table import DIGEST, ITEM_COLUMNS, item_of_row, opened_items

_BATCH_ROWS = 65_536
_ITEMS_AT_ONCE = 2_048


class ItemsFile:
    """A Parquet file that `catalog.table.write_items` wrote; rows are numbered from 0."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path

    def digests(self) -> Iterator[pa.RecordBatch]:
        """All rows in order: `item_id`, text, and `digest`, `catalog.digest.DIGEST_BYTES` long.

        Raises:
            CatalogueError: the file is absent, damaged, or has other columns.
        """
        with opened_items(self._path) as file:
            yield from file.iter_batches(batch_size=_BATCH_ROWS, columns=["item_id", DIGEST])

    def items(self, rows: Sequence[int]) -> Iterator[tuple[Item, bytes]]:
        """The items of some rows, in order, and their digests.

        Args:
            rows: numbers of rows, ascending.

        Raises:
            CatalogueError: the file is absent, damaged, or has other columns.
        """
        wanted = np.asarray(rows, dtype=np.int64)
        with opened_items(self._path) as file:
            first = 0
            for group in range(file.num_row_groups):
                end = first + file.metadata.row_group(group).num_rows
                lowest, highest = np.searchsorted(wanted, (first, end))
                if lowest < highest:
                    table = file.read_row_group(group, columns=[*ITEM_COLUMNS, DIGEST])
                    yield from _items(table, wanted[lowest:highest] - first)
                first = end


def _items(table: pa.Table, rows: NDArray[np.int64]) -> Iterator[tuple[Item, bytes]]:
    # Not table.take(rows): it would import pyarrow.compute, slower than a small refresh.
    for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
        for start in range(0, len(run), _ITEMS_AT_ONCE):
            part = table.slice(run[start], min(_ITEMS_AT_ONCE, len(run) - start))
            for row in part.to_pylist():
                yield item_of_row(row), row[DIGEST]
