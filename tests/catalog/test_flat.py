"""From cells to records."""

from typing import Any

import pytest

from catalog.flat import CellFault, FlatTable, infer_schema
from catalog.infer import complete_mapping
from catalog.mapping import ColumnMapping
from catalog.profile import profile_rows
from catalog.readers.source import Row
from catalog.schema import Schema

ROWS: list[dict[str, Any]] = [
    {
        "id": f"{i}.0",
        "colour": "red|blue" if i % 2 else "red",
        "name": "A warm coat, long",
        "price": f"{i},50",
    }
    for i in range(1, 40)
]


def table_of(
    rows: list[dict[str, Any]], schema: Schema | None = None, **given: object
) -> FlatTable:
    profiles = profile_rows(Row(number=i, values=row) for i, row in enumerate(rows))
    mapping = complete_mapping(ColumnMapping.from_json(given), profiles, schema)
    schema = schema or infer_schema(mapping, profiles)
    return FlatTable(mapping=mapping, profiles=profiles, schema=schema)


def test_a_row_becomes_the_record_of_an_item() -> None:
    record, faults = table_of(
        ROWS, reinforced=["name"], standard=["colour"], metadata=["price"]
    ).record(ROWS[0])
    assert record == {
        "item_id": "1",
        "clothes": {"colour": ["red", "blue"]},
        "reinforced_feature_value": {"name": ["A warm coat, long"]},
        "image": None,
        "variant_group": None,
        "metadata": {"price": 1.5},
    }
    assert faults == []


def test_several_columns_may_fill_one_field() -> None:
    rows = [{"id": f"x{i}", "main": "red", "second": "NA" if i else "blue"} for i in range(20)]
    table = table_of(rows, standard={"colour": ["main", "second"]})
    assert table.schema.standard == {"colour": ("blue", "red")}
    assert table.record(rows[0])[0]["clothes"] == {"colour": ["red", "blue"]}
    assert table.record(rows[1])[0]["clothes"] == {"colour": ["red"]}


def test_a_schema_may_use_a_value_that_looks_missing() -> None:
    schema = Schema(standard={"elasticity": ("NA", "some")}, reinforced=())
    rows = [{"id": f"x{i}", "elasticity": "NA"} for i in range(20)]
    record, _ = table_of(rows, schema).record(rows[0])
    assert record["clothes"] == {"elasticity": ["NA"]}


def test_a_cell_that_breaks_its_columns_type_is_left_out_and_noted() -> None:
    rows = [{"id": f"x{i}", "colour": "red", "price": f"{i}"} for i in range(100)]
    rows[7]["price"] = "on request"
    record, faults = table_of(rows, metadata=["price"], standard=["colour"]).record(rows[7])
    assert record["metadata"] == {}
    assert faults == [
        CellFault(
            field="metadata.price",
            value="on request",
            reason="expected a number, as in the rest of the column",
        )
    ]


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["true", "FALSE", "True"], True),
        (["yes", "no", "yes"], "yes"),
        ([1.5, 2, 3], 1.5),
        ([["a", "b"], ["c"], ["d"]], ["a", "b"]),
        (["12 cm", "13 cm", "14 cm"], "12 cm"),
        (["007", "008", "009"], "007"),
    ],
)
def test_metadata_keeps_or_gets_the_type_of_its_column(cells: list[object], value: object) -> None:
    rows = [{"id": f"x{i}", "colour": "red", "extra": cell} for i, cell in enumerate(cells)]
    record, _ = table_of(rows, standard=["colour"], metadata=["extra"]).record(rows[0])
    assert record["metadata"] == {"extra": value}


def test_ids_with_leading_zeros_keep_them() -> None:
    rows = [{"article_id": f"0{i}", "colour": "red"} for i in range(108775015, 108775045)]
    assert table_of(rows).record(rows[0])[0]["item_id"] == "0108775015"


def test_the_first_of_several_pictures_is_the_items() -> None:
    rows = [{"id": f"x{i}", "colour": "red", "image": ["a.jpg", "b.jpg"]} for i in range(20)]
    assert table_of(rows).record(rows[0])[0]["image"] == "a.jpg"
