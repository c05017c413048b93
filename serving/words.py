"""From text to the words that lexical search compares: the same for items and for queries.

Words are runs of letters or runs of digits, NFKC, lower case: `02top_04shirt` has `02`, `top`,
`04` and `shirt`. A query's word is found where a word of the item begins with it. Korean joins
nouns without a space, so a word of Hangul is also kept from each later syllable on: `린넨셔츠` is
found by `셔츠`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from catalog.item import Item

MAX_WORD_CHARS = 40
"""Longer words are cut, in items and in queries alike."""

MAX_ITEM_WORDS = 2_000
"""Words of one item that can be found; what comes after is left out."""

MAX_QUERY_WORDS = 16
"""Words of a query that are looked for; what comes after is left out."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_HANGUL = re.compile(r"[가-힣]{3,}")


def words(text: str) -> list[str]:
    """The distinct words of a text, in order."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return list(dict.fromkeys(word[:MAX_WORD_CHARS] for word in _WORD.findall(folded)))


def query_words(text: str) -> list[str]:
    """The words of a query that are looked for, at most `MAX_QUERY_WORDS`."""
    return words(text)[:MAX_QUERY_WORDS]


def item_words(item: Item) -> list[str]:
    """Every word an item can be found by, at most `MAX_ITEM_WORDS`, in order."""
    found: dict[str, None] = {}
    for text in _texts(item):
        for word in words(text):
            found.update(dict.fromkeys(_with_endings(word)))
            if len(found) >= MAX_ITEM_WORDS:
                return list(found)[:MAX_ITEM_WORDS]
    return list(found)


def tsvector_text(lexemes: Iterable[str]) -> str:
    """A tsvector as text; words hold neither quotes nor backslashes, so quoting is enough."""
    return " ".join(f"'{word}'" for word in lexemes)


def prefix_tsquery(word: str) -> str:
    """A tsquery as text that finds the words that begin with this one."""
    return f"'{word}':*"


def _texts(item: Item) -> Iterator[str]:
    """The values of every field; names of fields would be in every item and find nothing."""
    yield item.item_id
    if item.variant_group:
        yield item.variant_group
    for values in (*item.clothes.values(), *item.reinforced.values()):
        yield from values
    for value in item.metadata.values():
        entries = value if isinstance(value, list) else [value]
        yield from (entry for entry in entries if isinstance(entry, str))


def _with_endings(word: str) -> Iterator[str]:
    yield word
    if _HANGUL.fullmatch(word):
        yield from (word[start:] for start in range(1, len(word) - 1))
