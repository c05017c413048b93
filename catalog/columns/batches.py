"""Any catalogue in batches: by columns where its file has them, else rows put together."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.columns.csv_batches import csv_batches
from catalog.columns.row_batch import Column, RowBatch, batch_of_rows
from catalog.readers.csv_table import CsvTable
from catalog.readers.parquet_table import ParquetTable, plain
from catalog.readers.parts import PartedTable
from catalog.readers.source import Row, Source

_BATCH_ROWS = 8192


def row_batches(source: Source) -> Iterator[RowBatch]:
    """All rows of a catalogue in order; raises CatalogueError as `source.rows` does."""
    if isinstance(source, CsvTable):
        yield from csv_batches(source)
    elif isinstance(source, ParquetTable):
        yield from _parquet_batches(source)
    elif isinstance(source, PartedTable):
        yield from _parted_batches(source)
    else:
        rows = source.rows()
        while some := list(islice(rows, _BATCH_ROWS)):
            yield batch_of_rows(some)


def _parted_batches(table: PartedTable) -> Iterator[RowBatch]:
    last = 0
    for part in table.parts:
        before = last
        for batch in row_batches(part):
            moved = batch.moved(before)
            last = max([last, *moved.numbers[-1:].tolist(), *(f.number for f in moved.faults[-1:])])
            yield moved


def _parquet_batches(table: ParquetTable) -> Iterator[RowBatch]:
    number = 1
    for batch in table.record_batches(_BATCH_ROWS):
        numbers = np.arange(number, number + batch.num_rows)
        number += batch.num_rows
        columns = {
            entry.name: _column(table, column, entry.type)
            for entry, column in zip(batch.schema, batch.columns, strict=True)
        }
        if any(map(_is_nested, batch.schema.types)):
            yield batch_of_rows(_rows(numbers.tolist(), columns))
        else:
            yield RowBatch(numbers=numbers, columns=columns)


def _is_nested(kind: Any) -> bool:
    return bool(pa.types.is_struct(kind) or pa.types.is_map(kind))


def _column(table: ParquetTable, column: Any, kind: Any) -> Column:
    text = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_string(text) or pa.types.is_large_string(text)):
        return [plain(value, kind) for value in table.as_python(column)]
    try:
        column = column.cast(pa.string())
        column.validate(full=True)
    except pa.ArrowException as error:
        raise table.damaged(error) from error
    return column


def _rows(numbers: list[int], columns: dict[str, Column]) -> list[Row]:
    cells = [c if isinstance(c, list) else c.to_pylist() for c in columns.values()]
    return [
        Row(number=number, values=dict(zip(columns, values, strict=True)))
        for number, *values in zip(numbers, *cells, strict=True)
    ]
