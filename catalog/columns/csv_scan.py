"""Where the rows of a piece of CSV begin and end, found on its bytes without going through them.

What is found holds for text in which every quote opens or closes a cell, or is doubled within a
quoted one, and every line ends with `\\n` or `\\r\\n`. Of anything else only the rows before it are
told: there `csv.reader` has to read on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_QUOTE, _LF, _CR = b'"\n\r'


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The rows of a piece of text.

    Attributes:
        ends: int64 [R], where each row ends, its line end included.
        lines: int64 [R], on which line of the piece each row begins, from 0.
        num_cells: int64 [R], cells of each row; a blank line has one.
        num_lines: lines of all these rows.
        is_regular: whether the text goes on as well formed after the last row.
        has_broken_cells: whether there are line ends within cells.
    """

    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    num_cells: NDArray[np.int64]
    num_lines: int
    is_regular: bool
    has_broken_cells: bool


def scan(text: bytes, delimiter: str) -> Scan:
    """Find the rows of a text that begins with a row.

    Args:
        text: UTF-8 without NUL.
        delimiter: one ASCII character that is no quote and no line end.
    """
    data = np.frombuffer(text, np.uint8)
    is_quote, is_end = data == _QUOTE, data == _LF
    at = np.flatnonzero(is_quote | is_end | (data == ord(delimiter)))
    quotes, line_ends = is_quote[at], is_end[at]
    # After an odd number of quotes we are within a quoted cell.
    inside = np.logical_xor.accumulate(quotes) if len(at) else quotes
    first_odd = min(_odd_quote(data, at[quotes], delimiter), _odd_return(data, text))
    row_ends = np.flatnonzero(line_ends & ~inside)
    row_ends = row_ends[: np.searchsorted(at[row_ends], first_odd)]
    between = np.cumsum(~(quotes | line_ends | inside))
    lines_before = np.cumsum(line_ends)
    begins = np.concatenate([[0], lines_before[row_ends]])
    return Scan(
        ends=at[row_ends] + 1,
        lines=begins[:-1],
        num_cells=np.diff(between[row_ends], prepend=0) + 1,
        num_lines=int(begins[-1]),
        is_regular=first_odd == len(data),
        has_broken_cells=bool(begins[-1] > len(row_ends)),
    )


def _odd_quote(data: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: str) -> int:
    """Place of the first quote that neither opens, closes nor doubles; the length if none."""
    around = np.zeros(256, np.bool_)
    around[[_QUOTE, _LF, ord(delimiter)]] = True
    padded = np.full(len(data) + 3, _LF, np.uint8)
    padded[1:-2] = data
    opening, closing = quotes[::2], quotes[1::2]
    good_open = around[padded[opening]]
    after, next_but_one = padded[closing + 2], padded[closing + 3]
    good_close = around[after] | ((after == _CR) & (next_but_one == _LF))
    odd = np.concatenate([opening[~good_open], closing[~good_close]])
    return int(odd.min()) if len(odd) else len(data)


def _odd_return(data: NDArray[np.uint8], text: bytes) -> int:
    """Place of the first carriage return that stands alone; the length if none."""
    if b"\r" not in text:
        return len(data)
    returns = np.flatnonzero(data == _CR)
    after = np.minimum(returns + 1, len(data) - 1)
    alone = returns[data[after] != _LF]
    return int(alone[0]) if len(alone) else len(data)
