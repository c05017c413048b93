"""CSV in batches of columns, row for row what `CsvTable.rows` gives.

Text is read in pieces of whole lines. Where a piece is well formed, Arrow cuts it into cells; from
the first row that is not to the piece's end, `CsvTable` reads row by row.
"""

import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from catalog.columns.csv_scan import Scan, scan
from catalog.columns.row_batch import RowBatch
from catalog.columns.text_bytes import bytes_of, offsets_of
from catalog.readers.csv_table import MAX_RECORD_CHARS, CsvTable, Lines, says_something
from catalog.readers.source import Row
from catalog.readers.text import MAX_LINE_CHARS, TextFile

_PIECE_CHARS = 1 << 22
_SPACE, _LAST_ASCII = 32, 127


def csv_batches(table: CsvTable, piece_chars: int = _PIECE_CHARS) -> Iterator[RowBatch]:
    """All rows below the header, in order.

    Args:
        table: an opened table.
        piece_chars: text that is looked at at once.

    Raises:
        CatalogueError: the file cannot be read on.
    """
    with table.file.open() as stream:
        pieces = _Pieces(table.file, stream, piece_chars)
        lines = Lines(pieces.lines())
        table.skip_header(lines)
        num_read = lines.num_read
        while text := pieces.rest():
            found = _well_formed(table, text, num_read, is_last=pieces.at_end)
            if found.num_chars:
                pieces.skip(found.num_chars)
                num_read += found.num_lines
                yield found.batch
            if found.num_chars == len(text) or (found.is_cut and pieces.extend()):
                continue
            lines = Lines(pieces.lines(), num_read)
            yield _by_rows(table, lines, pieces)
            num_read = lines.num_read


