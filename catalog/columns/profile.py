"""What a table's columns hold, counted by different cells; as `catalog.profile` counts rows."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from catalog.cells import texts_of
from catalog.columns.plain_text import odd_cells
from catalog.columns.row_batch import DistinctCells, RowBatch
from catalog.item import MAX_TEXT_CHARS
from catalog.profile import ColumnProfile, add_row, check_columns, is_list


def profile_batches(batches: Iterable[RowBatch]) -> dict[str, ColumnProfile]:
    """Profiles of all columns, in the order in which they first appear.

    Raises:
        CatalogueError: there are too many columns for a table.
    """
    profiles: dict[str, ColumnProfile] = {}
    for batch in batches:
        for row in batch.rows:
            add_row(profiles, row)
        if len(batch):
            _add_columns(profiles, batch)
    return profiles


def _add_columns(profiles: dict[str, ColumnProfile], batch: RowBatch) -> None:
    for name in batch.columns:
        profiles.setdefault(name, ColumnProfile(name=name))
    check_columns(profiles, int(batch.numbers[0]))
    # One column after the other, so that the cells of only one are in memory.
    for name in batch.columns:
        _add(profiles[name], batch.distinct([name])[name])


def _add(profile: ColumnProfile, distinct: DistinctCells) -> None:
    """Count different cells in the order in which they first appear."""
    rows = np.bincount(distinct.codes).tolist()
    cells: Any = distinct.cells
    begin = 0
    for odd in odd_cells(distinct, max_chars=MAX_TEXT_CHARS):
        profile.add_each(cells[begin:odd], rows[begin:odd])
        if texts := texts_of(cells[odd]):
            listed = len(texts) > 1 or is_list(cells[odd])
            profile.add(texts, is_list=listed, rows=rows[odd])
        begin = odd + 1
    profile.add_each(cells[begin:], rows[begin:])
