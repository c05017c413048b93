"""The reader is chosen by what a file holds, whatever its name says."""

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from catalog.readers.detect import find_catalogue, open_source
from catalog.readers.source import CatalogueError

CSV = b"id,name\n1,shirt\n"


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": [1], "name": ["shirt"]}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "format_name"),
    [
        ("table.parquet", CSV, "csv"),
        ("table.jsonl", CSV, "csv"),
        ("table.csv", b'{"id": 1}\n{"id": 2}\n', "jsonl"),
        ("table.jsonl", b'[{"id": 1}, {"id": 2}]', "json"),
        ("table.csv", parquet_bytes(), "parquet"),
        ("table.csv", gzip.compress(CSV), "csv"),
        ("table", gzip.compress(b'{"id": 1}\n'), "jsonl"),
    ],
)
def test_the_content_decides(tmp_path: Path, name: str, content: bytes, format_name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert open_source(path).facts()["format"] == format_name


def picture(format_name: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, format_name)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (picture("PNG"), "a PNG picture"),
        (picture("JPEG"), "a JPEG picture"),
        (picture("GIF"), "a GIF picture"),
        (picture("WEBP"), "a picture or a sound"),
        (workbook(), "a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"SQLite format 3\x00", "an SQLite database; export the table as CSV"),
        (b"<!DOCTYPE html><html>", "a web page or XML"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        open_source(path)
    assert str(caught.value).startswith(
        f"table.csv: expected CSV, JSON Lines or Parquet, got {what}"
    )


def test_parquet_within_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet.gz"
    path.write_bytes(gzip.compress(parquet_bytes()))
    with pytest.raises(CatalogueError, match="a Parquet file packed with gzip; unpack it"):
        open_source(path)


def test_the_only_catalogue_of_a_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(CatalogueError, match="expected one catalogue in the folder, got none"):
        find_catalogue(tmp_path)
    (tmp_path / "items.JSONL.gz").write_bytes(b"x")
    assert find_catalogue(tmp_path).name == "items.JSONL.gz"
    (tmp_path / "old.csv").write_bytes(b"x")
    with pytest.raises(CatalogueError, match=r"got items\.JSONL\.gz, old\.csv; name it"):
        find_catalogue(tmp_path)


def test_a_path_with_nothing_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nowhere\.csv: no such file; give the path of a cat"):
        find_catalogue(tmp_path / "nowhere.csv")
