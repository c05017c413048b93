"""Words become the fields they name, and stay words too."""

import pytest

from catalog.schema import Schema, default_schema
from serving.text_query import item_of_text, phrase_table

DEFAULT = phrase_table(default_schema())


def clothes(text: str) -> dict[str, tuple[str, ...]]:
    return dict(item_of_text(text, DEFAULT).clothes)


def test_words_that_are_values_become_fields() -> None:
    assert clothes("BLACK shirt for summer") == {
        "color": ("Black",),
        "category": ("02top_04shirt",),
        "season": ("summer",),
    }


def test_all_words_stay_as_free_text() -> None:
    item = item_of_text("Black shirt, 편한 핏", DEFAULT)
    assert item.reinforced == {"*": ("Black shirt, 편한 핏",)}


def test_the_longest_phrase_wins() -> None:
    assert clothes("t-shirt") == {"category": ("02top_02t-shirt",)}
    assert clothes("a peter pan collar") == {"top.neck_color_design": ("Peter Pan collar",)}


def test_hyphens_case_and_plural_do_not_matter() -> None:
    assert clothes("T Shirts") == clothes("t-shirt")
    assert clothes("long sleeve") == {"top.sleeve_length_type": ("long sleeves",)}


def test_two_values_of_one_field_are_both_kept() -> None:
    assert clothes("black or white") == {"color": ("Black", "White")}


def test_of_many_values_of_a_field_the_first_eight_are_asked_for() -> None:
    text = "black white gray red orange pink yellow brown green navy"
    found = item_of_text(text, DEFAULT)
    assert found.clothes["color"] == (
        *("Black", "White", "Gray", "Red", "Orange", "Pink", "Yellow", "Brown"),
    )
    assert found.reinforced == {"*": (text,)}


def test_an_alias_asks_for_the_value_it_stands_for() -> None:
    assert clothes("normal")["top.length_type"] == ("nomal",)


def test_a_phrase_of_many_fields_says_nothing() -> None:
    assert clothes("others") == {}


@pytest.mark.parametrize("text", ["흰색 린넨 셔츠", "!!!", "zebra"])
def test_unknown_words_are_text_alone(text: str) -> None:
    assert clothes(text) == {}


def test_values_that_are_not_sorted_codes_keep_their_numbers() -> None:
    schema = Schema(standard={"size": ("42", "44"), "year": ("2012",)}, reinforced=("name",))
    item = item_of_text("44 of 2012", phrase_table(schema))
    assert item.clothes == {"size": ("44",), "year": ("2012",)}


def test_a_schema_without_standard_fields_has_no_phrases() -> None:
    table = phrase_table(Schema(standard={}, reinforced=("name",)))
    assert item_of_text("black", table).clothes == {}
