"""Items from JSON: what is taken, and what is refused with its field and the remedy."""

import pickle

import pytest

from catalog.item import Item, ItemError, parse_item, shorten
from catalog.schema import Schema

SCHEMA = Schema(
    standard={"color": ("Black", "White"), "length": ("nomal", "long")},
    reinforced=("title",),
    aliases={"length": {"normal": "nomal"}},
)
WHOLE = {
    "item_id": "sku-1",
    "clothes": {"color": ["Black", "White"], "length": ["nomal"]},
    "reinforced_feature_value": {"title": ["oxford shirt", "셔츠"]},
    "image": "images/sku-1.jpg",
    "variant_group": "oxford-01",
    "metadata": {"brand": "Ours", "price": 39000, "in_stock": True},
}


def refused(record: object, *, require_id: bool = True) -> ItemError:
    with pytest.raises(ItemError) as caught:
        parse_item(record, SCHEMA, require_id=require_id)
    return caught.value


def test_a_whole_item_survives_both_ways() -> None:
    assert parse_item(WHOLE, SCHEMA).to_json() == WHOLE


def test_one_value_stands_for_a_list_and_an_alias_for_its_value() -> None:
    item = parse_item({"item_id": "a", "clothes": {"length": "normal"}}, SCHEMA)
    assert item.clothes == {"length": ("nomal",)}


def test_texts_are_normalised() -> None:
    texts = {"title": ["<b>Soft</b>&nbsp;wool<br>30CM", "<br>"], "*": "&amp;"}
    item = parse_item({"reinforced_feature_value": texts}, SCHEMA, require_id=False)
    assert item.reinforced == {"title": ("Soft wool 30 cm",), "*": ("&",)}


def test_a_value_that_is_written_in_another_way_is_that_value() -> None:
    schema = Schema(
        standard={"size": ("30CM", "a & b", "100 %")},
        reinforced=(),
        aliases={"size": {"12 cm": "30CM"}},
    )
    spellings = ["30CM", "30 cm", "12CM", "a &amp; b", "100%"]
    values = [
        parse_item({"item_id": "a", "clothes": {"size": text}}, schema).clothes["size"]
        for text in spellings
    ]
    assert values == [("30CM",), ("30CM",), ("30CM",), ("a & b",), ("100 %",)]


def test_a_variant_group_is_as_short_as_an_id() -> None:
    assert parse_item({"item_id": "a", "variant_group": "g" * 256}, SCHEMA).variant_group
    error = refused({"item_id": "a", "variant_group": "g" * 257})
    assert error.field == "variant_group"
    assert "257 characters; at most 256, as of an id: shorten it" in str(error)


def test_of_very_many_values_one_that_begins_alike_is_suggested() -> None:
    schema = Schema(standard={"color": (*(f"c{n}" for n in range(600)), "teal")}, reinforced=())
    with pytest.raises(ItemError, match="did you mean 'teal'"):
        parse_item({"item_id": "a", "clothes": {"color": "tael"}}, schema)
    with pytest.raises(ItemError) as caught:
        parse_item({"item_id": "a", "clothes": {"color": "beal"}}, schema)
    assert "did you mean" not in str(caught.value)


def test_a_value_given_twice_counts_once() -> None:
    item = parse_item({"item_id": "a", "clothes": {"length": ["normal", "nomal"]}}, SCHEMA)
    assert item.clothes == {"length": ("nomal",)}


@pytest.mark.parametrize("empty", [None, "", [], [""], [None], "  "])
def test_what_is_empty_is_missing(empty: object) -> None:
    record = {
        "item_id": "a",
        "clothes": {"color": empty},
        "reinforced_feature_value": {"title": empty},
    }
    assert parse_item(record, SCHEMA) == Item(item_id="a")


def test_whole_numbers_are_taken_as_text() -> None:
    assert parse_item({"item_id": 1526}, SCHEMA).item_id == "1526"


