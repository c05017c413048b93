"""From a text query to the item it describes.

Words that are a value of a standard field become that field ("black shirt" asks for the colour
`Black`), longest phrase first; all words stay as free text too, so nothing that was said is lost.
Pure: no database, no model.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.fit import MIN_VALUES
from catalog.item import Item
from catalog.schema import ANY_FIELD, Schema

MAX_FIELDS_OF_A_PHRASE = 2
"""A phrase that more fields know ("Others", "none") says nothing about any of them."""

_WORD = re.compile(r"[^\W_]+")
# `02top_04shirt` is called "shirt": catalogues put numbers and groups before a name to sort it.
_SORTING_PREFIX = re.compile(r"^(?:\d+[^\W\d_]*_)?\d+(?=[^\W\d_])")

Phrase = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PhraseTable:
    """What each phrase of words stands for, made once for a schema by `phrase_table`."""

    meanings: Mapping[Phrase, tuple[tuple[str, str], ...]]
    """For a phrase: pairs of standard field and value."""

    max_words: int
    """Words in the longest phrase."""


def phrase_table(schema: Schema) -> PhraseTable:
    """The phrases of a schema's values and aliases, without those of too many fields."""
    found: dict[Phrase, dict[str, str]] = defaultdict(dict)
    for field, name, value in _names(schema):
        if phrase := _phrase(name):
            found[phrase].setdefault(field, value)
    meanings = {
        phrase: tuple(fields.items())
        for phrase, fields in found.items()
        if len(fields) <= MAX_FIELDS_OF_A_PHRASE
    }
    return PhraseTable(meanings=meanings, max_words=max(map(len, meanings), default=0))


def item_of_text(text: str, table: PhraseTable) -> Item:
    """The item that a text describes: recognised values, and the text as it is.

    Args:
        text: the words, not empty.
        table: of the schema of the generation in use.
    """
    clothes: dict[str, dict[str, None]] = defaultdict(dict)
    words = _phrase(text)
    at = 0
    while at < len(words):
        length = _longest(words, at, table)
        for field, value in table.meanings.get(words[at : at + length], ()):
            # What is more stays as text: the encoder has room for as many in any catalogue.
            if len(clothes[field]) < MIN_VALUES:
                clothes[field][value] = None
        at += max(length, 1)
    return Item(
        clothes={field: tuple(values) for field, values in clothes.items()},
        reinforced={ANY_FIELD: (text,)},
    )


def _longest(words: Phrase, at: int, table: PhraseTable) -> int:
    """Words of the longest known phrase that begins at `at`, 0 for none."""
    for length in range(min(table.max_words, len(words) - at), 0, -1):
        if words[at : at + length] in table.meanings:
            return length
    return 0


def _names(schema: Schema) -> Iterator[tuple[str, str, str]]:
    """(field, name, value): a value's own spelling, the name in a sorted code, its aliases.

    Spellings come first, so that a value's own name is never taken by another's alias.
    """
    for field, values in schema.standard.items():
        yield from ((field, value, value) for value in values)
    for field, values in schema.standard.items():
        yield from ((field, _SORTING_PREFIX.sub("", value), value) for value in values)
    for field, aliases in schema.aliases.items():
        yield from ((field, alias, value) for alias, value in aliases.items())


def _phrase(text: str) -> Phrase:
    """The words of a text, folded so that "T-Shirts" and "t shirt" are one phrase."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple(_singular(word) for word in _WORD.findall(folded))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
