"""What makes two items the same, or variants of one product."""

from dataclasses import replace

import pytest

from catalog.consolidate.keys import VariantKeys, duplicate_key
from catalog.item import Item
from catalog.schema import Schema

TEE = Item(
    item_id="1",
    clothes={"colour": ("Navy Blue",), "kind": ("tee",)},
    reinforced={"name": ("Puma tee, navy blue",)},
    image="a.jpg",
    metadata={"brand": "Puma", "price": 10, "size": "M", "url": "https://shop.example/1"},
)
VARIANT = Item(
    item_id="2",
    clothes={"colour": ("Red",), "kind": ("tee",)},
    reinforced={"name": ("Red PUMA Tee",)},
    metadata={"brand": "Puma", "price": 12, "size": "L", "url": "https://shop.example/2"},
)
SCHEMA = Schema(
    standard={"colour": ("Navy Blue", "Red"), "kind": ("tee", "polo")},
    reinforced=("name", "note"),
    aliases={"colour": {"marine": "Navy Blue"}},
)
MAY_DIFFER = ("colour", "size")


def variant_key(item: Item, may_differ: tuple[str, ...] = MAY_DIFFER) -> bytes | None:
    return VariantKeys(SCHEMA, may_differ).key(item)


def test_duplicates_differ_in_id_and_picture_and_what_may_differ() -> None:
    other = replace(TEE, item_id="2", image=None)
    assert duplicate_key(other, ()) == duplicate_key(TEE, ())
    dearer = replace(other, metadata={**TEE.metadata, "price": 11})
    assert duplicate_key(dearer, ()) != duplicate_key(TEE, ())
    assert duplicate_key(dearer, ("price",)) == duplicate_key(TEE, ("price",))


@pytest.mark.parametrize(
    "change",
    [
        {"clothes": {"kind": ("tee",)}},
        {"reinforced": {"title": ("Puma tee, navy blue",)}},
        {"reinforced": {"name": ("Puma tee, Navy Blue",)}},
        {"variant_group": "g"},
    ],
)
def test_whatever_describes_them_has_to_be_equal(change: dict[str, object]) -> None:
    assert duplicate_key(replace(TEE, **change), ()) != duplicate_key(TEE, ())  # type: ignore[arg-type]


def test_items_that_say_nothing_are_no_duplicates() -> None:
    assert duplicate_key(Item(item_id="1", metadata={"price": 1}), ()) is None


def test_variants_share_all_but_the_words_of_what_may_differ() -> None:
    assert variant_key(TEE) == variant_key(VARIANT) is not None
    assert variant_key(TEE, ("colour",)) != variant_key(VARIANT, ("colour",))
    assert variant_key(TEE, ("size",)) != variant_key(VARIANT, ("size",))


@pytest.mark.parametrize(
    "change",
    [
        {"clothes": {"colour": ("Red",), "kind": ("polo",)}},
        {"reinforced": {"name": ("Red Puma polo",)}},
        {"metadata": {**VARIANT.metadata, "brand": "Nike"}},
    ],
)
def test_other_products_are_no_variants(change: dict[str, object]) -> None:
    other = replace(VARIANT, **change)  # type: ignore[arg-type]
    assert variant_key(other) != variant_key(TEE)


def test_what_has_a_group_or_no_text_of_its_own_is_left_alone() -> None:
    assert variant_key(replace(TEE, variant_group="g")) is None
    assert variant_key(replace(TEE, reinforced={})) is None
    assert variant_key(replace(TEE, reinforced={"name": ("Navy blue, M",)})) is None


def test_other_spellings_of_an_items_own_values_do_not_count_either() -> None:
    spelt = replace(TEE, reinforced={"name": ("Puma tee marine",)})
    assert variant_key(spelt) == variant_key(TEE)
    red = replace(VARIANT, reinforced={"name": ("Puma tee marine",)})
    assert variant_key(red) != variant_key(TEE)


def test_a_number_that_may_differ_takes_no_word_away() -> None:
    first, second = (
        Item(reinforced={"name": (f"soft tee {n}",)}, metadata={"stock": n}) for n in (1, 2)
    )
    assert variant_key(first, ("stock",)) != variant_key(second, ("stock",))


def test_a_text_of_nothing_else_is_as_none() -> None:
    noted = replace(TEE, reinforced={**TEE.reinforced, "note": ("Navy blue!",)})
    assert variant_key(noted) == variant_key(TEE)
