"""rejects.jsonl in the order of rows.

Pictures are stored several at a time, so what they lack is noted after rows that come later. In the
order of rows the file is the same however the catalogue was divided, and so are the counts: of
kinds that are as common, the first in the file comes first.
"""

import json
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.rejects import Reject, Rejects


def put_in_row_order(path: Path, rejects: Rejects) -> None:
    """Sort the lines of a file by row, lines of one row as they are, and count them anew.

    Args:
        path: the file, closed.
        rejects: what counted it.
    """
    rows, ends = _places(path)
    if np.all(rows[:-1] <= rows[1:]):
        return
    ordered = path.with_name(f"{path.name}.ordered")
    starts = np.concatenate(([0], ends[:-1]))
    with path.open("rb") as file, ordered.open("wb") as out:
        for place in np.argsort(rows, kind="stable"):
            file.seek(starts[place])
            out.write(file.read(ends[place] - starts[place]))
    ordered.replace(path)
    rejects.count_anew(read_rejects(path))


def read_rejects(path: Path) -> Iterator[Reject]:
    """The lines of a rejects.jsonl."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield Reject(**json.loads(line))


def _places(path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row of each line, and where the line ends: a few bytes of memory a line."""
    rows, lengths = array("q"), array("q")
    with path.open("rb") as file:
        for line in file:
            rows.append(json.loads(line)["row"])
            lengths.append(len(line))
    return np.frombuffer(rows, np.int64), np.cumsum(np.frombuffer(lengths, np.int64))
