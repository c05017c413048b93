"""`python -m catalog interactions`: what is kept, what is set aside and why."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.__main__ import main
from catalog.item import Item
from catalog.table import write_items

HEADER = "t_dat,customer_id,article_id,price,sales_channel_id\n"
ROWS = [
    "2018-09-20,000058a1,0663713001,0.050831,2",
    '2018-09-20,000058a1,0541518023,"0.030492",2',
    "2018-09-21,00007d2d,0663713001,,1",
]


@pytest.fixture
def items(tmp_path: Path) -> Path:
    folder = tmp_path / "items"
    folder.mkdir()
    known = [Item(item_id=item_id) for item_id in ("0663713001", "0541518023", "7")]
    write_items(folder / "items.parquet", known)
    return folder


class Runner:
    """Runs the command on a table and reads what it left."""

    def __init__(self, folder: Path, items: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.items, self._capsys = folder, items, capsys
        self.out = folder / "interactions.parquet"

    def __call__(self, table: str | bytes, *options: str, name: str = "t.csv") -> tuple[int, str]:
        path = self.folder / name
        path.write_bytes(table.encode() if isinstance(table, str) else table)
        return self.on(path, *options)

    def on(self, path: Path, *options: str) -> tuple[int, str]:
        """The same on a table that is there."""
        command = ["interactions", str(path), "--items", str(self.items), "--out", str(self.out)]
        code = main([*command, *options])
        printed = self._capsys.readouterr()
        return code, printed.err if code else printed.out

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.out).to_pylist()
        return rows

    def set_aside(self) -> list[dict[str, Any]]:
        path = self.out.with_name("interactions.parquet.rejects.jsonl")
        return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def run(tmp_path: Path, items: Path, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(tmp_path, items, capsys)


def test_a_table_in_parts_is_read_part_after_part(run: Runner) -> None:
    for number, row in enumerate(ROWS):
        run.folder.joinpath("parts").mkdir(exist_ok=True)
        (run.folder / "parts" / f"part-{number}.csv").write_text(HEADER + row)
    (run.folder / "parts" / f"part-{len(ROWS)}.csv").touch()
    code, _ = run.on(run.folder / "parts")
    assert code == 0
    assert [row["item_id"] for row in run.rows()] == ["0663713001", "0541518023", "0663713001"]
    (run.folder / "parts" / "part-1.csv").unlink()
    code, told = run.on(run.folder / "parts")
    assert code == 2
    assert "parts: expected a file, or the folder of a table in parts, got another folder" in told


def test_zeros_that_ids_lost_are_put_back_as_in_the_catalogue(run: Runner, items: Path) -> None:
    mapping = {"item_id": "article_id", "reinforced": ["name"], "digits": {"article_id": 10}}
    (items / "mapping.json").write_text(json.dumps(mapping))
    code, told = run(HEADER + "\n".join(row.replace(",0", ",", 1) for row in ROWS))
    assert (code, json.loads(told)["kept"]) == (0, 3)
    assert [row["item_id"] for row in run.rows()] == ["0663713001", "0541518023", "0663713001"]


def test_h_and_m_s_table_is_read_as_it_is(run: Runner) -> None:
    code, told = run(HEADER + "\n".join(ROWS))
    assert code == 0
    summary = json.loads(told)
    assert (summary["rows"], summary["kept"], summary["set_aside"]) == (3, 3, 0)
    assert (summary["from"], summary["to"]) == ("2018-09-20T00:00:00", "2018-09-21T00:00:00")
    assert run.rows()[0] == {
        "user_id": "000058a1",
        "item_id": "0663713001",
        "time": datetime(2018, 9, 20),
        "price": 0.050831,
        "channel": "2",
    }
    assert run.rows()[2]["price"] is None


@pytest.mark.parametrize("packed", [False, True])
def test_other_columns_delimiters_and_times_are_told(run: Runner, packed: bool) -> None:
    table = b"when;who;what\n2020-01-02 03:04:05;ann;7\n2020-01-03T04:05:06;bob;7\n20200104;cy;7\n"
    named = ["--user", "who", "--item", "what", "--time", "when", "--price", "", "--channel", ""]
    code, _ = run(gzip.compress(table) if packed else table, *named, "--delimiter", ";")
    assert code == 0
    assert [row["time"] for row in run.rows()] == [
        datetime(2020, 1, 2, 3, 4, 5),
        datetime(2020, 1, 3, 4, 5, 6),
        datetime(2020, 1, 4),
    ]
    assert {row["channel"] for row in run.rows()} == {None}


def test_parquet_gives_the_same_rows(run: Runner) -> None:
    run(HEADER + "\n".join(ROWS))
    expected = run.rows()
    columns = zip(*(row.replace('"', "").split(",") for row in ROWS), strict=True)
    table = pa.table(dict(zip(HEADER.strip().split(","), map(list, columns), strict=True)))
    path = run.folder / "t.parquet"
    pq.write_table(table, path)
    assert run(path.read_bytes(), name="t.parquet")[0] == 0
    assert run.rows() == expected


def test_what_is_no_interaction_is_set_aside_with_its_reason(run: Runner) -> None:
    bad = [
        "2018-09-20,,0663713001,1,2",
        "2018-09-20,u,,1,2",
        "2018-09-20,u,0999999999,1,2",
        "yesterday,u,0663713001,1,2",
        "2018-09-20,u,0663713001,cheap,2",
        "2018-09-20,u,0663713001",
    ]
    code, told = run(HEADER + "\n".join([*ROWS, *bad]), "--max-reject-share", "0.7")
    assert code == 0
    assert json.loads(told)["kept"] == 3
    found = {(one["field"], one["value"]): one["reason"] for one in run.set_aside()}
    assert found == {
        ("row", "'2018-09-20,u,0663713001'"): "expected 5 cells as in the header, got 3",
        ("customer_id", "None"): "expected an id, got none",
        ("article_id", "None"): "expected an id, got none",
        ("article_id", "'0999999999'"): "the catalogue has no item with this id",
        ("t_dat", "'yesterday'"): "expected a day, as in 2020-09-22, or a day and a time",
        ("price", "'cheap'"): "expected a number, or nothing",
    }


def test_a_table_that_mostly_does_not_fit_is_refused(run: Runner) -> None:
    code, told = run(HEADER + "2018-09-20,u,1,1,2\n" * 3 + ROWS[0])
    assert code == 2
    assert (
        "3 of 4 rows set aside, expected at most 5%: 3 x article_id: the catalogue has no" in told
    )
    assert not run.out.exists()
    assert len(run.set_aside()) == 3


def test_a_run_without_faults_takes_the_old_list_of_them_away(run: Runner) -> None:
    run(HEADER + "2018-09-20,u,1,1,2\n")
    assert run(HEADER + ROWS[0])[0] == 0
    assert not run.out.with_name("interactions.parquet.rejects.jsonl").exists()


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("", "cannot be read"),
        (HEADER, "the table is empty"),
        ("a,b\n1,2\n", "got none named customer_id, article_id, t_dat"),
        (HEADER.encode() + b"2018-09-20,\xff\xfe,0663713001,1,2\n", "cannot be read"),
        (b"PAR1 and then nothing of the kind", "cannot be read"),
    ],
)
def test_what_is_no_table_of_interactions_is_refused(
    run: Runner, table: str | bytes, reason: str
) -> None:
    code, told = run(table)
    assert code == 2
    assert reason in told
    assert not run.out.exists()


def test_a_column_that_must_be_there_cannot_be_left_out(run: Runner) -> None:
    code, told = run(HEADER + ROWS[0], "--user", "")
    assert (code, told) == (2, "catalog interactions: --user: expected a column's name, got none\n")


@pytest.mark.parametrize(
    ("kind", "stored"),
    [("ns", None), ("us", None), ("s", None), ("ms", "UTC"), ("ms", "Asia/Seoul")],
)
def test_parquets_own_times_are_those_of_utc(run: Runner, kind: str, stored: str | None) -> None:
    when = pa.array([datetime(2018, 9, 20, 15)], pa.timestamp(kind)).cast(
        pa.timestamp(kind, stored)
    )
    columns = {"t_dat": when, "customer_id": ["u"], "article_id": ["7"]}
    columns |= {"price": [float("nan")], "sales_channel_id": [2]}
    path = run.folder / "t.parquet"
    pq.write_table(pa.table(columns), path)
    assert run(path.read_bytes(), name="t.parquet")[0] == 0
    (row,) = run.rows()
    assert (row["time"], row["price"]) == (datetime(2018, 9, 20, 15), None)


def test_times_and_numbers_that_there_are_not_are_set_aside(run: Runner) -> None:
    times = ["2018-02-30", "2018-04-31", "2018-09-20 25:61:00", "2018-09-20 23:59:60", "20180230"]
    bad = [f"{time},u,7,1,2" for time in times]
    bad += ["2018-09-20,u,7,1e999,2", "2018-09-20,u\x00,7,1,2"]
    good = "2018-9-2,u,7,1,2"
    code, _ = run(HEADER + "\n".join([good, *bad]), "--max-reject-share", "0.95")
    assert code == 0
    assert [row["time"] for row in run.rows()] == [datetime(2018, 9, 2)]
    fields = [reject["field"] for reject in run.set_aside()]
    assert sorted(fields) == ["customer_id", "price", *["t_dat"] * 5]


def test_an_item_that_was_merged_away_stands_for_what_it_became(run: Runner) -> None:
    (run.items / "merged.jsonl").write_text('{"item_id": "8", "into": "7"}\n')
    assert run(HEADER + "2018-09-20,u,8,1,2\n2018-09-20,u,7,1,2")[0] == 0
    assert [row["item_id"] for row in run.rows()] == ["7", "7"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ((HEADER + ROWS[0]).encode("utf-16"), "cannot be read ("),
        (HEADER.replace("channel_id", "channel_id,price") + ROWS[0] + ",1", "price more than once"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(run: Runner, table: str | bytes, told: str) -> None:
    code, error = run(table)
    assert code == 2
    assert told in error


def test_a_table_is_not_written_over(run: Runner) -> None:
    table = HEADER + "\n".join(ROWS)
    code, error = run(table, name=run.out.name)
    assert (code, run.out.read_text()) == (2, table)
    assert "is what is read; choose another file to write" in error
