"""CSV by columns gives the rows, numbers and faults that CSV by rows gives."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.columns.csv_batches import csv_batches
from catalog.readers.csv_table import MAX_RECORD_CHARS, CsvTable
from catalog.readers.detect import open_source
from catalog.readers.source import CatalogueError, ReadOptions
from catalog.readers.text import MAX_LINE_CHARS

Told = tuple[int, Mapping[str, object], str, str]

_CELLS = (
    *("a", "b c", "", "  ", '"x"', '"a,b"', '"a""b"', '5" heel', '"li\nne"', '"cr\r\nlf"'),
    *('"lo\rne"', "x\ry", '"open', 'close"', "é", "옷", "NUL\x00", '"a"b"', '""', '"""q"""'),
    *(' "sp"', "\ufeff", "-"),
)


def by_rows(table: CsvTable) -> list[Told]:
    return [(row.number, dict(row.values), row.fault, row.raw) for row in table.rows()]


def by_batches(table: CsvTable, piece_chars: int) -> list[Told]:
    told: list[Told] = []
    for batch in csv_batches(table, piece_chars):
        numbers = batch.numbers.tolist()
        told += [(number, batch.values(row), "", "") for row, number in enumerate(numbers)]
        told += [(row.number, dict(row.values), row.fault, row.raw) for row in batch.faults]
    return sorted(told, key=lambda one: one[0])


def table_of(folder: Path, data: bytes, encoding: str | None = None) -> CsvTable:
    path = folder / "shop.csv"
    path.write_bytes(data)
    table = open_source(path, ReadOptions(encoding=encoding))
    assert isinstance(table, CsvTable)
    return table


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from(_CELLS), max_size=4), min_size=1, max_size=25),
    end=st.sampled_from(("\n", "\r\n", "\r")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
    is_ended=st.booleans(),
    wrong_byte=st.one_of(st.none(), st.integers(15, 400)),
)
def test_any_text_is_read_as_by_rows_whatever_the_size_of_a_piece(
    rows: list[list[str]], end: str, encoding: str, is_ended: bool, wrong_byte: int | None
) -> None:
    lines = ["id,name,c", "0,first,row", *(",".join(["1", *cells]) for cells in rows)]
    data = (end.join(lines) + end * is_ended).encode(encoding)
    if wrong_byte and not encoding.startswith("utf-16"):
        data = data[:wrong_byte] + b"\xff" + data[wrong_byte:]
    with TemporaryDirectory() as folder:
        table = table_of(Path(folder), data, encoding)
        expected = by_rows(table)
        for piece_chars in (1, 7, 50, 1 << 20):
            assert by_batches(table, piece_chars) == expected


@pytest.mark.parametrize("text", ["id, name\n1, red\n2, blue\n", "id,name\r1,red\r2,blue"])
def test_spaced_and_old_mac_tables_are_read_row_by_row(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text.encode())
    assert by_batches(table, 5) == by_rows(table)
    assert [values for _, values, *_ in by_batches(table, 5)] == [
        {"id": "1", "name": "red"},
        {"id": "2", "name": "blue"},
    ]


def test_rows_around_one_that_is_never_closed_are_kept(tmp_path: Path) -> None:
    filler = "".join(f"{i},tee {i}\n" for i in range(2000))
    table = table_of(tmp_path, f'id,name\n{filler}2000,"open\n{filler * 12}'.encode())
    told = by_batches(table, 4096)
    assert told == by_rows(table)
    assert [number for number, _, fault, _ in told if "never closed" in fault] == [2002]
    assert len(told) == 2000 * 13 + 1


def test_a_cell_over_many_lines_is_one_cell(tmp_path: Path) -> None:
    cell = "line\n" * (MAX_RECORD_CHARS // 10)
    table = table_of(tmp_path, f'id,name\n1,"{cell}"\n2,tee\n'.encode())
    told = by_batches(table, 1000)
    assert told == by_rows(table)
    assert told[0][1] == {"id": "1", "name": cell}


def test_a_line_without_end_is_refused_by_number(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"id,name\n" + b"1,tee\n" * 300 + b"x" * (MAX_LINE_CHARS + 10))
    with pytest.raises(CatalogueError, match="line 302 is longer than 33,554,432 characters"):
        list(csv_batches(table))


def test_gzip_that_breaks_off_is_an_error(tmp_path: Path) -> None:
    data = gzip.compress(b"id,name\n" + b"1,tee\n" * 100_000)[:-9]
    with pytest.raises(CatalogueError, match="broken gzip file"):
        list(csv_batches(table_of(tmp_path, data)))
