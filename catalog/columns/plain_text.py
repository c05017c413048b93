"""Texts that mean themselves: the many cells that need no cleaning, found by their bytes."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.cells import MISSING
from catalog.columns.row_batch import DistinctCells
from catalog.columns.text_bytes import byte_set, is_single_spaced, offsets_of, only_of

# Printable ASCII without what begins an entity, a tag or a list.
_PLAIN = byte_set(bytes(set(range(32, 127)) - set(b"&<[")))
_MISSING = pa.array(sorted(MISSING), pa.string())


def is_plain(texts: pa.StringArray, *, max_chars: int, but: bytes = b"") -> NDArray[np.bool_]:
    """Whether `texts_of` would give a text as it stands, and `parse_item` would take it.

    Args:
        texts: cells.
        max_chars: longest text that an item may have there.
        but: characters that a plain text must not have either.

    Returns:
        bool [R]; False says nothing.
    """
    sizes = np.diff(offsets_of(texts))
    missing = pc.is_in(texts, value_set=_MISSING).to_numpy(zero_copy_only=False)
    plain = only_of(texts, _PLAIN & ~byte_set(but)) & is_single_spaced(texts)
    # A null is as long as an empty text.
    wanted: NDArray[np.bool_] = plain & (sizes > 0) & (sizes <= max_chars) & ~missing
    return wanted


def odd_cells(distinct: DistinctCells, *, max_chars: int, but: bytes = b"") -> list[int]:
    """Which of a column's different cells are not plain text."""
    if distinct.texts is None:
        return list(range(len(distinct.objects)))
    plain = is_plain(distinct.texts, max_chars=max_chars, but=but)
    odd: list[int] = np.flatnonzero(~plain).tolist()
    return odd
