"""Splitting text into the words that lexical search compares."""

from catalog.item import Item
from serving.words import (
    MAX_ITEM_WORDS,
    MAX_QUERY_WORDS,
    MAX_WORD_CHARS,
    item_words,
    prefix_tsquery,
    query_words,
    tsvector_text,
    words,
)


def test_words_are_runs_of_letters_or_of_digits_in_lower_case() -> None:
    assert words("02top_04Shirt, t-shirt & SHIRT!") == ["02", "top", "04", "shirt", "t"]


def test_full_width_letters_are_folded() -> None:
    assert words("ＬＩＮＥＮ") == ["linen"]


def test_text_without_a_word_has_none() -> None:
    assert words(" -- '\\' | & ! :* ") == []


def test_long_words_and_long_queries_are_cut() -> None:
    assert words("x" * 100) == ["x" * MAX_WORD_CHARS]
    assert len(query_words(" ".join(f"w{'abcdefghij'[n % 10] * (n + 1)}" for n in range(30)))) == (
        MAX_QUERY_WORDS
    )


def test_a_korean_compound_is_found_by_its_parts() -> None:
    item = Item(item_id="x", reinforced={"name": ("린넨셔츠",)})
    assert item_words(item) == ["x", "린넨셔츠", "넨셔츠", "셔츠"]


def test_an_item_is_found_by_every_text_it_has() -> None:
    item = Item(
        item_id="sku-1",
        clothes={"color": ("White",)},
        reinforced={"name": ("oxford shirt",)},
        variant_group="oxford-01",
        metadata={"brand": "Ours", "price": 39000, "tags": ["new", 3]},
    )
    assert item_words(item) == ["sku", "1", "oxford", "01", "white", "shirt", "ours", "new"]


def test_an_item_of_endless_text_keeps_its_first_words() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    text = " ".join(a + b + c for a in letters for b in letters for c in letters)
    assert len(item_words(Item(item_id="x", reinforced={"name": (text,)}))) == MAX_ITEM_WORDS


def test_words_become_text_that_postgresql_reads() -> None:
    assert tsvector_text(["linen", "셔츠"]) == "'linen' '셔츠'"
    assert prefix_tsquery("셔츠") == "'셔츠':*"
