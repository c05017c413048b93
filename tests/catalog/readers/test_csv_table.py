"""CSV: delimiters, headers, and rows that are broken."""

from pathlib import Path

import pytest

from catalog.readers.detect import open_source
from catalog.readers.source import CatalogueError, ReadOptions, Row


def rows_of(folder: Path, text: str, options: ReadOptions | None = None) -> list[Row]:
    path = folder / "table.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return list(open_source(path, options).rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_whatever_the_cells_hold(tmp_path: Path, delimiter: str) -> None:
    others = "".join({",", ";", "|"} - {delimiter})
    text = delimiter.join(("id", "name", "colour")) + "\n"
    text += "".join(delimiter.join((f"{i}", f"a{others}b", "red")) + "\n" for i in range(5))
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    source = open_source(path)
    assert source.facts() == {"format": "csv", "encoding": "utf-8", "delimiter": delimiter}
    first = next(source.rows())
    assert first.values == {"id": "0", "name": f"a{others}b", "colour": "red"}


def test_a_delimiter_may_be_given(tmp_path: Path) -> None:
    options = ReadOptions(delimiter="~")
    assert rows_of(tmp_path, "id~name\n1~a,b\n", options)[0].values == {"id": "1", "name": "a,b"}


def test_rows_are_numbered_by_the_line_they_begin_on(tmp_path: Path) -> None:
    text = 'id,name\n\n1,"two\nlines"\r\n\n2,b\n'
    rows = rows_of(tmp_path, text)
    assert [(row.number, row.values["name"]) for row in rows] == [(3, "two\nlines"), (6, "b")]


def test_blank_rows_are_passed_over_wherever_they_are(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, " \n\nid,name\n,\n1,a\n , \n\n2,b\n,\n")
    assert [(row.number, row.values["name"]) for row in rows] == [(5, "a"), (8, "b")]


def test_spaces_after_delimiters_do_not_hide_quotes(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'id, name, colour\n1, "shirt, blue", blue\n')
    assert rows[0].values == {"id": "1", "name": "shirt, blue", "colour": "blue"}


def test_a_row_with_another_number_of_cells_is_a_fault(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "id,name\n1,a,b\n2\n3,c\n")
    assert [row.fault for row in rows] == [
        "3 cells where the header has 2; put quotes around text that holds ',' or a line end",
        "1 cells where the header has 2; put quotes around text that holds ',' or a line end",
        "",
    ]
    assert rows[0].raw == "1,a,b"


def test_a_quote_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    text = "id,name\n" + '1,"open\n' + "".join(f"{i},item\n" for i in range(2, 30_000))
    rows = rows_of(tmp_path, text)
    assert rows[0].number == 2
    assert rows[0].fault == (
        'a cell begins with a quote that is never closed; write it as """" or close it'
    )
    assert [row.values["id"] for row in rows[1:]] == [str(i) for i in range(2, 30_000)]
    assert rows[-1].number == 30_000


def test_a_quote_never_closed_near_the_end_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'id,name\n1,"open\n2,b\n3,c\n')
    assert [bool(row.fault) for row in rows] == [True, False, False]
    assert [row.number for row in rows] == [2, 3, 4]


def test_text_after_a_closing_quote_is_a_fault(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'id,name\n1,"Long" shirt\n2,b\n')
    assert rows[0].fault.startswith("broken quoting (',' expected after '\"'); double the quotes")
    assert rows[1].values == {"id": "2", "name": "b"}


def test_a_cell_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, f"id,name\n1,{'x' * 10_000_000}\n2,b\n")
    assert [len(str(row.values["name"])) for row in rows] == [10_000_000, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\na\n", "expected a header that names at least two columns, got 'name'"),
        ("1,shirt\n2,dress\n", "expected column names in the first line, got values: 1, shirt"),
        ("id,a,a\n1,b,c\n", "the header has the column 'a' twice; rename one"),
        (",\n,,\n", "expected a header that names at least two columns, got ''"),
        ("id,caf\udce9\n" + "1,옷\n" * 99, "the header has bytes that are not utf-8; correct"),
        ('id,"a\n1,b\n', "the header: a cell begins with a quote that is never closed"),
        ('id,"a"b\n1,b\n', "the header: broken quoting"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        rows_of(tmp_path, text)


def test_a_column_without_name_gets_one(tmp_path: Path) -> None:
    assert rows_of(tmp_path, ",name\n1,a\n")[0].values == {"column 1": "1", "name": "a"}
