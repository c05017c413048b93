"""Tests and cuts on the bytes of a whole column of text at once."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_SPACE = 32


def offsets_of(texts: pa.StringArray) -> NDArray[np.int32]:
    """Where each text begins in the column's bytes, and where the last ends: int32 [R + 1]."""
    start = texts.offset
    return np.frombuffer(texts.buffers()[1], np.int32)[start : start + len(texts) + 1]


def bytes_of(texts: pa.StringArray) -> NDArray[np.uint8]:
    """The UTF-8 of all texts of the column, one after the other, from its first offset on."""
    offsets, data = offsets_of(texts), texts.buffers()[2]
    whole = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return whole[offsets[0] : offsets[-1]]


def of_bytes(offsets: NDArray[np.int32], data: bytes) -> pa.StringArray:
    """A column of text from its offsets, from 0, and its bytes."""
    buffers = pa.py_buffer(offsets), pa.py_buffer(data)
    return pa.StringArray.from_buffers(len(offsets) - 1, *buffers)


def byte_set(characters: bytes) -> NDArray[np.bool_]:
    """Whether each byte is one of these: bool [256]."""
    table = np.zeros(256, np.bool_)
    table[np.frombuffer(characters, np.uint8)] = True
    return table


def only_of(texts: pa.StringArray, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a text has allowed bytes only: bool [R]; a null has."""
    return ~rows_of(np.flatnonzero(~allowed[bytes_of(texts)]), texts)


def is_single_spaced(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Whether a text has no space at either end and no two spaces side by side: bool [R]."""
    offsets, data = offsets_of(texts), bytes_of(texts)
    begins = offsets - offsets[0]
    spaces = data == _SPACE
    doubled = np.flatnonzero(spaces[1:] & spaces[:-1])
    fine = ~rows_of(doubled, texts)
    filled = np.flatnonzero(begins[1:] > begins[:-1])
    at_end = spaces[begins[filled]] | spaces[begins[filled + 1] - 1]
    fine[filled[at_end]] = False
    return fine


def rows_of(places: NDArray[np.intp], texts: pa.StringArray) -> NDArray[np.bool_]:
    """Which texts have one of some places in `bytes_of`: bool [R]."""
    offsets = offsets_of(texts)
    found = np.zeros(len(texts), np.bool_)
    if len(places):
        found[np.searchsorted(offsets, places + offsets[0], side="right") - 1] = True
    return found
