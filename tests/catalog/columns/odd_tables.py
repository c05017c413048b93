"""Tables of all kinds of cells, right and wrong, made by hypothesis."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from catalog.schema import Schema

COLOURS = (
    *("Red", "red", "Blue", "Navy Blue", "", "NA", "-", "Red|Blue", "Blue|Red", '["Red", "Blue"]'),
    *("[]", "2010.0", "é", "Ｒｅｄ", "Blue ", "  Red", "옷", "R&amp;B"),
)
TEXTS = (
    *("Soft cotton tee", "soft  SOFT Soft cotton", "", "NA", '["a b", "c b"]', "x" * 10_001),
    *("NUL\x00", "line\nbreak", "line\r\nbreak", "tab\tsep", "ﬁt ½ size", "e\u0301t\u00e9"),
    *("한글 텍스트 한글", '5" heel "q"', "back\\slash", "a&amp;b", "Straße STRASSE", "ＡＢＣ abc"),
    *("_under_score_", "=\u0338 x", "\u0301lead", "a\u00a0b", "don't-stop", "x\x01y", "[no list"),
    *("<p>Soft<br/>wool</p>", "30CM", "a 30 cm b", "100 % wool", "5 colours", "총장 30㎝"),
    *("&lt;br&gt;", "\u2028z", "İstanbul", "w " * 40 + " ".join(f"w{i}" for i in range(80))),
)
IDS = (
    ".",
    "sku-1",
    "sku-2",
    "",
    "NA",
    " sp ",
    "a b",
    "x\x00",
    "é",
    "y" * 300,
    "<b>",
    "12.0",
    "007",
)
PRICES = ("1", "2.50", "1,200", "abc", "", "NA", "$5", "1e5", "-3", "007", "3.0", "9" * 30)
OBJECTS = (
    *(None, 1, 1.0, True, 2.5, math.nan, math.inf, ["Red", "Blue"], [1, None], [["x"]], 10**20),
    *({"chest": "Red", "waist": 2}, "\ud800"),
)

MAPPING = {
    "item_id": "id",
    "image": "image",
    "variant_group": "group",
    "standard": {"colour": ["colour", "season"], "season": "season", "year": "year"},
    "reinforced": {"text": ["name", "details"], "more": ["details"]},
    "metadata": {"price": ["price", "year"], "in_stock": "in_stock", "details": "details"},
    "separators": {"colour": "|"},
    "digits": {"id": 5, "group": 3},
}
SCHEMA = Schema(
    standard={
        "colour": ("Red", "Blue"),
        "season": ("summer", "winter"),
        "year": ("2010", "2011"),
    },
    reinforced=("text", "more", "name", "details"),
    aliases={"colour": {"summer": "Red", "Ｒｅｄ": "Red"}},
)

_CELLS = {
    "colour": st.sampled_from(COLOURS),
    "season": st.sampled_from(("summer", "winter", "Summer", "")),
    "name": st.sampled_from(TEXTS),
    "details": st.sampled_from(TEXTS),
    "price": st.one_of(st.integers(0, 99).map(str), st.sampled_from(PRICES)),
    "in_stock": st.sampled_from(("true", "false", "TRUE")),
    "year": st.sampled_from(("2010.0", "2011", "", "x")),
    "image": st.sampled_from(("", "a.jpg", "b c.png", "NA")),
    "group": st.sampled_from(("g1", "g2", " g2 ", "", "7", "0012", "g" * 257)),
}


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of one table; most ids are their own."""
    rows = draw(st.lists(st.fixed_dictionaries(_CELLS), min_size=3, max_size=40))
    odd = draw(st.dictionaries(st.integers(0, len(rows)), st.sampled_from(IDS), max_size=12))
    return [{"id": odd.get(i, f"sku-{i}"), **row} for i, row in enumerate(rows)]


def csv_bytes(
    rows: Sequence[Mapping[str, str]], *, delimiter: str, end: str, encoding: str
) -> bytes:
    """A table as CSV, with rows between that are broken in several ways."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    for number, row in enumerate(rows):
        writer.writerow(row)
        file.write(_BROKEN.get(number, "") and _BROKEN[number] + end)
    return file.getvalue().encode(encoding)


_BROKEN = {2: "two,cells", 5: '9,"open', 11: '10,"a"b', 12: " ", 13: ",,,", 17: '7,5" heel'}


def write_json_lines(
    path: Path, rows: Sequence[Mapping[str, object]], odd: Sequence[object]
) -> None:
    """A table as JSON Lines in which some cells are no text, and some are not there.

    The first row stays, so that every column is in the table.
    """
    records = [dict(row) for row in rows]
    for number, cell in enumerate(odd):
        record = records[1 + number * 7 % (len(records) - 1)]
        column = list(rows[0])[number * 5 % len(rows[0])]
        record[column] = cell
        record.pop(list(rows[0])[number * 3 % len(rows[0])], None)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def write_parquet(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """A table as Parquet with columns of several types."""
    columns: dict[str, object] = {name: [row[name] for row in rows] for name in rows[0]}
    kinds = range(len(rows))
    columns["price"] = pa.array([(None, 1.5, 2.0, math.nan)[i % 4] for i in kinds])
    columns["year"] = pa.array([(2010, 2011, None)[i % 3] for i in kinds])
    seasons = pa.array([row["season"] or None for row in rows], pa.string())
    columns["season"] = seasons.dictionary_encode()
    columns["details"] = pa.array([[row["details"], "more"] for row in rows])
    pq.write_table(pa.table(columns), path, row_group_size=17)
