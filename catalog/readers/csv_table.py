"""CSV and its relatives: cells between commas, semicolons, tabs or bars, a header above them."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from catalog.readers.source import (
    MAX_COLUMNS,
    CatalogueError,
    ReadOptions,
    Row,
    escaped_fault,
)
from catalog.readers.text import MAX_LINE_CHARS, TextFile

MAX_RECORD_CHARS = 128 * 1024
"""Most text of a row over several lines, before its opening quote counts as never closed."""

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 200


class CsvTable:
    """A table in a text file. The header names the columns; blank rows are passed over.

    Attributes:
        file: the text.
        delimiter: the character between cells.
        is_spaced: whether a space after each delimiter is none of the cell's.
        columns: names of the columns.
    """

    def __init__(self, file: TextFile, options: ReadOptions) -> None:
        """Look at the first lines for delimiter and header.

        Raises:
            CatalogueError: there is no header, or it names no columns or one twice.
        """
        self.file = file
        sample = _first_lines(file)
        self.delimiter = options.delimiter or _detect_delimiter(sample)
        self.is_spaced = _is_spaced(sample, self.delimiter)
        try:
            names = _first_filled(self._reader(Lines(iter(sample))))
        except csv.Error as error:
            raise CatalogueError(f"{file.path.name}: the header: {_broken(error)}") from error
        if fault := escaped_fault("".join(names), file.encoding):
            raise CatalogueError(f"{file.path.name}: the header has {fault}")
        self.columns = _header(file.path, names)

    def facts(self) -> dict[str, str]:
        """Format, encoding and delimiter."""
        return {"format": "csv", "encoding": self.file.encoding, "delimiter": self.delimiter}

    def rows(self) -> Iterator[Row]:
        """Rows below the header; a row that is broken comes with its fault."""
        lines = Lines(self.file.lines())
        self.skip_header(lines)
        yield from self.rows_of(lines)

    def skip_header(self, lines: "Lines") -> None:
        """Go past the lines that the header takes, and blank ones before it."""
        _first_filled(self._reader(lines))

    def rows_of(self, lines: "Lines") -> Iterator[Row]:
        """The rows of lines that begin with a row."""
        # Python's own limit would hide which column is too long; the item's check names it.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_CHARS))
        reader = self._reader(lines)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LostQuoteError) as error:
                row = Row(number=lines.first, fault=_broken(error), raw=lines.pending[0][:200])
                lines.resume_after_first()
                yield row
                continue
            if says_something(cells):
                yield self._row(lines.first, cells)

    def _row(self, number: int, cells: list[str]) -> Row:
        text = self.delimiter.join(cells)
        if fault := escaped_fault(text, self.file.encoding):
            return Row(number=number, fault=fault, raw=text[:200])
        if len(cells) == len(self.columns):
            return Row(number=number, values=dict(zip(self.columns, cells, strict=True)))
        fault = (
            f"{len(cells)} cells where the header has {len(self.columns)}; "
            f"put quotes around text that holds {self.delimiter!r} or a line end"
        )
        return Row(number=number, fault=fault, raw=text[:200])

    def _reader(self, lines: "Lines") -> Iterator[list[str]]:
        return csv.reader(
            lines, delimiter=self.delimiter, skipinitialspace=self.is_spaced, strict=True
        )


class _LostQuoteError(Exception):
    """A quoted cell runs on for so long that its closing quote is surely missing."""


class Lines:
    """Feeds csv.reader, and can go back to the line after the one a broken row began with.

    Attributes:
        num_read: lines of the file that were handed out, those before the first one included.
        pending: the lines of the row in hand.
    """

    def __init__(self, lines: Iterator[str], num_before: int = 0) -> None:
        """Lines of a file that has `num_before` other ones in front of them."""
        self._lines = lines
        self._again: deque[str] = deque()
        self.num_read = num_before
        self._num_chars = 0
        self.pending: list[str] = []

    @property
    def first(self) -> int:
        """Number of the line that the row in hand began with."""
        return self.num_read - len(self.pending) + 1

    @property
    def goes_back(self) -> bool:
        """Whether lines are to be read once more."""
        return bool(self._again)

    def begin(self) -> None:
        """A new row starts with the next line."""
        self.pending = []
        self._num_chars = 0

    def resume_after_first(self) -> None:
        """Read all but the first line of the row in hand once more."""
        again = self.pending[1:]
        self._again.extendleft(reversed(again))
        self.num_read -= len(again)
        self.pending = self.pending[:1]

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if len(self.pending) > 1 and self._num_chars > MAX_RECORD_CHARS:
            raise _LostQuoteError
        line = self._again.popleft() if self._again else next(self._lines)
        self.num_read += 1
        self._num_chars += len(line)
        self.pending.append(line)
        return line


def says_something(cells: list[str]) -> bool:
    """Whether a row is more than a blank line or the bare delimiters that spreadsheets leave."""
    return any(cells) and any(map(str.strip, cells))


def _first_filled(rows: Iterator[list[str]]) -> list[str]:
    """The first row that says something: the header."""
    return next(filter(says_something, rows), [])


def _broken(error: Exception) -> str:
    if isinstance(error, _LostQuoteError) or "unexpected end of data" in str(error):
        return 'a cell begins with a quote that is never closed; write it as """" or close it'
    return f"broken quoting ({error}); double the quotes within a quoted cell"


def _first_lines(file: TextFile) -> list[str]:
    sample: list[str] = []
    for line in file.lines():
        if line.strip() or sample:
            sample.append(line)
        if len(sample) == _SAMPLE_LINES:
            break
    return sample


def _detect_delimiter(sample: list[str]) -> str:
    """The one that cuts most of the first rows into as many cells as the header, and most cells."""

    def fit(delimiter: str) -> tuple[float, int]:
        rows = _sample_rows(sample, delimiter)
        width = len(rows[0]) if rows else 0
        even = sum(len(row) == width for row in rows)
        return (even / len(rows), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=fit)


def _sample_rows(sample: list[str], delimiter: str) -> list[list[str]]:
    rows = csv.reader(sample, delimiter=delimiter)
    try:
        return [row for row in rows if row]
    except csv.Error:
        return []


def _is_spaced(sample: list[str], delimiter: str) -> bool:
    """Whether the header has a space after every delimiter, as in `id, name, color`."""
    cells = sample[0].split(delimiter)[1:] if sample else []
    return bool(cells) and all(cell.startswith(" ") for cell in cells)


def _header(path: Path, cells: list[str]) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise CatalogueError(
            f"{path.name}: the header has {len(cells):,} columns, at most {MAX_COLUMNS:,}: keep "
            "what describes a product, one product a row; or are rows and columns interchanged?"
        )
    names = tuple(cell.strip() or f"column {i}" for i, cell in enumerate(cells, 1))
    if len(names) < 2:
        shown = names[0][:60] if names else ""
        raise CatalogueError(
            f"{path.name}: expected a header that names at least two columns, got {shown!r}; "
            'if cells are not parted by , ; | or tabs, give {"delimiter": "..."} in a mapping file'
        )
    if _is_number(names[0]) or sum(map(_is_number, names)) * 2 > len(names):
        raise CatalogueError(
            f"{path.name}: expected column names in the first line, got values: "
            f"{', '.join(names)[:80]}; put a header above the rows"
        )
    for name in names:
        if names.count(name) > 1:
            raise CatalogueError(
                f"{path.name}: the header has the column {name!r} twice; rename one"
            )
    return names


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()
