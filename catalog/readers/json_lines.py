"""JSON catalogues: one record a line (JSON Lines), or one array or series of records."""

import json
import re
from collections.abc import Iterator
from typing import TextIO

from catalog.readers.json_record import NestingError, RecordDecoder
from catalog.readers.source import CatalogueError, Row, escaped_fault
from catalog.readers.text import MAX_LINE_CHARS, TextFile

_CHUNK_CHARS = 1 << 16
_BETWEEN = re.compile(r"[\s,]*")


class JsonLines:
    """A JSON object on every line; blank lines are passed over."""

    def __init__(self, file: TextFile) -> None:
        """Records of `file`."""
        self._file = file

    def facts(self) -> dict[str, str]:
        """Format and encoding."""
        return {"format": "jsonl", "encoding": self._file.encoding}

    def rows(self) -> Iterator[Row]:
        """One row a line; a line that is no JSON object comes with its fault."""
        decoder = RecordDecoder()
        for number, line in enumerate(self._file.lines(), 1):
            if fault := escaped_fault(line, self._file.encoding):
                yield Row(number=number, fault=fault, raw=line[:200])
            elif line.strip():
                yield _parse_line(number, line, decoder)


def _parse_line(number: int, line: str, decoder: RecordDecoder) -> Row:
    if line.startswith("\ufeff") and number > 1:
        fault = "begins with a byte order mark (U+FEFF), as where files were joined; remove it"
        return Row(number=number, fault=fault, raw=line[:200])
    try:
        record = decoder.decode(line)
    except NestingError as error:
        return Row(number=number, fault=str(error), raw=line[:200])
    except ValueError as error:
        return Row(number=number, fault=f"not JSON: {error}", raw=line[:200])
    return _row(number, record, line, line[:200], decoder)


def _row(number: int, record: object, text: str, raw: str, decoder: RecordDecoder) -> Row:
    if not isinstance(record, dict):
        return Row(number=number, fault=f"expected a JSON object, got {_kind(record)}", raw=raw)
    if fault := decoder.fault(record, text):
        return Row(number=number, fault=fault, raw=raw)
    return Row(number=number, values=record)


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


class JsonStream:
    """Records that do not keep to lines: a JSON array of them, or one after the other."""

    def __init__(self, file: TextFile) -> None:
        """Records of `file`."""
        self._file = file

    def facts(self) -> dict[str, str]:
        """Format and encoding."""
        return {"format": "json", "encoding": self._file.encoding}

    def rows(self) -> Iterator[Row]:
        """One row a record, numbered from 1.

        Raises:
            CatalogueError: what follows is no JSON: where the next record starts is unknown.
        """
        with self._file.open() as text:
            window = _Window(text)
            is_array = window.take("[")
            number = 0
            while not window.at_end(is_array=is_array):
                number += 1
                try:
                    record = window.next_value()
                except ValueError as error:
                    raise CatalogueError(
                        f"{self._file.path.name}: record {number} is not JSON ({_what(error)}); "
                        "correct it, or write one record a line so that it can be set aside"
                    ) from error
                yield _row(number, record, window.text, f"record {number}", window.decoder)


def _what(error: Exception) -> str:
    # The position counts from where the reader stands, which would mislead.
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)


class _Window:
    """The part of a JSON text that is in memory: the value in hand and what was read ahead."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._start = 0
        self.decoder = RecordDecoder()
        self.text = ""
        """What the value in hand was decoded from."""

    def take(self, sign: str) -> bool:
        """Pass over `sign` if it comes next, after any space."""
        self._skip()
        found = self._buffer.startswith(sign, self._start)
        self._start += found
        return found

    def at_end(self, *, is_array: bool) -> bool:
        """Whether no value follows; takes the array's closing bracket."""
        self._skip()
        if is_array and self.take("]"):
            return True
        # An array that ends without its bracket was cut off: next_value says so.
        return not is_array and self._start == len(self._buffer)

    def next_value(self) -> object:
        """Decode the value that comes next; raises ValueError where it is none."""
        while True:
            try:
                value, end = self.decoder.decode_at(self._buffer, self._start)
            except NestingError:
                raise
            except ValueError:
                if len(self._buffer) - self._start > MAX_LINE_CHARS or not self._read():
                    raise
                continue
            # A number at the very end may go on in what is still to be read.
            if end == len(self._buffer) and self._read():
                continue
            self.text, self._start = self._buffer[self._start : end], end
            return value

    def _skip(self) -> None:
        while True:
            match = _BETWEEN.match(self._buffer, self._start)
            self._start = match.end() if match else self._start
            if self._start < len(self._buffer) or not self._read():
                return

    def _read(self) -> bool:
        """Read as much again as is in hand, so that a long value is not scanned over and over."""
        self._buffer = self._buffer[self._start :]
        self._start = 0
        more = self._text.read(max(_CHUNK_CHARS, len(self._buffer)))
        self._buffer += more
        return bool(more)
