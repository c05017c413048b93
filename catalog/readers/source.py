"""What every reader gives: numbered rows, and where the file itself cannot be read, one error."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

MAX_COLUMNS = 2_000
"""More column names than this are data that ended up as names."""

_ESCAPED = re.compile("[\udc80-\udcff]")
_SURE_CHARS = 2


class CatalogueError(ValueError):
    """A catalogue, or a file that goes with it, that cannot be used; the message has the remedy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a file, or the reason why it is none.

    Attributes:
        number: where it stands, as an editor shows it: the line on which it begins (CSV, where
            the header is line 1, and JSON Lines), else the row or element, counted from 1.
        values: cells by column; text in CSV, decoded values elsewhere.
        fault: why the row cannot be read; empty where it can.
        raw: the beginning of a row with a fault.
    """

    number: int
    values: Mapping[str, object] = field(default_factory=dict)
    fault: str = ""
    raw: str = ""


def escaped_fault(text: str, encoding: str) -> str:
    """The fault of a row that holds bytes which are none in its file's encoding; empty if none."""
    if text.isascii():
        return ""
    if encoding == "cp949" and is_utf8_within(text.encode(encoding, "surrogateescape")):
        return "text in UTF-8 in a file of cp949; save the whole file as UTF-8"
    if not _ESCAPED.search(text):
        return ""
    return f"bytes that are not {encoding}; correct the text, or name the encoding in a mapping"


def is_utf8_within(line: bytes) -> bool:
    """Whether a line of a file in CP949 is written in UTF-8, Korean or the like.

    By chance one in a hundred pairs of CP949's Korean syllables is UTF-8 too, but of Latin letters:
    what takes three bytes there begins with bytes that no such syllable has.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(char >= "\u0800" for char in text) >= _SURE_CHARS


class Source(Protocol):
    """A catalogue's file. `rows` starts over every time and holds little in memory."""

    def rows(self) -> Iterator[Row]:
        """All rows in order; raises CatalogueError where the file cannot be read on."""

    def facts(self) -> dict[str, str]:
        """How the file was read: `format`, and with text `encoding` and `delimiter`."""


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What a mapping file may say about a text file, for where looking at it is not enough."""

    encoding: str | None = None
    """Name of the encoding, as Python knows it; found out if None."""
    delimiter: str | None = None
    """The one character between the cells of a CSV file; found out if None."""
