"""Parquet catalogues."""

import datetime
import decimal
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.readers.parquet_bytes import as_texts, is_bytes, text_columns
from catalog.readers.source import CatalogueError, Row

_BATCH_ROWS = 1024
_INDEX = re.compile(r"__index_level_\d+__")
"""What pandas calls the numbers of a data frame's rows."""
_LISTS = (
    *(pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list),
    *(pa.types.is_list_view, pa.types.is_large_list_view),
)


class ParquetTable:
    """Rows of a Parquet file; columns of bytes that are no text, such as pictures, are left out.

    Attributes:
        columns: names of the columns that are read.
    """

    def __init__(self, path: Path) -> None:
        """Read the file's schema.

        Raises:
            CatalogueError: the file is damaged, or none of its columns can be used.
        """
        self._path = path
        with self._open() as file:
            self._texts = self._text_columns(file)
            self.columns = [
                entry.name
                for entry in file.schema_arrow
                if (not _holds_bytes(entry.type) or entry.name in self._texts)
                and not _INDEX.fullmatch(entry.name)
            ]
        twice = [name for name, count in Counter(self.columns).items() if count > 1]
        if twice:
            raise CatalogueError(f"{path.name}: the column {twice[0]!r} is there twice; rename one")
        if not self.columns:
            raise CatalogueError(f"{path.name}: expected columns of text or numbers, got none")

    def facts(self) -> dict[str, str]:
        """The format alone."""
        return {"format": "parquet"}

    def rows(self) -> Iterator[Row]:
        """One row a record, numbered from 1; maps and structs become dictionaries."""
        number = 0
        for batch in self.record_batches(_BATCH_ROWS):
            types = {entry.name: entry.type for entry in batch.schema}
            for record in self.as_python(batch):
                number += 1
                values = {name: plain(value, types[name]) for name, value in record.items()}
                yield Row(number=number, values=values)

    def record_batches(self, num_rows: int) -> Iterator[Any]:
        """The columns that are read, at most so many rows at once; raises CatalogueError."""
        with self._open() as file:
            batches = file.iter_batches(batch_size=num_rows, columns=self.columns)
            while (batch := self._next(batches)) is not None:
                yield self._with_texts(batch)

    def as_python(self, values: Any) -> list[Any]:
        """What a batch or a column holds; raises CatalogueError."""
        try:
            converted: list[Any] = values.to_pylist()
        # A ValueError is a time or a text, an OverflowError a day, that Python cannot hold.
        except (pa.ArrowException, ValueError, OverflowError) as error:
            raise self.damaged(error) from error
        return converted

    def _text_columns(self, file: Any) -> frozenset[str]:
        try:
            return text_columns(file)
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(error) from error

    def _with_texts(self, batch: Any) -> Any:
        try:
            return as_texts(batch, self._texts)
        except ValueError as error:
            raise CatalogueError(f"{self._path.name}: {error}") from error

    def _open(self) -> Any:
        try:
            return pq.ParquetFile(self._path)
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(error) from error

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next((batch for batch in batches if batch.num_rows), None)
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(error) from error

    def damaged(self, error: Exception) -> CatalogueError:
        """The error to raise where Arrow or Python cannot make anything of the file."""
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return CatalogueError(f"{self._path.name}: damaged Parquet file ({first}); write it again")


def _holds_bytes(kind: Any) -> bool:
    if is_bytes(kind) or pa.types.is_fixed_size_binary(kind):
        return True
    return any(_holds_bytes(kind.field(i).type) for i in range(kind.num_fields))


def plain(value: Any, kind: Any) -> object:
    """A cell in the types that JSON has; NaN becomes None."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if pa.types.is_map(kind):
        return {str(key): plain(entry, kind.item_type) for key, entry in value}
    if pa.types.is_struct(kind):
        return {name: plain(value[name], kind.field(name).type) for name in value}
    if any(is_list(kind) for is_list in _LISTS):
        return [plain(entry, kind.value_type) for entry in value]
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return float(str(kind.to_pandas_dtype()(value)))
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) else str(value)