def test_a_query_needs_no_id_and_may_have_text_of_no_field() -> None:
    record = {"reinforced_feature_value": {"*": "black shirt"}}
    item = parse_item(record, SCHEMA, require_id=False)
    assert item == Item(reinforced={"*": ("black shirt",)})


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([], "item: an item is a JSON object"),
        ({}, "item_id: every item needs an id"),
        ({"item_id": ""}, "item_id: every item needs an id"),
        ({"item_id": True}, "item_id: a text is expected"),
        ({"item_id": " a"}, "item_id: an id is 1 to 256 printable characters"),
        ({"item_id": "a\nb"}, "item_id: an id is 1 to 256 printable characters"),
        ({"item_id": "a" * 257}, "item_id: an id is 1 to 256 printable characters"),
        ({"item_id": "a", "colour": 1}, "colour: unknown key of an item"),
        ({"item_id": "a", "clothes": []}, "clothes: an object of fields"),
        ({"item_id": "a", "clothes": {"colour": "Black"}}, "clothes.colour: unknown field, did"),
        ({"item_id": "a", "clothes": {"color": "black"}}, "color: unknown value, did you mean 'B"),
        ({"item_id": "a", "clothes": {"color": 1.5}}, "clothes.color: a text is expected"),
        ({"item_id": "a", "clothes": {"color": [["Black"]]}}, "clothes.color: a text is expected"),
        ({"item_id": "a", "reinforced_feature_value": {"name": "x"}}, "name: unknown field"),
        ({"item_id": "a", "reinforced_feature_value": {"title": "\x00"}}, "NUL and lone"),
        ({"item_id": "a", "reinforced_feature_value": {"title": "\ud800"}}, "NUL and lone"),
        ({"item_id": "a", "reinforced_feature_value": {"title": ["x"] * 257}}, "at most 256"),
        ({"item_id": "a", "image": 5}, "image: a text is expected"),
        ({"item_id": "a", "metadata": [1]}, "metadata: an object of names and values"),
        ({"item_id": "a", "metadata": {"price": float("nan")}}, "metadata.price: a number must be"),
        (
            {"item_id": "a", "metadata": {"x": [{"y": float("inf")}]}},
            "metadata.x: a number must be",
        ),
        ({"item_id": "a", "metadata": {"x": "y" * 9_999, "z": "y" * 9_999}}, "metadata: more than"),
    ],
)
def test_a_fault_is_named_with_its_field(record: object, message: str) -> None:
    assert message in str(refused(record))


def test_a_ten_megabyte_text_is_refused_in_few_words() -> None:
    record = {"item_id": "a", "reinforced_feature_value": {"title": "x" * 10_000_000}}
    error = refused(record)
    assert error.field == "reinforced_feature_value.title"
    assert "10,000,000 characters; at most 10,000" in str(error)
    assert len(str(error)) < 300


def test_deeply_nested_metadata_is_refused() -> None:
    nested: object = 1
    for _ in range(500):
        nested = [nested]
    error = refused({"item_id": "a", "metadata": {"deep": nested}})
    assert "metadata.deep: nested more than 8 levels deep" in str(error)


def test_an_error_lists_what_is_allowed_and_survives_another_process() -> None:
    error = refused({"item_id": "a", "clothes": {"color": "Red"}})
    assert error.allowed == ("Black", "White")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.field, again.allowed) == (str(error), error.field, error.allowed)


def nested(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": ["b", 1, None, True, 2.5], "c": {}}, "{'a': ['b', 1, None, True, 2.5], 'c': {}}"),
        ("x" * 1000, "'" + "x" * 78 + "…"),
        ("a\u202eb", "'a\\u202eb'"),
        (nested(100_000), "[" * 79 + "…"),
        ([["x" * 1000] * 1000] * 1000, "[['" + "x" * 76 + "…"),
        (
            ["ab"] * 10_000_000,
            "['ab', 'ab', 'ab', 'ab', 'ab', 'ab', 'ab', 'ab', 'ab', 'ab', 'ab', ",
        ),
        (10**10_000, "a number of 33,220 bits"),
        ([10**10_000], "[a number of 33,220 bits]"),
    ],
    ids=["small", "long", "unprintable", "deep", "wide", "many", "number", "number within"],
)
def test_a_value_is_shown_by_its_beginning(value: object, shown: str) -> None:
    got = shorten(value)
    assert got.startswith(shown)
    assert len(got) <= 80
