"""From an item to integer tensors, the same in training and in Triton.

Standard library and numpy only: this file travels in every bundle, so that serving cannot
drift from training. Words are cut into character n-grams that are hashed with CRC-32, which is
the same on every machine: an unseen word is the sum of its parts, never one shared "unknown".
"""

import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.item import Item, ItemError, parse_item
from catalog.schema import ANY_FIELD, Schema

ENCODER_SOURCES = ("__init__.py", "schema.py", "text.py", "item.py", "encoder.py")
"""The files of this package that a bundle carries."""

_WORD = re.compile(r"[^\W_]+")
_FIRST_EAST_ASIAN = "\u2e80"  # radicals; kana, ideographs and Hangul syllables lie above
_CACHED_WORDS = 1 << 17


@dataclass(frozen=True, kw_only=True)
class EncoderConfig:
    """Sizes of the encoder's tensors.

    Raises:
        ValueError: a size is out of range; names it.
    """

    max_values: int = 8
    """Values kept of one standard field; an item with more is refused."""
    max_words: int = 32
    """Words kept of one item, taken from its reinforced fields in turn."""
    max_grams: int = 16
    """Hashed n-grams kept of one word, the word itself included."""
    num_buckets: int = 16384
    """Rows of the table that n-grams are hashed into."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1 << 24:
                raise ValueError(
                    f"encoder {name} is a whole number from 1 to {1 << 24}, got {value!r}"
                )

    def to_json(self) -> dict[str, int]:
        """The sizes by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "EncoderConfig":
        """Read the sizes back; an unknown name is a TypeError."""
        return cls(**document)


class EncodedItems(NamedTuple):
    """A batch as tensors; 0 is padding everywhere.

    Attributes:
        std_ids: int32 [B, S, M]: numbers of the values of each standard field, from 1.
        re_ids: int32 [B, W, 1 + G]: for each word the number of its field, then its n-grams.
    """

    std_ids: NDArray[np.int32]
    re_ids: NDArray[np.int32]


class ItemEncoder:
    """Encodes items of one schema; holds no state but a cache of words."""

    def __init__(self, schema: Schema, config: EncoderConfig) -> None:
        self.schema = schema
        self.config = config
        self.std_id = _number_values(schema)
        self.field_id = {ANY_FIELD: 1} | {name: 2 + i for i, name in enumerate(schema.reinforced)}
        self._row = {name: i for i, name in enumerate(schema.standard)}
        self.grams = lru_cache(maxsize=_CACHED_WORDS)(self._grams)

    @property
    def num_std_ids(self) -> int:
        """One more than the largest number in `std_ids`."""
        return 1 + self.schema.num_standard_values

    @property
    def num_fields(self) -> int:
        """One more than the largest field number in `re_ids[..., 0]`."""
        return 2 + len(self.schema.reinforced)

    def encode(self, items: Sequence[Item]) -> EncodedItems:
        """Encode checked items, in order.

        Raises:
            ItemError: an item has a field or value that this schema does not have, or more
                values in a field than `max_values`.
        """
        config = self.config
        std_BSM = np.zeros((len(items), len(self._row), config.max_values), np.int32)
        re_BWG = np.zeros((len(items), config.max_words, 1 + config.max_grams), np.int32)
        for b, item in enumerate(items):
            for s, ids in self.standard_ids(item):
                std_BSM[b, s, : len(ids)] = ids
            for w, (field, word) in enumerate(self.words(item)):
                re_BWG[b, w, 0] = field
                re_BWG[b, w, 1:] = self.grams(word)
        return EncodedItems(std_BSM, re_BWG)

    def encode_json(self, raw: bytes | str) -> EncodedItems:
        """Encode one item's JSON, with or without an id, into a batch of one.

        Raises:
            ItemError: it is no JSON, or no item of this schema.
        """
        return self.encode([self.parse(raw)])

    def parse(self, raw: bytes | str) -> Item:
        """Check one item's JSON text against the schema.

        Raises:
            ItemError: it is no JSON in UTF-8, or no item of this schema.
        """
        try:
            record = json.loads(raw.decode() if isinstance(raw, bytes) else raw)
        except (ValueError, RecursionError) as error:
            raise ItemError("item", raw[:80], f"not JSON in UTF-8: {error}") from error
        return parse_item(record, self.schema, require_id=False)

    def standard_ids(self, item: Item) -> Iterator[tuple[int, list[int]]]:
        """Row of each standard field that has values, with the values' numbers."""
        for name, values in item.clothes.items():
            ids = self.std_id.get(name)
            if ids is None:
                raise ItemError(f"clothes.{name}", values, "unknown field", tuple(self.std_id))
            if len(values) > self.config.max_values:
                reason = (
                    f"at most {self.config.max_values} values: raise max_values and train again"
                )
                raise ItemError(f"clothes.{name}", len(values), reason)
            try:
                yield self._row[name], [ids[value] for value in values]
            except KeyError as error:
                raise ItemError(
                    f"clothes.{name}", error.args[0], "unknown value", tuple(ids)
                ) from error

    def words(self, item: Item) -> list[tuple[int, str]]:
        """Field number and word of what is kept of an item's text, at most `max_words`.

        Fields are taken in turn, word by word, so that a long one does not crowd out the others.
        """
        columns = []
        for name, texts in item.reinforced.items():
            field = self.field_id.get(name)
            if field is None:
                allowed = tuple(self.field_id)
                raise ItemError(f"reinforced_feature_value.{name}", texts, "unknown field", allowed)
            columns.append([(field, word) for word in split_words(texts)])
        rounds = zip_longest(*columns)
        taken = [entry for one in rounds for entry in one if entry is not None]
        return taken[: self.config.max_words]

    def _grams(self, word: str) -> NDArray[np.int32]:
        """Numbers of a word's n-grams, int32 [G], 1 to `num_buckets`, padded with 0."""
        ids_G = np.zeros(self.config.max_grams, np.int32)
        for g, gram in enumerate(_cut(word, self.config.max_grams)):
            ids_G[g] = zlib.crc32(gram.encode()) % self.config.num_buckets + 1
        ids_G.flags.writeable = False
        return ids_G


def split_words(texts: Iterable[str]) -> list[str]:
    """Words of some texts, compatibility-normalised and case-folded, each once, in order."""
    words: dict[str, None] = {}
    for text in texts:
        folded = unicodedata.normalize("NFKC", text).casefold()
        words.update(dict.fromkeys(_WORD.findall(folded)))
    return list(words)


def _number_values(schema: Schema) -> dict[str, dict[str, int]]:
    numbers: dict[str, dict[str, int]] = {}
    start = 1
    for name, values in schema.standard.items():
        numbers[name] = {value: start + i for i, value in enumerate(values)}
        start += len(values)
    return numbers


def _cut(word: str, limit: int) -> list[str]:
    """The word itself and its n-grams, longer n-grams only where all of them fit.

    Two and three syllables or ideographs say as much as three to five letters.
    """
    east_asian = any(char >= _FIRST_EAST_ASIAN for char in word)
    marked = f"<{word}>"
    for sizes in ((2, 3), (2,)) if east_asian else ((3, 4, 5), (3, 4), (3,)):
        grams = [marked[i : i + n] for n in sizes for i in range(len(marked) - n + 1)]
        distinct = list(dict.fromkeys([marked, *grams]))
        if len(distinct) <= limit:
            return distinct
    return distinct[:limit]
