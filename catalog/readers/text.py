"""Text files of unknown encoding: UTF-8, UTF-16, CP949 and Windows-1252 are told apart."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from catalog.readers.bounded_gzip import BoundedGzip
from catalog.readers.source import CatalogueError, is_utf8_within

MAX_LINE_CHARS = 32 * 1024 * 1024
"""Longest line that is held in memory; a file with a longer one is no table."""

_CHUNK_BYTES = 1 << 20
# UTF-32 before UTF-16, whose mark it starts with.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_REMEDY = 'save it as UTF-8, or name its encoding in a mapping file: {"encoding": "..."}'


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where it is gzip.

    Raises:
        CatalogueError: the file cannot be read, or its gzip stream is broken.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if packed:
                with BoundedGzip(file, path.name) as unpacked:
                    yield unpacked  # type: ignore[misc]  # reads like a file, declared otherwise
            else:
                yield file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CatalogueError(f"{path.name}: broken gzip file ({error}); pack it again") from error
    except OSError as error:
        raise CatalogueError(f"{path.name}: cannot be read: {error.strerror}") from error


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A text file and how it is encoded."""

    path: Path
    encoding: str

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """The decoded text with its line ends as they are.

        Bytes that are none in the encoding become lone surrogates, so that the rows they
        stand in can be set aside one by one.
        """
        with open_bytes(self.path) as file:
            text = io.TextIOWrapper(
                file, encoding=self.encoding, errors=_on_error(self.encoding), newline=""
            )
            try:
                yield text
            except UnicodeError as error:
                raise CatalogueError(
                    f"{self.path.name}: not {self.encoding} throughout ({error}); {_REMEDY}"
                ) from error
            finally:
                text.detach()

    def lines(self) -> Iterator[str]:
        """Lines with their ends; raises CatalogueError for one that is too long to be a row."""
        with self.open() as text:
            number = 0
            while line := text.readline(MAX_LINE_CHARS):
                number += 1
                if len(line) == MAX_LINE_CHARS:
                    raise CatalogueError(
                        f"{self.path.name}: line {number} is longer than {MAX_LINE_CHARS:,} "
                        f"characters (it begins {line[:40]!r}): this is no table of products; "
                        "end each product's line, or take the line out"
                    )
                yield line


def _on_error(encoding: str) -> str:
    # UTF-16 cannot carry escaped bytes: there, one wrong byte shifts all that follows.
    return "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def detect_text(path: Path, encoding: str | None = None) -> TextFile:
    """Find out how a file is encoded, reading it once.

    Args:
        path: the file, packed with gzip or not.
        encoding: use this one and do not look.

    Raises:
        CatalogueError: the file is empty or binary, or the encoding is unknown.
    """
    if encoding is not None:
        return TextFile(path=path, encoding=_known_encoding(path, encoding))
    with open_bytes(path) as file:
        head = file.read(_CHUNK_BYTES)
    if not head.strip():
        raise CatalogueError(f"{path.name}: the catalogue is empty; expected rows of products")
    for mark, name in _MARKS:
        if head.startswith(mark):
            return TextFile(path=path, encoding=name)
    if wide := _unmarked_utf16(head):
        return TextFile(path=path, encoding=wide)
    if len(_CONTROL.findall(head)) > 1 + len(head) // 50:
        raise CatalogueError(
            f"{path.name}: a binary file of no known kind; expected CSV, JSON Lines or Parquet"
        )
    return TextFile(path=path, encoding="utf-8" if _is_utf8(path) else _detect_bytes(path))


def _known_encoding(path: Path, encoding: str) -> str:
    try:
        # base64 and rot13 have codecs too, which are none of text.
        "".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, UnicodeError) as error:
        raise CatalogueError(
            f"{path.name}: unknown encoding {encoding!r}; use a name such as utf-8, cp949, "
            "euc-kr, utf-16 or cp1252"
        ) from error


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 without its mark: ASCII delimiters leave zeros at every other place."""
    zeros = [head[start::2].count(0) for start in (0, 1)]
    if max(zeros) * 10 < len(head):
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_bytes(path) as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _detect_bytes(path: Path) -> str:
    """UTF-8 unless what is wrong in it outweighs what is right; else CP949 or Windows-1252."""
    good = bad = korean = wide = single = lonely = undefined = 0
    for part in _high_parts(path):
        broken, fine = _utf8_faults(part)
        bad, good = bad + broken, good + fine
        hangul, pairs, odd = _cp949_pairs(part)
        korean, wide, single = korean + hangul, wide + pairs, single + odd
        lonely += len(part) == 1
        undefined += sum(byte in b"\x81\x8d\x8f\x90\x9d" for byte in part)
    if bad * 20 <= good:
        return "utf-8"
    # KS X 1001's syllables are what Korean is written with; other scripts hit them by chance.
    if korean * 10 > wide * 9 and single * 20 <= wide:
        return "cp949"
    # Accented letters and typographic signs stand alone between plain ones.
    if lonely * 2 > wide + lonely and not undefined:
        return "cp1252"
    if mixed := _commoner_encoding(path):
        return mixed
    raise CatalogueError(f"{path.name}: neither UTF-8 nor another known encoding; {_REMEDY}")


def _commoner_encoding(path: Path) -> str:
    """Of a file whose lines are partly UTF-8, partly CP949, what more of them are; else nothing.

    The rows in the other encoding are then set aside one by one.
    """
    utf8 = korean = other = 0
    with open_bytes(path) as file:
        while line := file.readline(_CHUNK_BYTES):
            if line.isascii():
                continue
            if is_utf8_within(line):
                utf8 += 1
            elif _is_korean(line):
                korean += 1
            else:
                other += 1
    if min(utf8, korean) * 200 < utf8 + korean or other * 20 > utf8 + korean:
        return ""
    return "utf-8" if utf8 >= korean else "cp949"


def _is_korean(line: bytes) -> bool:
    """Whether a line reads as Korean in CP949."""
    runs = _HIGH.findall(line)
    hangul, pairs, odd = map(sum, zip(*map(_cp949_pairs, runs), strict=True))
    return odd == 0 and hangul * 10 > pairs * 9


def _high_parts(path: Path) -> Iterator[bytes]:
    """Runs of bytes above 127, cut at most 1 MiB apart."""
    with open_bytes(path) as file:
        while chunk := file.readline(_CHUNK_BYTES):
            if not chunk.isascii():
                yield from _HIGH.findall(chunk)


def _utf8_faults(part: bytes) -> tuple[int, int]:
    """How many bytes of a run are wrong in UTF-8, and how many characters are right."""
    text = part.decode("utf-8", "surrogateescape")
    broken = sum("\ud800" <= char <= "\udfff" for char in text)
    return broken, len(text) - broken


def _cp949_pairs(part: bytes) -> tuple[int, int, int]:
    """Of a run: pairs that are KS X 1001 syllables, all pairs, and bytes left over."""
    pairs = [part[i : i + 2] for i in range(0, len(part) - 1, 2)]
    hangul = sum(0xB0 <= pair[0] <= 0xC8 and pair[1] >= 0xA1 for pair in pairs)
    return hangul, len(pairs), len(part) % 2
