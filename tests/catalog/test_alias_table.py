"""A table of spellings, put into a schema that was found or given."""

import pytest

from catalog.alias_table import AliasTable, with_aliases
from catalog.readers.source import CatalogueError
from catalog.schema import Schema

FOUND = Schema(
    standard={"colour": ("navy", "navy blue", "red"), "size": ("9", "10")},
    reinforced=("name",),
    aliases={"colour": {"Navy Blue": "navy blue", "Navy": "navy"}},
)


def found_with(table: AliasTable) -> Schema:
    return with_aliases(FOUND, table, is_inferred=True)


def refused(table: AliasTable, *, is_inferred: bool) -> str:
    with pytest.raises(CatalogueError) as caught:
        with_aliases(FOUND, table, is_inferred=is_inferred)
    return str(caught.value)


def test_no_table_changes_nothing() -> None:
    assert found_with({}) == FOUND
    assert with_aliases(FOUND, {}, is_inferred=False) == FOUND


def test_a_spelling_in_the_data_is_no_value_any_more() -> None:
    schema = found_with({"colour": {"navy": "navy blue"}})
    assert schema.standard == {"colour": ("navy blue", "red"), "size": ("9", "10")}
    expected = {"Navy Blue": "navy blue", "Navy": "navy blue", "navy": "navy blue"}
    assert schema.aliases == {"colour": expected}


def test_the_table_decides_how_a_value_is_spelt() -> None:
    schema = found_with({"colour": {"navy": "Navy Blue", "crimson": "Red"}})
    assert schema.standard["colour"] == ("Navy Blue", "Red", "red")
    assert {schema.value_of("colour", text) for text in ("navy", "Navy", "navy blue")} == {
        "Navy Blue"
    }
    assert schema.value_of("colour", "crimson") == "Red"


def test_chains_end_at_their_last_value() -> None:
    schema = found_with({"colour": {"red": "Red", "Red": "Rot", "rouge": "red"}})
    assert schema.standard["colour"] == ("Rot", "navy", "navy blue")
    assert [schema.value_of("colour", text) for text in ("red", "Red", "rouge")] == ["Rot"] * 3


def test_texts_are_taken_as_cells_are_kept() -> None:
    schema = found_with({"colour": {" <b>teal</b> ": "Dark&nbsp;Green"}})
    assert schema.value_of("colour", "teal") == "Dark Green"
    assert schema.aliases["colour"]["teal"] == "Dark Green"


@pytest.mark.parametrize("value", ["NA", "<br>", "a\x00", "\ud800", "x" * 300])
def test_a_value_that_no_cell_can_have_is_refused(value: str) -> None:
    told = refused({"colour": {"a": value}}, is_inferred=True)
    assert told.startswith("mapping: aliases.colour names the value ")


def test_values_are_numbered_by_size_and_then_by_text() -> None:
    schema = found_with({"size": {"ten": "10", "XS": "7", "large": "L"}})
    assert schema.standard["size"] == ("7", "9", "10", "L")


@pytest.mark.parametrize("table", [{"a": "a"}, {"a": "b", "b": "c", "c": "a"}])
def test_a_circle_is_refused(table: dict[str, str]) -> None:
    circle = ", ".join([*table, "a"])
    told = f"mapping: aliases.colour go in a circle: {circle}; take one of them out"
    assert refused({"colour": table}, is_inferred=True) == told


def test_a_given_schema_keeps_its_values() -> None:
    table = {"colour": {"marine": "Navy Blue", "Navy": "navy blue"}}
    schema = with_aliases(FOUND, table, is_inferred=False)
    assert schema.standard == FOUND.standard
    expected = {"Navy Blue": "navy blue", "Navy": "navy blue", "marine": "navy blue"}
    assert schema.aliases == {"colour": expected}
    assert with_aliases(schema, table, is_inferred=False) == schema


def test_what_does_not_fit_a_given_schema_is_refused_with_the_remedy() -> None:
    assert refused({"colour": {"marine": "navy bleu"}}, is_inferred=False) == (
        "mapping: aliases.colour.marine stands for 'navy bleu', which is no value of the schema's "
        "colour, did you mean 'navy blue'; correct it, or add the value to the schema"
    )
    assert refused({"colour": {"red": "navy"}}, is_inferred=False) == (
        "mapping: aliases.colour.red is a value of the schema's colour itself; take the entry out "
        "of the mapping, or the value out of the schema"
    )


@pytest.mark.parametrize("is_inferred", [True, False])
def test_a_field_that_is_none_is_refused_with_the_nearest(is_inferred: bool) -> None:
    assert refused({"color": {"a": "red"}}, is_inferred=is_inferred) == (
        "mapping: aliases.color is no standard field, did you mean 'colour'; there is colour, size"
    )