class _Pieces:
    """Text in pieces of whole lines, which can be taken whole or line by line."""

    def __init__(self, file: TextFile, stream: TextIO, num_chars: int) -> None:
        self._file, self._stream, self._num_chars = file, stream, num_chars
        self._text = self._left = ""
        self._at = 0
        self.at_end = False
        self.num_pieces = 0

    def rest(self) -> str:
        """What is left of the piece in hand, or the next piece; empty at the end."""
        if self._at == len(self._text):
            self._text, self._at = self._read(), 0
        return self._text[self._at :]

    def skip(self, num_chars: int) -> None:
        """Go on in the piece in hand."""
        self._at += num_chars

    def extend(self) -> bool:
        """Add the next piece to what is left of the one in hand; False at the end."""
        more = self._read()
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)

    def lines(self) -> Iterator[str]:
        """What is left, line by line; whatever is not taken stays."""
        while rest := self.rest():
            for line in io.StringIO(rest, newline=""):
                self._at += len(line)
                yield line

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left of the piece in hand."""
        return self._at == len(self._text)

    def _read(self) -> str:
        self.num_pieces += 1
        text = self._left
        while not self.at_end:
            more = self._stream.read(self._num_chars)
            text += more
            self.at_end = not more
            if end := _end_of_lines(text):
                self._left = text[end:]
                return text[:end]
            if len(text) >= MAX_LINE_CHARS:
                # It says which line that is.
                for _ in self._file.lines():
                    pass
        self._left = ""
        return text


def _end_of_lines(text: str) -> int:
    """Where the last line ends that is known to be whole."""
    # A carriage return at the very end may be half of a line's end.
    return text.rfind("\n") + 1 or text.rfind("\r", 0, max(0, len(text) - 1)) + 1


class _Found(NamedTuple):
    """The well-formed rows at the beginning of a text; `is_cut`: a row goes on after the text."""

    batch: RowBatch
    num_chars: int
    num_lines: int
    is_cut: bool


def _well_formed(table: CsvTable, text: str, num_read: int, *, is_last: bool) -> _Found:
    nothing = _Found(RowBatch(numbers=np.zeros(0, np.int64)), 0, 0, False)
    if table.is_spaced or not table.delimiter.isascii() or "\x00" in text:
        return nothing
    try:
        data = text.encode()
    except UnicodeEncodeError:  # bytes that are none in the encoding: their rows are at fault
        return nothing
    is_ended = text.endswith("\n")
    found = scan(data if is_ended else data + b"\n", table.delimiter)
    ends = found.ends[: _first_long(found.ends)]
    if not len(ends):
        return nothing._replace(is_cut=_is_cut(found, ends, data) and not is_last)
    end = min(int(ends[-1]), len(data))
    numbers = found.lines[: len(ends)] + num_read + 1
    good = found.num_cells[: len(ends)] == len(table.columns)
    batch = _batch(table, data[:end], numbers[good], broken=found.has_broken_cells)
    faults = _faults(table, data, ends, numbers, np.flatnonzero(~good))
    is_all = end == len(data)
    return _Found(
        batch=RowBatch(numbers=batch.numbers, columns=batch.columns, faults=faults),
        num_chars=len(text) if is_all else len(text) - len(data[end:].decode()),
        num_lines=found.num_lines if len(ends) == len(found.ends) else int(found.lines[len(ends)]),
        is_cut=not is_all and _is_cut(found, ends, data),
    )


def _first_long(ends: NDArray[np.int64]) -> int:
    """The first row so long that its quote may never be closed; the number of rows if none is."""
    long = np.flatnonzero(np.diff(ends, prepend=0) > MAX_RECORD_CHARS)
    return int(long[0]) if len(long) else len(ends)


def _is_cut(found: Scan, ends: NDArray[np.int64], data: bytes) -> bool:
    """Whether what is left is the beginning of a row that may well be whole further on."""
    left = len(data) - (int(ends[-1]) if len(ends) else 0)
    return found.is_regular and len(ends) == len(found.ends) and left <= MAX_RECORD_CHARS


def _batch(table: CsvTable, data: bytes, numbers: NDArray[np.int64], *, broken: bool) -> RowBatch:
    """Rows of as many cells as the header has; Arrow leaves the others out."""
    if not len(numbers):
        return RowBatch(numbers=numbers)
    read = pa.csv.read_csv(
        pa.BufferReader(data),
        read_options=pa.csv.ReadOptions(
            column_names=table.columns, block_size=len(data) + 1, use_threads=False
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=table.delimiter,
            newlines_in_values=broken,
            invalid_row_handler=lambda row: "skip",
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(table.columns, pa.string()), check_utf8=False
        ),
    )
    columns = {name: read.column(name).combine_chunks() for name in table.columns}
    batch = RowBatch(numbers=numbers, columns=columns)
    if read.num_rows != len(numbers):
        raise AssertionError(f"rows: expected {len(numbers)}, got {read.num_rows}")
    return _without_blank(batch)


def _without_blank(batch: RowBatch) -> RowBatch:
    """The rows that say something."""
    first = next(iter(batch.columns.values()))
    suspects = np.flatnonzero(_begins_blank(first)).tolist()
    blank = [row for row in suspects if not says_something([*map(str, batch.values(row).values())])]
    if not blank:
        return batch
    kept = np.delete(np.arange(len(batch)), blank)
    columns = {name: column.take(pa.array(kept)) for name, column in batch.columns.items()}
    return RowBatch(numbers=batch.numbers[kept], columns=columns)


def _begins_blank(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Whether a text is empty, or begins with what may be a space: bool [R]."""
    offsets = offsets_of(texts)
    data = np.append(bytes_of(texts), np.uint8(_SPACE))
    head = data[offsets[:-1] - offsets[0]]
    blank: NDArray[np.bool_] = (np.diff(offsets) == 0) | (head <= _SPACE) | (head > _LAST_ASCII)
    return blank


def _faults(
    table: CsvTable,
    data: bytes,
    ends: NDArray[np.int64],
    numbers: NDArray[np.int64],
    wrong: NDArray[np.int64],
) -> list[Row]:
    """The rows of another number of cells, as the table itself tells them."""
    faults: list[Row] = []
    for row in wrong.tolist():
        begin = int(ends[row - 1]) if row else 0
        lines = io.StringIO(data[begin : int(ends[row])].decode(), newline="")
        faults.extend(table.rows_of(Lines(lines, int(numbers[row]) - 1)))
    return faults


def _by_rows(table: CsvTable, lines: Lines, pieces: _Pieces) -> RowBatch:
    """The rows to the end of the piece in hand, and of the next ones as far as they are needed."""
    piece = pieces.num_pieces
    rows: list[Row] = []
    for row in table.rows_of(lines):
        rows.append(row)
        if (pieces.is_used_up or pieces.num_pieces != piece) and not lines.goes_back:
            break
    return _columns_of(table.columns, rows)


def _columns_of(names: Sequence[str], rows: Sequence[Row]) -> RowBatch:
    good = [row for row in rows if not row.fault]
    columns = {name: pa.array([row.values[name] for row in good], pa.string()) for name in names}
    return RowBatch(
        numbers=np.array([row.number for row in good], np.int64),
        columns=columns,
        faults=[row for row in rows if row.fault],
    )
