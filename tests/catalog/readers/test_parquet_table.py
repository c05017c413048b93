"""Parquet catalogues."""

import datetime
import decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.readers.detect import open_source
from catalog.readers.source import CatalogueError


def write(folder: Path, columns: dict[str, Any]) -> Path:
    path = folder / "table.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_cells_come_in_the_types_of_json(tmp_path: Path) -> None:
    fields = pa.array([[("colour", ["red"])]], pa.map_(pa.string(), pa.list_(pa.string())))
    path = write(
        tmp_path,
        {
            "id": [1],
            "price": [decimal.Decimal("12.50")],
            "stock": [decimal.Decimal("3")],
            "rating": [float("nan")],
            "day": [datetime.date(2024, 5, 6)],
            "clothes": fields,
            "size": [{"chest": 90, "notes": [None, "slim"]}],
        },
    )
    source = open_source(path)
    assert source.facts() == {"format": "parquet"}
    assert [(row.number, row.values) for row in source.rows()] == [
        (
            1,
            {
                "id": 1,
                "price": 12.5,
                "stock": 3,
                "rating": None,
                "day": "2024-05-06",
                "clothes": {"colour": ["red"]},
                "size": {"chest": 90, "notes": [None, "slim"]},
            },
        )
    ]


def test_columns_of_bytes_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path, {"id": [1], "image": [{"bytes": b"\xff", "path": "a"}], "raw": [b"\x00x"]}
    )
    assert [row.values for row in open_source(path).rows()] == [{"id": 1}]
    path = write(tmp_path, {"raw": [b"\x00x"]})
    with pytest.raises(CatalogueError, match="expected columns of text or numbers, got none"):
        open_source(path)


def test_texts_that_were_written_as_bytes_are_read(tmp_path: Path) -> None:
    """As Hive, Impala and older Sparks write them."""
    names = ["린넨 셔츠", None, "a shirt\nwith two lines"]
    path = write(
        tmp_path,
        {
            "id": pa.array([b"1", b"2", b"3"], pa.large_binary()),
            "name": pa.array([name and name.encode() for name in names], pa.binary()),
            "picture": [b"\xff\xd8\xff", b"\x89PNG", None],
            "vector": pa.array([b"\x00\x01", b"\x00\x02", b"ab"], pa.binary()),
            "long": [b"x" * 20_000 + bytes([n]) for n in range(3)],
        },
    )
    assert [row.values for row in open_source(path).rows()] == [
        {"id": str(number), "name": name} for number, name in enumerate(names, start=1)
    ]


def test_a_column_whose_bytes_are_texts_at_first_alone_is_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": list(range(400)), "name": [b"a"] * 399 + [b"\xff\xfe"]})
    with pytest.raises(CatalogueError, match=r"table\.parquet: column 'name': expected texts in U"):
        list(open_source(path).rows())


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": list(range(100_000))})
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    with pytest.raises(CatalogueError, match=r"table\.parquet: damaged Parquet file .*write it ag"):
        open_source(path)
    path.write_bytes(whole[:100] + bytes(50_000) + whole[50_100:])
    with pytest.raises(CatalogueError, match=r"table\.parquet: damaged Parquet file"):
        list(open_source(path).rows())


def test_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(),
        1,
        [None, pa.py_buffer(b"\x00\x00\x00\x00\x02\x00\x00\x00"), pa.py_buffer(b"\xe9\xe9")],
    )
    path = write(tmp_path, {"name": broken})
    with pytest.raises(CatalogueError, match=r"damaged Parquet file .*codec can't decode"):
        list(open_source(path).rows())


def test_lists_of_a_fixed_size_and_short_floats_are_what_they_say(tmp_path: Path) -> None:
    colours = pa.array([["White", "Black"]], pa.list_(pa.string(), 2))
    path = write(tmp_path, {"colour": colours, "price": pa.array([20.99], pa.float32())})
    (row,) = open_source(path).rows()
    assert row.values == {"colour": ["White", "Black"], "price": 20.99}


def test_a_data_frames_index_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": ["a"], "__index_level_0__": [7]})
    assert [row.values for row in open_source(path).rows()] == [{"id": "a"}]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table([pa.array(["a"]), pa.array(["b"])], names=["id", "id"]), path)
    with pytest.raises(CatalogueError, match="the column 'id' is there twice; rename one"):
        open_source(path)


def test_a_day_that_python_cannot_hold_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": ["a"], "day": pa.array([2**30], pa.int32()).cast(pa.date32())})
    with pytest.raises(CatalogueError, match="damaged Parquet file"):
        list(open_source(path).rows())
