"""Tables of interactions in Arrow's columns, a few megabytes at a time, every cell as text."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from catalog.readers.detect import parts_of
from catalog.readers.source import CatalogueError

_BLOCK_BYTES = 8 << 20
_BATCH_ROWS = 131_072
_PARQUET, _GZIP = b"PAR1", b"\x1f\x8b"


def read_batches(
    path: Path,
    columns: Sequence[str],
    malformed: Callable[[pa_csv.InvalidRow], str],
    delimiter: str = ",",
) -> Iterator[pa.RecordBatch]:
    """Some columns of a CSV, packed with gzip or not, or of a Parquet file, or of a table in parts.

    Args:
        path: the file, what it is says its content; or the folder of the parts.
        columns: their names.
        malformed: told of each row that has too many cells or too few; returns "skip".
        delimiter: of a CSV.

    Raises:
        CatalogueError: the file cannot be read, or lacks a column.
    """
    if path.is_dir():
        for part in _filled_parts(path):
            yield from read_batches(part, columns, malformed, delimiter)
        return
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == _PARQUET:
            yield from _parquet(path, columns)
        else:
            compression = "gzip" if start.startswith(_GZIP) else None
            with pa.input_stream(path, compression=compression) as stream:
                yield from _csv(path, stream, columns, malformed, delimiter)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CatalogueError(f"{path}: cannot be read ({reason})") from error


def _filled_parts(folder: Path) -> list[Path]:
    parts = parts_of(folder)
    if not parts:
        raise CatalogueError(
            f"{folder}: expected a file, or the folder of a table in parts, got another folder; "
            "name the file"
        )
    return [part for part in parts if part.stat().st_size]


def _csv(
    path: Path,
    stream: pa.NativeFile,
    columns: Sequence[str],
    malformed: Callable[[pa_csv.InvalidRow], str],
    delimiter: str,
) -> Iterator[pa.RecordBatch]:
    reader = pa_csv.open_csv(
        stream,
        read_options=pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=malformed
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    _check(path, columns, reader.schema.names)
    for batch in reader:
        yield batch.select(list(columns))


def _parquet(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        _check(path, columns, file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=list(columns)):
            texts = [_as_text(batch.column(name)) for name in columns]
            yield pa.record_batch(texts, names=list(columns))


def _as_text(cells: pa.Array) -> pa.Array:
    kind = cells.type
    if pa.types.is_timestamp(kind):
        # What a zone's clock shows is not asked for: times are those of UTC.
        seconds = cells.cast(pa.timestamp("s", kind.tz), safe=False)
        cells = seconds.cast(pa.int64()).cast(pa.timestamp("s"))
    elif pa.types.is_floating(kind):
        cells = pc.if_else(pc.is_nan(cells), None, cells)
    return cells.cast(pa.string())


def _check(path: Path, columns: Sequence[str], there: list[str]) -> None:
    missing = [name for name in columns if name not in there]
    if missing:
        raise CatalogueError(
            f"{path}: expected the columns {', '.join(columns)}, got none named "
            f"{', '.join(missing)} among {', '.join(there)[:500]}; say which is which with --user, "
            "--item, --time, --price and --channel"
        )
    twice = [name for name in columns if there.count(name) > 1]
    if twice:
        raise CatalogueError(f"{path}: has the column {twice[0]} more than once; rename one")
