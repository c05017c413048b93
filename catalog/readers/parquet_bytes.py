"""Columns of bytes in Parquet files: texts whose writer did not say so, or pictures and the like.

Hive, Impala and older Sparks write every text as plain bytes, without Parquet's mark for UTF-8.
"""

import unicodedata
from typing import Any

import pyarrow as pa

_SAMPLED_ROWS = 256
_MAX_MEAN_BYTES = 4_096
"""Bytes of a value on average, above which a column is not even looked at: pictures are larger."""


def is_bytes(kind: Any) -> bool:
    """Whether a column's values are bytes of any length."""
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def text_columns(file: Any) -> frozenset[str]:
    """Names of the columns of bytes of a `pyarrow.parquet.ParquetFile` that hold texts in UTF-8."""
    found = [
        entry.name
        for entry in file.schema_arrow
        if is_bytes(entry.type) and _mean_bytes(file, entry.name) <= _MAX_MEAN_BYTES
    ]
    if not found:
        return frozenset()
    batch = next(file.iter_batches(batch_size=_SAMPLED_ROWS, columns=found), None)
    if batch is None:
        return frozenset()
    values = {name: [v for v in batch[name].to_pylist() if v is not None] for name in found}
    return frozenset(name for name, some in values.items() if some and all(map(_is_text, some)))


def as_texts(batch: Any, names: frozenset[str]) -> Any:
    """The batch with these columns as texts.

    Raises:
        ValueError: a value is none; names the column.
    """
    for number, entry in enumerate(batch.schema):
        if entry.name in names:
            try:
                texts = batch.column(number).cast(pa.string())
            except pa.ArrowInvalid as error:
                raise ValueError(
                    f"column {entry.name!r}: expected texts in UTF-8, as its first rows hold, "
                    "got other bytes further down; write it as text, or without that column"
                ) from error
            batch = batch.set_column(number, entry.name, texts)
    return batch


def _mean_bytes(file: Any, name: str) -> float:
    metadata = file.metadata
    place = next(i for i in range(len(file.schema)) if file.schema.column(i).path == name)
    chunks = [metadata.row_group(g).column(place) for g in range(metadata.num_row_groups)]
    num_values = sum(chunk.num_values for chunk in chunks)
    num_bytes = sum(chunk.total_uncompressed_size for chunk in chunks)
    return float(num_bytes / max(1, num_values))


def _is_text(value: bytes) -> bool:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return False
    return all(char in "\t\n\r" or unicodedata.category(char) != "Cc" for char in text)
