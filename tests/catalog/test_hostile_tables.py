"""Tables that are broken or meant to break: each row is kept, set aside by name, or all refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.readers.text import open_bytes
from tests.catalog.command_line import rejects, run
from tests.catalog.hostile import DEEP, FLAT, PLAIN, Hostile


def test_a_nul_costs_its_row_and_is_named(hostile: Hostile) -> None:
    aside, _ = hostile.kept(hostile.write("a.csv", PLAIN + "99,a\0b,Black\n98,fine,Black\n"), 41)
    assert aside == [
        {
            "row": 42,
            "item_id": "99",
            "field": "reinforced_feature_value.name",
            "value": r"'a\x00b'",
            "reason": "NUL and lone surrogates cannot be stored: remove them",
        }
    ]


@pytest.mark.parametrize("num_columns", [10_000, 2_000_000])
def test_thousands_of_columns_are_refused_by_their_number(
    hostile: Hostile, num_columns: int
) -> None:
    header = ",".join(f"c{i}" for i in range(num_columns))
    row = ",".join("1" * num_columns)
    assert hostile.refused(hostile.write("a.csv", f"{header}\n{row}\n")) == (
        f"a.csv: the header has {num_columns:,} columns, at most 2,000: keep what describes a "
        "product, one product a row; or are rows and columns interchanged?"
    )


def test_a_name_that_two_columns_have_is_refused(hostile: Hostile) -> None:
    path = hostile.write("a.csv", "id,name,name\n" + "1,a,b\n" * 9)
    assert hostile.refused(path) == "a.csv: the header has the column 'name' twice; rename one"


def test_line_ends_within_quotes_are_text(hostile: Hostile) -> None:
    text = PLAIN.replace("\n", "\r\n") + '99,"two\r\nlines, and\rmore",Black\r\n98,b,Black\r\n'
    aside, items = hostile.kept(hostile.write("a.csv", text), 42)
    assert aside == []
    assert items["99"].reinforced == {"name": ("two lines, and more",)}


FORMULAS = ('=HYPERLINK("http://x.example","y")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)")


def test_a_formula_is_text_and_no_formula_in_what_is_written(hostile: Hostile) -> None:
    cells = [f'"{text.replace(chr(34), 2 * chr(34))}"' for text in FORMULAS]
    rows = "".join(f"f{i},a {i},{cell}\nt{i},{cell},Black\n" for i, cell in enumerate(cells))
    path = hostile.write("a.csv", PLAIN + rows + "=1+1,an id,Black\n")
    aside, items = hostile.kept(path, 49)
    assert aside == []
    for i, text in enumerate(FORMULAS):
        # A bar parts values, here as elsewhere.
        assert items[f"f{i}"].clothes == {"color": tuple(text.split("|"))}
        assert items[f"t{i}"].reinforced == {"name": (text,)}
    assert "=1+1" in items
    page = (hostile.folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "&#39;@SUM(1+1)" in page
    assert "&#39;=HYPERLINK(&#34;http://x.example" in page
    assert 'HYPERLINK("' not in page
    assert "&#39;-2+3" in page


KOREAN = [f"{i},셔츠 번호 {i},검정\n" for i in range(40)]


@pytest.mark.parametrize(("common", "rare"), [("utf-8", "cp949"), ("cp949", "utf-8")])
def test_rows_in_another_encoding_are_set_aside_one_by_one(
    hostile: Hostile, common: str, rare: str
) -> None:
    lines = [line.encode(common if i % 5 else rare) for i, line in enumerate(KOREAN)]
    aside, items = hostile.kept(hostile.write("a.csv", b"id,name,color\n" + b"".join(lines)), 32)
    assert [one["row"] for one in aside] == [2, 7, 12, 17, 22, 27, 32, 37]
    assert {one["reason"] for one in aside} == {
        "bytes that are not utf-8; correct the text, or name the encoding in a mapping"
        if rare == "cp949"
        else "text in UTF-8 in a file of cp949; save the whole file as UTF-8"
    }
    assert {item.clothes["color"] for item in items.values()} == {("검정",)}


def test_half_and_half_is_too_much_and_each_row_is_named(hostile: Hostile) -> None:
    lines = [line.encode(("utf-8", "cp949")[i % 2]) for i, line in enumerate(KOREAN)]
    path = hostile.write("a.csv", b"id,name,color\n" + b"".join(lines))
    out = hostile.folder / "items"
    done = run("catalog.ingest", "--catalogue", path, "--out", out)
    assert done.code == 2
    assert "20 of 40 rows were set aside (50.0%), more than the 5.0% allowed" in done.error
    assert len(rejects(hostile.folder / "items.rejects.jsonl")) == 20
    assert not out.exists()


def test_a_mark_in_the_middle_is_no_part_of_an_id(hostile: Hostile) -> None:
    aside, _ = hostile.kept(hostile.write("a.csv", f"{PLAIN}\ufeff99,x,Black\n"), 40)
    assert (aside[0]["row"], aside[0]["value"]) == (42, r"'\ufeff99'")
    record = json.dumps({"id": "99", "name": "x", "color": "Black"})
    aside, _ = hostile.kept(hostile.write("b.jsonl", f"{FLAT}\ufeff{record}\n"), 40)
    assert (aside[0]["row"], aside[0]["reason"]) == (
        41,
        "begins with a byte order mark (U+FEFF), as where files were joined; remove it",
    )


def test_ids_that_look_alike_in_another_normal_form_are_two(hostile: Hostile) -> None:
    rows = "caf\u00e9,composed,Black\ncafe\u0301,decomposed,Black\n"
    _, items = hostile.kept(hostile.write("a.csv", PLAIN + rows), 42)
    assert items["caf\u00e9"].reinforced["name"] == ("composed",)
    assert items["cafe\u0301"].reinforced["name"] == ("decomposed",)


def test_ids_that_are_paths_stay_ids(hostile: Hostile) -> None:
    _, items = hostile.kept(hostile.write("a.csv", PLAIN + "../../etc/x,a,Black\n/b,a,Black\n"), 42)
    assert {"../../etc/x", "/b"} < items.keys()


def test_a_cell_that_is_a_deep_list_is_text(hostile: Hostile) -> None:
    _, items = hostile.kept(hostile.write("a.csv", f"{PLAIN}99,{DEEP},Black\n"), 41)
    assert items["99"].reinforced["name"] == (DEEP,)


def wrong_footers(whole: bytes) -> dict[str, bytes]:
    return {
        "longer than the file": whole[:-8] + b"\xff\xff\xff\x7fPAR1",
        "of another place": whole[:-8] + b"\x10\x00\x00\x00PAR1",
        "of zeros": whole[:-60] + bytes(52) + whole[-8:],
        "without its mark": whole[:-4] + b"PARX",
        "cut off": whole[:-30],
    }


@pytest.mark.parametrize("wrong", wrong_footers(bytes(100)))
def test_parquet_with_a_wrong_footer_is_refused(hostile: Hostile, wrong: str) -> None:
    path = hostile.folder / "a.parquet"
    pq.write_table(pa.table({"id": [str(i) for i in range(50)], "name": ["x"] * 50}), path)
    path.write_bytes(wrong_footers(path.read_bytes())[wrong])
    line = hostile.refused(path)
    assert line.startswith("a.parquet: damaged Parquet file (")
    assert line.endswith("); write it again")


def gzip_of(head: bytes, filling: bytes, num_mib: int) -> bytes:
    """Gzip of a head and many MiB of one byte."""
    return gzip.compress(head) + gzip.compress(filling * 2**20) * num_mib


@pytest.mark.parametrize("filling", [b"x", b"\n"])
def test_a_gzip_bomb_is_given_up_early(hostile: Hostile, filling: bytes) -> None:
    path = hostile.write("a.csv.gz", gzip_of(PLAIN.encode() + b"99,", filling, 2000))
    line = hostile.refused(path)
    assert line.startswith("a.csv.gz: ")
    assert "200 times as many: this is no table of products; if it is one, unpack it" in line


def test_a_table_that_packs_well_is_no_bomb(hostile: Hostile) -> None:
    row = f"1,shirt,{'Black;' * 25}\n"
    rows = "".join(f"{i}{row}" for i in range(440_000)).encode()
    assert len(rows) > 64 * 2**20
    path = hostile.write("a.csv.gz", gzip.compress(rows, 6))
    assert len(rows) > 25 * path.stat().st_size
    with open_bytes(path) as file:
        assert sum(len(chunk) for chunk in iter(lambda: file.read(2**20), b"")) == len(rows)


def long_csv(path: Path) -> None:
    with path.open("wb") as file:
        file.write(PLAIN.encode() + b"99,")
        file.write(b"x" * 100_000_000)


def long_json(path: Path) -> None:
    with path.open("wb") as file:
        file.write(FLAT.encode() + b'{"id": "99", "name": "')
        file.write(b"x" * 100_000_000)


@pytest.mark.parametrize(("write", "line"), [(long_csv, "line 42"), (long_json, "line 41")])
def test_a_row_of_a_hundred_megabytes_is_refused_by_its_line(
    hostile: Hostile, write: Callable[[Path], None], line: str
) -> None:
    path = hostile.folder / "a"
    write(path)
    said = hostile.refused(path)
    assert said.startswith(f"a: {line} is longer than 33,554,432 characters (it begins ")
    assert said.endswith("end each product's line, or take the line out")
