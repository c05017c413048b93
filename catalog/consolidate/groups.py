"""Items by a key that they share, in a few dozen bytes an item.

Shape legend: N items.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from catalog.consolidate.keys import KEY_BYTES

Rows = NDArray[np.int64]

_WORD = np.dtype("<u8")
_AT_ONCE = 1 << 16


class Keys:
    """A key for each item in order, or none."""

    def __init__(self) -> None:
        """No item yet."""
        self._parts: list[NDArray[np.uint64]] = []
        self._waiting: list[bytes] = []

    def add(self, key: bytes | None) -> None:
        """The key of the next item."""
        self._waiting.append(key or bytes(KEY_BYTES))
        if len(self._waiting) == _AT_ONCE:
            self._pack()

    def _pack(self) -> None:
        words = np.frombuffer(bytearray().join(self._waiting), np.uint8).view(_WORD)
        self._parts.append(words.reshape(-1, KEY_BYTES // _WORD.itemsize))
        self._waiting.clear()

    def shared(self, among: NDArray[np.bool_] | None = None) -> Iterator[tuple[bytes, Rows]]:
        """Every key that more than one item has, and the rows of these, ascending.

        Args:
            among: bool [N], the items that count; all if None.
        """
        self._pack()
        words = np.concatenate(self._parts)
        rows = np.flatnonzero(words.any(axis=1) if among is None else words.any(axis=1) & among)
        keys = words[rows]
        order = np.lexsort(keys.T)
        keys, rows = keys[order], rows[order]
        starts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)][: len(keys)])
        ends = np.r_[starts[1:], len(keys)]
        for group in np.flatnonzero(ends - starts > 1).tolist():
            yield keys[starts[group]].tobytes(), rows[starts[group] : ends[group]]
