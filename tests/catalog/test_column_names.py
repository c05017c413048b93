"""What column names say."""

import pytest

from catalog.column_names import Meaning, known_names, name_key, says


@pytest.mark.parametrize(
    "name", ["productId", "product_id", "Product ID", "PRODUCT-ID", "product.id", "\uff50roduct id"]
)
def test_spellings_of_one_name_have_one_key(name: str) -> None:
    assert name_key(name) == "productid"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("productDisplayName", "text"),
        ("colour_group", "category"),
        ("In Stock", "metadata"),
        ("판매가", "metadata"),
        ("색상", "category"),
        ("release year", "counted"),
    ],
)
def test_a_word_of_a_name_says_its_meaning(name: str, meaning: Meaning) -> None:
    assert says(name, meaning)


def test_part_of_a_word_says_nothing() -> None:
    assert not says("updatedness", "metadata")
    assert not says("colourful", "category")


@pytest.mark.parametrize("meaning", Meaning.__args__)  # type: ignore[attr-defined]
def test_names_are_listed_once_and_as_keys(meaning: Meaning) -> None:
    names = known_names(meaning)
    assert len(set(names)) == len(names) > 5
    assert [name_key(name) for name in names] == list(names)
