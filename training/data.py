"""A catalogue in memory as tensors, words held once each, ready to be cut into views.

Shape legend: N items, S standard fields, M values of a field, W words, G n-grams of a word,
V distinct words of the catalogue.
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
        std_ids: int32 [N, S, M], as the encoder numbers them, M as small as the data allow.
        field_ids: int32 [N, W], field of each word, 0 is padding, W likewise.
        word_rows: int32 [N, W], row of `grams` of each word; row 0 is padding.
        grams: int32 [V, G], n-gram numbers of each distinct word.
    """

    std_ids: NDArray[np.int32]
    field_ids: NDArray[np.int32]
    word_rows: NDArray[np.int32]
    grams: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.std_ids)

    def take(self, rows: NDArray[np.int64]) -> "EncodedCatalogue":
        """The same catalogue with only these rows, in this order; words are shared."""
        return EncodedCatalogue(
            std_ids=self.std_ids[rows],
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
    grams_VG = np.stack([encoder.grams(word) * bool(word) for word in word_row])
    width = max(1, max(len(words) for words in texts))
    text_N2W = np.zeros((len(items), 2, width), np.int32)
    for row, words in zip(text_N2W, texts, strict=True):
        row[:, : len(words)] = np.array(words, np.int32).reshape(-1, 2).T
    return EncodedCatalogue(
        std_ids=_standard_ids(items, encoder),
        field_ids=text_N2W[:, 0].copy(),
        word_rows=text_N2W[:, 1].copy(),
        grams=grams_VG.astype(np.int32),
    )


def _word_rows(words: list[tuple[int, str]], word_row: dict[str, int]) -> list[tuple[int, int]]:
    return [(field, word_row.setdefault(word, len(word_row))) for field, word in words]


def _standard_ids(items: Sequence[Item], encoder: ItemEncoder) -> NDArray[np.int32]:
    depth = max((len(v) for item in items for v in item.clothes.values()), default=1)
    ids_NSM = np.zeros((len(items), len(encoder.std_id), depth), np.int32)
    for row, item in zip(ids_NSM, items, strict=True):
        for s, ids in encoder.standard_ids(item):
            row[s, : len(ids)] = ids
    return ids_NSM
