"""Texts that mean themselves: the many cells that need no cleaning, found by their bytes."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.cells import MISSING
from catalog.columns.row_batch import DistinctCells
from catalog.columns.text_bytes import (
    byte_set,
    bytes_of,
    is_single_spaced,
    offsets_of,
    only_of,
    rows_of,
)

# Printable ASCII without what begins an entity, a tag or a list.
_PLAIN = byte_set(bytes(set(range(32, 127)) - set(b"&<[")))
# UTF-8 of Latin letters with accents (C3), ideographs (E4 to E9) and Hangul syllables (EA to ED,
# with others that `_foreign` finds). They stay as they are in NFC: nothing that could be put
# together with them is among them.
_LETTERS = byte_set(bytes([0xC3, *range(0xE4, 0xEE), *range(0x80, 0xC0)]))
_EA, _ED = 0xEA, 0xED
# With a space or none between them; what `catalog.text` may write in another way.
_UNITS = r"[0-9] ?(?:[cC][mM]|mm|[kK][gG]|m[lL]|g|[gG][sS][mM])(?:[^A-Za-z0-9_]|$)|[0-9] %"
_MISSING = pa.array(sorted(MISSING), pa.string())


def is_plain(
    texts: pa.StringArray, *, max_chars: int, but: bytes = b"", ascii_only: bool = False
) -> NDArray[np.bool_]:
    """Whether `texts_of` would give a text as it stands, and `parse_item` would take it.

    Args:
        texts: cells.
        max_chars: longest text that an item may have there.
        but: characters that a plain text must not have either.
        ascii_only: whether letters of other scripts are not plain.

    Returns:
        bool [R]; False says nothing.
    """
    sizes = np.diff(offsets_of(texts))
    missing = pc.is_in(texts, value_set=_MISSING).to_numpy(zero_copy_only=False)
    allowed = _PLAIN if ascii_only else _PLAIN | _LETTERS
    plain = only_of(texts, allowed & ~byte_set(but)) & is_single_spaced(texts)
    plain &= ~pc.fill_null(pc.match_substring_regex(texts, _UNITS), False).to_numpy(
        zero_copy_only=False
    )
    if not ascii_only:
        plain &= ~_foreign(texts)
    # A null is as long as an empty text.
    wanted: NDArray[np.bool_] = plain & (sizes > 0) & (sizes <= max_chars) & ~missing
    return wanted


def _foreign(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Which texts have characters next to the Hangul syllables in Unicode: bool [R]."""
    data = bytes_of(texts)
    first, second = data[:-1], data[1:]
    before = (first == _EA) & (second < 0xB0)
    after = (first == _ED) & (second > 0x9D)
    return rows_of(np.flatnonzero(before | after), texts)


def odd_cells(
    distinct: DistinctCells, *, max_chars: int, but: bytes = b"", ascii_only: bool = False
) -> list[int]:
    """Which of a column's different cells are not plain text, as `is_plain` says."""
    if distinct.texts is None:
        return list(range(len(distinct.objects)))
    plain = is_plain(distinct.texts, max_chars=max_chars, but=but, ascii_only=ascii_only)
    odd: list[int] = np.flatnonzero(~plain).tolist()
    return odd
