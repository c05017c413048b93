"""Cells: missing, lists, numbers, dates, addresses."""

import pytest

from catalog.cells import (
    flatten,
    is_code,
    is_date,
    is_measure,
    is_picture,
    is_url,
    texts_of,
    to_number,
    whole,
)


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("  Navy \n Blue ", ("Navy Blue",)),
        ("", ()),
        ("NA", ()),
        ("nan", ()),
        ("-", ()),
        (None, ()),
        (float("nan"), ()),
        ("none", ("none",)),
        (["Cotton", None, "NA", "Wool"], ("Cotton", "Wool")),
        ('["Cotton", "Wool"]', ("Cotton", "Wool")),
        ("['Cotton', 'Wool']", ("Cotton", "Wool")),
        ("[sale] shirt]", ("[sale] shirt]",)),
        ("[]", ()),
        (2010, ("2010",)),
        (True, ("true",)),
        ("ㄱㅏ".replace("ㄱㅏ", "\u1100\u1161"), ("가",)),
    ],
)
def test_a_cell_gives_clean_texts(cell: object, texts: tuple[str, ...]) -> None:
    assert texts_of(cell) == texts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12.50", 12.5),
        ("2010.0", 2010),
        ("1,299,000", 1_299_000),
        ("39,000원", 39_000),
        ("₩39,000", 39_000),
        ("$ 19.99", 19.99),
        ("-5", -5),
        ("30%", 30),
        ("1e3", 1000.0),
        ("8801234567890", 8_801_234_567_890),
    ],
)
def test_a_number_is_read_with_its_signs(text: str, number: float) -> None:
    assert to_number(text) == number
    assert type(to_number(text)) is type(number)


@pytest.mark.parametrize("text", ["007", "12,50", "1,23,456", "1.2.3", "S", "", "1e999", "12 cm"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert to_number(text) is None


def test_a_decimal_comma_is_read_where_it_is_one() -> None:
    assert to_number("1.299,50", decimal_comma=True) == 1299.5
    assert to_number("12,5 €", decimal_comma=True) == 12.5
    assert to_number("12.5", decimal_comma=True) is None


def test_only_whole_floats_lose_their_point() -> None:
    assert [whole(text) for text in ("2010.0", "42.50", "1.0a")] == ["2010", "42.50", "1.0a"]


def test_kinds_of_text_are_told_apart() -> None:
    assert is_date("2024-05-06")
    assert is_date("2024.5.6")
    assert is_date("06/05/2024 10:00")
    assert is_date("2024-05-06T10:00:00Z")
    assert not is_date("2024")
    assert is_url("https://a.b/c.jpg")
    assert is_url("//cdn.x.com/a.jpg")
    assert not is_url("images/a.jpg")
    assert is_picture("images/a b.JPG")
    assert not is_picture("https://a.b/c.jpg")
    assert is_measure("12.5 cm")
    assert not is_measure("3XL")
    assert is_code("AB-12")
    assert not is_code("AB 12")


def test_nested_objects_become_dotted_columns() -> None:
    assert dict(flatten({"a": 1, "b": {"c": {"d": [2]}}})) == {"a": 1, "b.c.d": [2]}
