"""Some of a catalogue's rows, which keep the numbers that they have in the whole of it."""

from collections.abc import Iterator
from itertools import islice

from catalog.readers.source import Row, Source


class RowRange:
    """A source of the rows from one up to another."""

    def __init__(self, whole: Source, start: int, end: int) -> None:
        """Rows `start` to `end` of `whole`, counted from 0, the last not included."""
        self._whole = whole
        self._start, self._end = start, end

    def rows(self) -> Iterator[Row]:
        """The rows in order; those before are read over, those after are not read."""
        return islice(self._whole.rows(), self._start, self._end)

    def facts(self) -> dict[str, str]:
        """How the whole is read."""
        return self._whole.facts()
