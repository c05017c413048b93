"""Rules of what is one, in a mapping file."""

import pytest

from catalog.consolidate.rules import Rules
from catalog.mapping import ColumnMapping
from catalog.readers.source import CatalogueError


def test_rules_are_read_back_as_they_were_written() -> None:
    document = {"duplicates": {"may_differ": []}, "variants": {"may_differ": ["colour", "size"]}}
    rules = Rules.from_json(document)
    assert rules == Rules(duplicates=(), variants=("colour", "size"))
    assert rules.to_json() == document


def test_without_rules_there_is_nothing_to_do() -> None:
    assert not Rules.from_json({"item_id": "sku"})
    assert Rules(duplicates=())
    assert Rules().to_json() == {}


def test_a_mapping_holds_them_and_names_no_column_by_them() -> None:
    document = {"variants": {"may_differ": ["size"]}}
    mapping = ColumnMapping.from_json(document)
    assert mapping.rules == Rules(variants=("size",))
    assert mapping.to_json() == document
    assert not mapping.names_columns


@pytest.mark.parametrize(
    "rule", [True, ["size"], {}, {"may_differ": "size"}, {"may_differ": [1]}, {"differ": []}]
)
def test_another_shape_is_refused_by_name(rule: object) -> None:
    with pytest.raises(CatalogueError) as caught:
        Rules.from_json({"variants": rule})
    assert str(caught.value).startswith(
        'variants is an object with a list of fields, such as {"may_differ": ["size"]}, got '
    )
