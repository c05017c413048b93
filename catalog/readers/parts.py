"""A table in several files: the parts that Spark, BigQuery, Snowflake and the like export.

Files are parts of one table if their names differ in one number alone, which counts them from 0 or
1. Two files such as `shop-v1.csv` and `shop-v2.csv` are no parts: a plain number from 1 on counts
parts only where the name says `part`, `shard`, `chunk` or `split`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from catalog.readers.source import CatalogueError, Row, Source

MAX_PARTS = 10_000

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_DIGITS = re.compile(r"(\d+)")
_SAYS_PART = re.compile(r"part|shard|chunk|split", re.I)


def find_parts(files: Sequence[Path]) -> list[Path]:
    """The files in the order of their numbers if they are the parts of one table; else none."""
    pieces = {path: _DIGITS.split(_UUID.sub("", path.name)) for path in files}
    if len(files) < 2 or len({tuple(split[::2]) for split in pieces.values()}) > 1:
        return []
    numbers = zip(*(split[1::2] for split in pieces.values()), strict=True)
    varying = [place for place, texts in enumerate(numbers) if len(set(texts)) > 1]
    if len(varying) != 1:
        return []
    number_of = {path: split[1::2][varying[0]] for path, split in pieces.items()}
    ordered = sorted(files, key=lambda path: int(number_of[path]))
    first = int(number_of[ordered[0]])
    if [int(number_of[path]) for path in ordered] != list(range(first, first + len(files))):
        return []
    is_padded = number_of[ordered[0]].startswith("0") and first == 1
    says_part = _SAYS_PART.search("".join(pieces[ordered[0]][::2]))
    return ordered if first == 0 or (first == 1 and (is_padded or says_part)) else []


class PartedTable:
    """The rows of all parts, one part after the other; rows are numbered on from part to part.

    Attributes:
        parts: the readers of the parts, in order; an empty file has none.
    """

    def __init__(self, paths: Sequence[Path], open_part: Callable[[Path], Source]) -> None:
        """Open every part.

        Args:
            paths: the parts, in order.
            open_part: gives the reader of one.

        Raises:
            CatalogueError: there are too many, one cannot be read, or one has other columns.
        """
        if len(paths) > MAX_PARTS:
            raise CatalogueError(
                f"{paths[0].parent}: expected at most {MAX_PARTS:,} parts, got {len(paths):,}; "
                "export the table in larger ones"
            )
        filled = [path for path in paths if path.stat().st_size]
        if not filled:
            raise CatalogueError(f"{paths[0].parent}: the catalogue is empty, as all its parts are")
        self.parts = [open_part(path) for path in filled]
        self._paths = filled
        self._check_columns()

    def rows(self) -> Iterator[Row]:
        """All rows in order."""
        last = 0
        for part in self.parts:
            before = last
            for row in part.rows():
                last = before + row.number
                yield Row(number=last, values=row.values, fault=row.fault, raw=row.raw)

    def facts(self) -> dict[str, str]:
        """Those of the first part, and how many there are."""
        return {**self.parts[0].facts(), "parts": str(len(self.parts))}

    def _check_columns(self) -> None:
        kinds = {type(part) for part in self.parts}
        if len(kinds) > 1:
            names = sorted(part.facts()["format"] for part in self.parts)
            raise CatalogueError(
                f"{self._paths[0].parent}: expected parts of one format, got {names[0]} and "
                f"{names[-1]}; export all in one"
            )
        first = _columns(self.parts[0])
        for path, part in zip(self._paths, self.parts, strict=True):
            if differing := sorted(first ^ _columns(part)):
                raise CatalogueError(
                    f"{path.name}: expected the columns of {self._paths[0].name}, only one of them "
                    f"has {differing[0]!r}; export all parts with the same columns and a header"
                )


def _columns(source: Source) -> set[str]:
    return set(getattr(source, "columns", ()))
