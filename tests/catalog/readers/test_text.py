"""Encodings: found out, or refused with the remedy."""

import gzip
from pathlib import Path

import pytest

from catalog.readers import text
from catalog.readers.detect import open_source
from catalog.readers.source import CatalogueError, ReadOptions
from catalog.readers.text import detect_text

KOREAN = "상품번호,상품명,색상\n" + "".join(f"{i},오버핏 린넨 셔츠,네이비\n" for i in range(50))
FRENCH = "id,nom,couleur\n" + "".join(f"{i},Robe d'été à fleurs,crème\n" for i in range(50))
JAPANESE = "id,name,colour\n" + "".join(f"{i},これは綺麗なシャツです,赤\n" for i in range(50))
CHINESE = "id,name,colour\n" + "".join(f"{i},这是一件漂亮的衬衫,红色\n" for i in range(50))


@pytest.mark.parametrize(
    ("content", "encoding", "found"),
    [
        ("id,name\n1,shirt\n", "ascii", "utf-8"),
        (KOREAN, "utf-8", "utf-8"),
        (KOREAN, "utf-8-sig", "utf-8-sig"),
        (KOREAN, "utf-16", "utf-16"),
        (KOREAN, "utf-16-le", "utf-16-le"),
        (KOREAN, "utf-16-be", "utf-16-be"),
        (KOREAN, "utf-32", "utf-32"),
        (KOREAN, "cp949", "cp949"),
        (KOREAN, "euc-kr", "cp949"),
        (FRENCH, "latin-1", "cp1252"),
        (FRENCH, "cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, content: str, encoding: str, found: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode(encoding))
    file = detect_text(path)
    assert file.encoding == found
    assert "".join(file.lines()) == content


@pytest.mark.parametrize(
    ("content", "encoding"),
    [(JAPANESE, "shift-jis"), (JAPANESE, "euc-jp"), (CHINESE, "gbk")],
)
def test_another_encoding_is_refused_unless_named(
    tmp_path: Path, content: str, encoding: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode(encoding))
    with pytest.raises(CatalogueError) as caught:
        open_source(path)
    assert str(caught.value) == (
        "table.csv: neither UTF-8 nor another known encoding; save it as UTF-8, or name its "
        'encoding in a mapping file: {"encoding": "..."}'
    )
    named = open_source(path, ReadOptions(encoding=encoding))
    assert next(named.rows()).values["id"] == "0"


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,name\n1,a\n")
    with pytest.raises(CatalogueError, match="unknown encoding 'klingon'; use a name such as utf"):
        open_source(path, ReadOptions(encoding="klingon"))


def test_a_row_in_another_encoding_is_a_fault_of_that_row(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes((KOREAN + "50,").encode() + b"caf\xe9" + ",베이지\n".encode())
    rows = list(open_source(path).rows())
    assert not any(row.fault for row in rows[:-1])
    assert rows[-1].fault == (
        "bytes that are not utf-8; correct the text, or name the encoding in a mapping"
    )


def test_utf16_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(KOREAN.encode("utf-16")[:-1])
    with pytest.raises(CatalogueError, match=r"table\.csv: not utf-16 throughout .*truncated"):
        list(open_source(path).rows())


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"table\.csv: the catalogue is empty; expected rows"):
        open_source(path)


def test_a_file_of_any_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(CatalogueError, match="a binary file of no known kind; expected CSV, JSON"):
        open_source(path)


def test_gzip_is_unpacked_and_a_broken_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    packed = gzip.compress(KOREAN.encode())
    path.write_bytes(packed)
    assert len(list(open_source(path).rows())) == 50
    path.write_bytes(packed[:-20])
    with pytest.raises(CatalogueError, match=r"table\.csv: broken gzip file .*; pack it again"):
        open_source(path)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"id,name\n1," + b"x" * text.MAX_LINE_CHARS)
    with pytest.raises(CatalogueError, match="line 2 is longer than 33,554,432 characters"):
        list(open_source(path).rows())
