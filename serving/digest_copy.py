"""Rows of ids and digests as PostgreSQL's binary COPY takes them, built a column at a time.

One by one through Python they took longer than embedding 1 % of the items. The format:
https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.digest import DIGEST_BYTES

if TYPE_CHECKING:
    from pyarrow import Array, RecordBatch

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Goes before all rows: the signature, no flags, no extension."""
TRAILER = b"\xff\xff"
"""Goes after all rows."""

# Before each value goes its length. The id lies between what is as long in every row.
_BEFORE_ID = np.dtype([("num_columns", ">i2"), ("id_bytes", ">i4")])
_AFTER_ID = np.dtype(
    [
        ("digest_bytes", ">i4"),
        ("digest", f"V{DIGEST_BYTES}"),
        ("number_bytes", ">i4"),
        ("number", ">i8"),
    ]
)


def binary_rows(batch: "RecordBatch", first_row: int) -> bytes:
    """Rows of `item_id` text, `digest` bytea and `row_number` bigint.

    Args:
        batch: `item_id`, text, and `digest`, `DIGEST_BYTES` long; no nulls.
        first_row: the number of its first row.
    """
    lengths, id_bytes = _texts(batch["item_id"])
    before = np.zeros(batch.num_rows, _BEFORE_ID)
    before["num_columns"] = len(batch.schema.names) + 1
    before["id_bytes"] = lengths
    after = np.zeros(batch.num_rows, _AFTER_ID)
    after["digest_bytes"] = DIGEST_BYTES
    after["digest"] = _digests(batch["digest"])
    after["number_bytes"] = _AFTER_ID["number"].itemsize
    after["number"] = np.arange(first_row, first_row + batch.num_rows)
    return _woven(before, lengths, id_bytes, after)


def _woven(
    before: NDArray[np.void],
    lengths: NDArray[np.int64],
    id_bytes: NDArray[np.uint8],
    after: NDArray[np.void],
) -> bytes:
    """Each row's three parts, row after row."""
    ends = np.cumsum(before.itemsize + lengths + after.itemsize)
    rows = np.empty(ends[-1] if len(ends) else 0, np.uint8)
    is_id = np.ones(len(rows), np.bool_)
    for part, starts in (
        (before, ends - after.itemsize - lengths - before.itemsize),
        (after, ends - after.itemsize),
    ):
        places = starts[:, None] + np.arange(part.itemsize)
        rows[places] = part.view(np.uint8).reshape(places.shape)
        is_id[places] = False
    rows[is_id] = id_bytes
    return rows.tobytes()


# Straight from Arrow's buffers: to_numpy() and pyarrow.compute would import pandas where there is
# one, for a fifth of a second.
def _texts(column: "Array") -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """How many bytes each text has, and all of them, one text after the other."""
    _, offsets, values = column.buffers()
    num_offsets = len(column) + 1
    ends = np.frombuffer(offsets, np.int32, num_offsets, offset=column.offset * 4)
    texts = np.frombuffer(values, np.uint8) if values else np.empty(0, np.uint8)
    return np.diff(ends).astype(np.int64), texts[ends[0] : ends[-1]]


def _digests(column: "Array") -> NDArray[np.void]:
    _, values = column.buffers()
    kind = np.dtype(f"V{DIGEST_BYTES}")
    return np.frombuffer(values, kind, len(column), offset=column.offset * DIGEST_BYTES)
