"""A catalogue in memory as tensors, words held once each, ready to be cut into views.

Shape legend: N items, S standard fields, M values of a field, W words, G n-grams of a word,
U distinct words of the catalogue, V distinct sets of values of a field.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.encoder import ItemEncoder
from catalog.item import Item


@dataclass(frozen=True, kw_only=True)
class EncodedCatalogue:
    """The items of a catalogue, encoded; rows are in the catalogue's order.

    Attributes:
        value_rows: int32 [N, S], row of `values` of each standard field, 0 where it has none.
        values: int32 [V, 1 + M], number of a field from 0 and the numbers of the values that an
            item has in it, as the encoder numbers them, M as small as the data allow; row 0 is
            nothing.
        field_ids: int32 [N, W], field of each word, 0 is padding, W as small as the data allow.
        word_rows: int32 [N, W], row of `grams` of each word; row 0 is padding.
        grams: int32 [U, G], n-gram numbers of each distinct word.
    """

    value_rows: NDArray[np.int32]
    values: NDArray[np.int32]
    field_ids: NDArray[np.int32]
    word_rows: NDArray[np.int32]
    grams: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.value_rows)

    @property
    def std_ids(self) -> NDArray[np.int32]:
        """Numbers of the values of each standard field, int32 [N, S, M], 0 is padding."""
        std_ids_NSM: NDArray[np.int32] = self.values[self.value_rows, 1:]
        return std_ids_NSM

    def take(self, rows: NDArray[np.int64]) -> "EncodedCatalogue":
        """The same catalogue with only these rows, in this order; words and values are shared."""
        return EncodedCatalogue(
            value_rows=self.value_rows[rows],
            values=self.values,
            field_ids=self.field_ids[rows],
            word_rows=self.word_rows[rows],
            grams=self.grams,
        )


def encode_catalogue(items: Sequence[Item], encoder: ItemEncoder) -> EncodedCatalogue:
    """Encode every item once.

    Raises:
        ValueError: there are no items.
        ItemError: an item does not fit the encoder's schema.
    """
    if not items:
        raise ValueError("the catalogue has no items: nothing to train on")
    word_row = {"": 0}
    texts = [_word_rows(encoder.words(item), word_row) for item in items]
    grams_UG = np.stack([encoder.grams(word) * bool(word) for word in word_row])
    width = max(1, max(len(words) for words in texts))
    text_N2W = np.zeros((len(items), 2, width), np.int32)
    for row, words in zip(text_N2W, texts, strict=True):
        row[:, : len(words)] = np.array(words, np.int32).reshape(-1, 2).T
    value_rows_NS, values_V1M = _values(items, encoder)
    return EncodedCatalogue(
        value_rows=value_rows_NS,
        values=values_V1M,
        field_ids=text_N2W[:, 0].copy(),
        word_rows=text_N2W[:, 1].copy(),
        grams=grams_UG.astype(np.int32),
    )


def _word_rows(words: list[tuple[int, str]], word_row: dict[str, int]) -> list[tuple[int, int]]:
    return [(field, word_row.setdefault(word, len(word_row))) for field, word in words]


def _values(
    items: Sequence[Item], encoder: ItemEncoder
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    value_rows_NS = np.zeros((len(items), len(encoder.std_id)), np.int32)
    row_of: dict[tuple[int, ...], int] = {(): 0}
    for row_S, item in zip(value_rows_NS, items, strict=True):
        for s, ids in encoder.standard_ids(item):
            row_S[s] = row_of.setdefault((s, *ids), len(row_of)) if ids else 0
    values_V1M = np.zeros((len(row_of), max(2, *map(len, row_of))), np.int32)
    for row_M, numbers in zip(values_V1M, row_of, strict=True):
        row_M[: len(numbers)] = numbers
    return value_rows_NS, values_V1M
