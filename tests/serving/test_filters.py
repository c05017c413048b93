"""Filters as callers write them: what is read, and what is refused by name."""

import pytest

from catalog.item import Item
from serving.conditions import Field, Filters, InRange, OneOf
from serving.errors import InvalidRequest
from serving.filters import MAX_CONDITIONS, MAX_VALUES, matches, parse_filters
from tests.serving.stock import SCHEMA


def test_no_filter_is_no_condition() -> None:
    assert parse_filters(None, SCHEMA) == parse_filters({}, SCHEMA) == Filters()


def test_a_value_and_a_list_are_conditions_on_the_field_after_the_first_dot() -> None:
    found = parse_filters({"clothes.top.length": ["crop", "normal"], "metadata.a.b": 1}, SCHEMA)
    assert found.conditions == (
        OneOf(field=Field(part="clothes", key="top.length"), values=("crop", "nomal")),
        OneOf(field=Field(part="metadata", key="a.b"), values=(1,)),
    )


def test_a_value_may_be_written_in_another_way() -> None:
    found = parse_filters({"clothes.top.length": "&#110;ormal"}, SCHEMA)
    assert found == parse_filters({"clothes.top.length": "nomal"}, SCHEMA)


def test_true_and_1_are_two_values() -> None:
    found = parse_filters({"metadata.flag": [1, True, 1.5, 0, False, True]}, SCHEMA)
    (condition,) = found.conditions
    assert isinstance(condition, OneOf)
    assert list(map(repr, condition.values)) == ["1", "True", "1.5", "0", "False"]


def test_a_text_is_asked_for_as_texts_of_items_are_kept() -> None:
    name = SCHEMA.reinforced[0]
    found = parse_filters({f"reinforced_feature_value.{name}": "<b>30CM</b>&nbsp;wool"}, SCHEMA)
    field = Field(part="reinforced_feature_value", key=name)
    assert found.conditions == (OneOf(field=field, values=("30 cm wool",)),)


def test_too_many_values_in_all_and_too_long_ones_are_refused() -> None:
    many = {f"metadata.k{i}": list(range(700)) for i in range(3)}
    with pytest.raises(InvalidRequest, match="at most 2,000 values in all conditions, got 2100"):
        parse_filters(many, SCHEMA)
    with pytest.raises(InvalidRequest, match="at most 10,000 characters, got '10,001 characters'"):
        parse_filters({"metadata.a": "x" * 10_001}, SCHEMA)


def test_bounds_and_not_may_stand_together() -> None:
    found = parse_filters({"metadata.price": {"gte": 1, "lt": 5.5, "not": 3}}, SCHEMA)
    field = Field(part="metadata", key="price")
    assert found.conditions == (
        OneOf(field=field, values=(3,), is_negated=True),
        InRange(field=field, gte=1, lt=5.5),
    )


@pytest.mark.parametrize(
    ("raw", "field", "said"),
    [
        ([], "filters", "expected an object of fields and conditions, got []"),
        (
            {"clothes.colour": "Red"},
            "filters.clothes.colour",
            "expected one of clothes.color, clothes.top.length",
        ),
        ({"clothes.color": "Green"}, "filters.clothes.color", "one of Black, White, Red"),
        ({"clothes.color": {"lt": "Red"}}, "filters.clothes.color", "got 'lt'"),
        ({"clothes": "Red"}, "filters.clothes", "expected one of clothes.<field>"),
        ({"clothes.": "Red"}, "filters.clothes.", "expected one of clothes.<field>"),
        ({"item_id.x": "Red"}, "filters.item_id.x", "expected one of clothes.<field>"),
        ({"price": 3}, "filters.price", "metadata.<name>"),
        (
            {"reinforced_feature_value.nam": "x"},
            "filters.reinforced_feature_value.nam",
            "reinforced_feature_value.name",
        ),
        ({"item_id": None}, "filters.item_id", "expected a text, or a list of texts, got None"),
        ({"variant_group": True}, "filters.variant_group", "expected a text"),
        ({"metadata.price": {}}, "filters.metadata.price", "lt, lte, gt, gte, not"),
        ({"metadata.price": {"le": 3}}, "filters.metadata.price", "got 'le'"),
        ({"metadata.price": {"lt": None}}, "filters.metadata.price.lt", "got None"),
        ({"metadata.price": {"lt": True}}, "filters.metadata.price.lt", "a number or a text"),
        (
            {"metadata.price": {"lt": 3, "gt": "2"}},
            "filters.metadata.price",
            "bounds of one kind",
        ),
        ({"metadata.price": {"lt": float("nan")}}, "filters.metadata.price.lt", "finite number"),
        ({"metadata.price": [[1]]}, "filters.metadata.price", "a text, a finite number"),
        ({"metadata.price": []}, "filters.metadata.price", f"1 to {MAX_VALUES} values"),
        ({"metadata.price": [1] * 1001}, "filters.metadata.price", "got 1001"),
        ({"metadata.a\x00": 1}, "filters", "text without NUL and lone surrogates"),
        ({"metadata.a": "\ud800"}, "filters.metadata.a", "text without NUL and lone surrogates"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(raw: object, field: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_filters(raw, SCHEMA)
    assert caught.value.field == field
    assert said in str(caught.value)


def test_too_many_fields_are_refused() -> None:
    raw = {f"metadata.{n}": 1 for n in range(MAX_CONDITIONS + 1)}
    with pytest.raises(InvalidRequest, match=r"filters: expected at most 32 fields, got 33"):
        parse_filters(raw, SCHEMA)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"metadata.n": 1}, True),
        ({"metadata.n": 1.0}, True),
        ({"metadata.n": True}, False),
        ({"metadata.n": "1"}, False),
        ({"metadata.yes": 1}, False),
        ({"metadata.yes": True}, True),
        ({"metadata.list": ["z", "b"]}, True),
        ({"metadata.list": {"lt": 5}}, False),
        ({"metadata.n": {"gt": 0, "lte": 1}}, True),
        ({"metadata.n": {"gt": "0"}}, False),
        ({"metadata.day": {"gte": "2026-01-01", "lt": "2026-02-01"}}, True),
        ({"metadata.none": None}, True),
        ({"metadata.n": None}, False),
        ({"metadata.none": {"not": "x"}}, True),
        ({"metadata.none": {"not": None}}, False),
        ({"clothes.color": None}, False),
        ({"clothes.top.length": [None, "crop"]}, True),
        ({"variant_group": {"not": "g"}}, False),
        ({"item_id": ["a", "x"], "reinforced_feature_value.name": "shirt"}, True),
    ],
)
def test_matching_follows_the_types_of_json(raw: object, expected: bool) -> None:
    item = Item(
        item_id="x",
        clothes={"color": ("Red",)},
        reinforced={"name": ("linen", "shirt")},
        variant_group="g",
        metadata={"n": 1, "yes": True, "list": ["a", "b"], "day": "2026-01-15"},
    )
    assert matches(parse_filters(raw, SCHEMA), item) is expected
