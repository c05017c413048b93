"""Schemas: kept exactly, and refused by the name of what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.schema import Schema, SchemaError, default_schema

SHARED = Path(__file__).parents[3] / "shared" / "vocabulary.json"


def test_the_default_schema_keeps_the_spellings_of_catalogues() -> None:
    schema = default_schema()
    assert "nomal" in schema.standard["top.length_type"]
    assert schema.aliases == {"top.length_type": {"normal": "nomal"}}
    assert len(schema.standard) == 15
    assert len(schema.reinforced) == 5


@pytest.mark.skipif(not SHARED.exists(), reason="the reference vocabulary is not beside us")
def test_the_default_schema_is_the_reference_vocabulary() -> None:
    document = default_schema().to_json()
    del document["aliases"]
    assert document == json.loads(SHARED.read_text(encoding="utf-8"))


def test_a_schema_survives_json_and_keeps_its_digest() -> None:
    schema = default_schema()
    again = Schema.from_json(json.loads(json.dumps(schema.to_json())))
    assert again == schema
    assert again.digest() == schema.digest()


def test_aliases_number_nothing_and_the_order_of_values_does() -> None:
    schema = Schema(standard={"a": ("x", "y")}, reinforced=("t",))
    aliased = replace(schema, aliases={"a": {"z": "x"}})
    assert schema.numbers_like(aliased)
    assert not schema.numbers_like(replace(schema, standard={"a": ("y", "x")}))
    assert not schema.numbers_like(replace(schema, reinforced=("t", "u")))
    two = Schema(standard={"a": ("x",), "b": ("y",)}, reinforced=())
    assert not two.numbers_like(replace(two, standard={"b": ("y",), "a": ("x",)}))


def test_the_order_of_values_is_part_of_the_digest() -> None:
    one = Schema(standard={"color": ("Black", "White")}, reinforced=())
    other = Schema(standard={"color": ("White", "Black")}, reinforced=())
    assert one.digest() != other.digest()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "a schema is a JSON object"),
        ({}, "the schema has no field"),
        ({"standards": {}}, "unknown key 'standards'"),
        ({"standard": []}, "standard is an object, got list"),
        ({"standard": {"color": "Black"}}, r"standard.color is a list of strings"),
        ({"standard": {"color": [1]}}, r"standard.color is a list of strings"),
        ({"standard": {"color": []}}, r"standard.color has no values"),
        ({"standard": {"color": ["Black", "Black"]}}, r"standard.color has 'Black' twice"),
        ({"standard": {"": ["x"]}}, "'' cannot be a field"),
        ({"reinforced": ["*"]}, r"'\*' cannot be a field"),
        ({"reinforced": ["title", "title"]}, "reinforced has 'title' twice"),
        ({"reinforced": ["a"], "aliases": {"b": {}}}, r"aliases.b is not a standard field"),
        (
            {"standard": {"a": ["x"]}, "aliases": {"a": {"y": "z"}}},
            r"aliases.a.y stands for 'z', which a does not have",
        ),
        (
            {"standard": {"a": ["x", "y"]}, "aliases": {"a": {"y": "x"}}},
            r"aliases.a.y is a value of a itself",
        ),
        ({"standard": {"a": ["x"]}, "aliases": {"a": {"y": 1}}}, r"aliases.a.y is a string"),
    ],
)
def test_what_is_no_schema_is_refused_by_name(document: object, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        Schema.from_json(document)


def test_a_file_that_is_no_schema_is_named(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    with pytest.raises(SchemaError, match=r"schema.json cannot be read: No such file"):
        Schema.load(path)
    path.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(SchemaError, match=r"schema.json is not JSON in UTF-8"):
        Schema.load(path)
    path.write_text('{"standard": {"a": []}}')
    with pytest.raises(SchemaError, match=r"schema.json: standard.a has no values"):
        Schema.load(path)
