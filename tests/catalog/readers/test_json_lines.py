"""JSON catalogues: by line, as one array, or one record after the other."""

import json
from pathlib import Path

import pytest

from catalog.readers.detect import open_source
from catalog.readers.source import CatalogueError, Row

RECORDS = [{"id": i, "name": f"니트 {i}", "sizes": ["S", "M"]} for i in range(3000)]


def rows_of(folder: Path, text: str) -> list[Row]:
    path = folder / "table.jsonl"
    path.write_text(text, encoding="utf-8")
    return list(open_source(path).rows())


@pytest.mark.parametrize(
    ("text", "format_name"),
    [
        ("\n".join(map(json.dumps, RECORDS)), "jsonl"),
        (json.dumps(RECORDS), "json"),
        (json.dumps(RECORDS, indent=2, ensure_ascii=False), "json"),
        ("\n".join(json.dumps(record, indent=1) for record in RECORDS), "json"),
    ],
)
def test_records_are_read_however_they_are_laid_out(
    tmp_path: Path, text: str, format_name: str
) -> None:
    rows = rows_of(tmp_path, text)
    assert [row.values for row in rows] == RECORDS
    assert [row.number for row in rows] == list(range(1, 3001))
    source = open_source(tmp_path / "table.jsonl")
    assert source.facts() == {"format": format_name, "encoding": "utf-8"}


def test_lines_that_are_no_object_are_faults_of_their_own(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, '{"id": 1}\n\n{"id": \n[1]\n"text"\n7\ntrue\nnull\n{"id": 2}\n')
    assert [(row.number, row.fault.split(":")[0]) for row in rows] == [
        (1, ""),
        (3, "not JSON"),
        (4, "expected a JSON object, got an array"),
        (5, "expected a JSON object, got a string"),
        (6, "expected a JSON object, got a number"),
        (7, "expected a JSON object, got a truth value"),
        (8, "expected a JSON object, got null"),
        (9, ""),
    ]
    assert rows[1].raw == '{"id": \n'


def test_half_a_character_is_a_fault_wherever_it_stands(tmp_path: Path) -> None:
    lines = [r'{"id": "a\ud800"}', r'{"a\udc00": 1}', r'{"id": "\ud83d\udc57"}']
    for text in ("\n".join(lines), f"[{', '.join(lines)}]"):
        rows = rows_of(tmp_path, text)
        assert [row.fault for row in rows] == [
            *[r"half a character (\ud800 to \udfff); correct it"] * 2,
            "",
        ]
    assert rows[2].values == {"id": "👗"}


def test_nesting_without_end_is_a_fault(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, '{"id": 1}\n{"id": ' + "[" * 100_000 + "\n")
    assert rows[1].fault == "nested more than 64 levels deep; write texts, or lists of texts"


@pytest.mark.parametrize("text", ['[{"id": 1}, {"id": 2}', '[{"id": 1}, {"id": ', '[{"id": 1} {]'])
def test_an_array_that_breaks_off_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogueError, match=r"table\.jsonl: record [23] is not JSON .*one record"):
        rows_of(tmp_path, text)
