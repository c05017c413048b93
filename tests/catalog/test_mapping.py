"""The mapping file."""

from pathlib import Path

import pytest

from catalog.mapping import ColumnMapping
from catalog.readers.source import CatalogueError, ReadOptions

FULL = {
    "item_id": "sku",
    "image": "photo",
    "variant_group": "style",
    "standard": {"colour": ["colour", "second colour"]},
    "reinforced": {"text": ["name"]},
    "metadata": {"price": ["price"]},
    "separators": {"colour": "/"},
    "digits": {"sku": 10, "style": 7},
    "aliases": {"colour": {"rosso": "red"}},
    "ignored": {"junk": "holds nothing"},
    "encoding": "cp949",
    "delimiter": ";",
}


def test_a_mapping_is_read_back_as_it_was_written() -> None:
    mapping = ColumnMapping.from_json(FULL)
    assert mapping.to_json() == FULL
    assert mapping.options == ReadOptions(encoding="cp949", delimiter=";")
    assert not mapping.is_partial


def test_short_forms_mean_the_same() -> None:
    mapping = ColumnMapping.from_json({"standard": ["a", "b"], "reinforced": {"text": "name"}})
    assert mapping.standard == {"a": ("a",), "b": ("b",)}
    assert mapping.reinforced == {"text": ("name",)}


def test_a_mapping_that_only_says_how_to_read_names_no_columns() -> None:
    assert not ColumnMapping.from_json({"encoding": "cp949"}).names_columns
    assert ColumnMapping.from_json({"item_id": "sku"}).names_columns
    assert ColumnMapping.from_json({"item_id": "sku"}).is_partial
    aliases = {"aliases": {"colour": {"rosso": "red"}}}
    assert not ColumnMapping.from_json(aliases).names_columns
    assert ColumnMapping.from_json(aliases).to_json() == aliases


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], r"expected a JSON object with .*, got \[\]"),
        ({"id": "sku"}, "unknown key 'id'; expected one of item_id, image, "),
        ({"item_id": 7}, "item_id is a text, got 7"),
        ({"standard": "a"}, "standard is an object of columns by field, or a list of columns, "),
        ({"standard": {"a": []}}, r"standard.a names a column or a list of columns, got \[\]"),
        ({"metadata": {"a": [1]}}, r"metadata.a names a column or a list of columns, got \[1\]"),
        ({"separators": {"a": 1}}, "separators is an object of texts by column, got "),
        ({"digits": ["a"]}, r"digits is an object of numbers by column, got \['a'\]"),
        ({"digits": {"a": "10"}}, "digits.a is a whole number from 1 to 64, got '10'"),
        ({"digits": {"a": True}}, "digits.a is a whole number from 1 to 64, got True"),
        ({"digits": {"a": 65}}, "digits.a is a whole number from 1 to 64, got 65"),
        ({"aliases": ["a"]}, r"aliases is an object of spellings and values by field, got \['a'\]"),
        ({"aliases": {"a": {"b": ""}}}, "aliases.a is an object of values by spelling, got "),
        ({"delimiter": "::"}, "delimiter is one character other than a quote, got '::'"),
        ({"delimiter": '"'}, "delimiter is one character other than a quote"),
    ],
)
def test_another_shape_is_refused_by_place(document: object, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        ColumnMapping.from_json(document)


def test_a_mapping_file_is_named_in_its_errors(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    with pytest.raises(CatalogueError, match=r"mapping file .*mapping\.json cannot be read: No su"):
        ColumnMapping.load(path)
    path.write_text("id: sku")
    with pytest.raises(CatalogueError, match=r"mapping file .*mapping\.json is not JSON in UTF-8"):
        ColumnMapping.load(path)
    path.write_text('{"id": 1}')
    with pytest.raises(CatalogueError, match=r"mapping file .*mapping\.json: unknown key 'id'"):
        ColumnMapping.load(path)
