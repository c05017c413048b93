"""Items by columns as integer tensors, the very ones that `ItemEncoder.encode` gives.

Shape legend: B items, S standard fields, M values of a field, W words, G n-grams of a word, T words
of all items, U different words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.columns.item_columns import FieldColumns
from catalog.columns.words import RowWords, Vocabulary
from catalog.encoder import EncodedItems, ItemEncoder
from catalog.item import Item

_KNOWN_WORDS = 1 << 18


@dataclass(frozen=True, kw_only=True)
class WordColumns:
    """The words that are kept of some items.

    Attributes:
        rows: int64 [T], row of each word.
        places: int64 [T], its place among its row's words, from 0.
        fields: int64 [T], number of its field, as the encoder numbers them.
        words: int64 [T], its number in `vocabulary`.
        vocabulary: words, those of earlier batches before new ones.
        counts: int64 [B], words of each row, those included that are not kept.
    """

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    fields: NDArray[np.int64]
    words: NDArray[np.int64]
    vocabulary: Sequence[str]
    counts: NDArray[np.int64]


class ColumnEncoder:
    """Encodes items by columns; remembers words."""

    def __init__(self, encoder: ItemEncoder) -> None:
        """`encoder` says what a value's number and a word's n-grams are."""
        self._encoder = encoder
        self._forget()

    def _forget(self) -> None:
        self._vocabulary = Vocabulary()
        # Row 1 + u is what stands for word u, its field left open: int32 [1 + U, 1 + G].
        self._entries = np.zeros((1, 1 + self._encoder.config.max_grams), np.int32)

    def encode(self, fields: FieldColumns) -> EncodedItems:
        """All items, in order; as `ItemEncoder.encode`.

        Raises:
            ItemError: as there.
        """
        return EncodedItems(self.standard(fields), self.texts(fields))

    def standard(self, fields: FieldColumns) -> NDArray[np.int32]:
        """`std_ids`, int32 [B, S, M]."""
        config, names = self._encoder.config, tuple(self._encoder.std_id)
        std_BSM = np.zeros((len(fields), len(names), config.max_values), np.int32)
        for s, name in enumerate(names):
            used, rows_B = np.unique(fields.value_rows[:, s], return_inverse=True)
            ids_VM = np.zeros((len(used), config.max_values), np.int32)
            for ids_M, row in zip(ids_VM, used.tolist(), strict=True):
                ids = self.value_ids(name, fields.values[row])
                ids_M[: len(ids)] = ids
            std_BSM[:, s] = ids_VM[rows_B]
        return std_BSM

    def value_ids(self, name: str, values: tuple[str, ...]) -> list[int]:
        """Numbers of a field's values; raises ItemError as the encoder does."""
        if not values:
            return []
        ((_, ids),) = self._encoder.standard_ids(Item(clothes={name: values}))
        return ids

    def texts(self, fields: FieldColumns) -> NDArray[np.int32]:
        """`re_ids`, int32 [B, W, 1 + G]."""
        kept = self.words(fields)
        word_BW = np.zeros((len(fields), self._encoder.config.max_words), np.int64)
        word_BW[kept.rows, kept.places] = kept.words + 1
        re_BWG: NDArray[np.int32] = self._entries_of(kept.vocabulary).take(word_BW, axis=0)
        re_BWG[kept.rows, kept.places, 0] = kept.fields
        return re_BWG

    def _entries_of(self, words: Sequence[str]) -> NDArray[np.int32]:
        new = words[len(self._entries) - 1 :]
        if new:
            entries = np.zeros((len(new), self._entries.shape[1]), np.int32)
            for entry, word in zip(entries, new, strict=True):
                entry[1:] = self._encoder.grams(word)
            self._entries = np.concatenate([self._entries, entries])
        return self._entries

    def words(self, fields: FieldColumns) -> WordColumns:
        """What `ItemEncoder.words` keeps of each item's text."""
        if len(self._vocabulary.words) > _KNOWN_WORDS:
            self._forget()
        split = {
            self._encoder.field_id[name]: self._vocabulary.split(
                column.texts, column.rows, len(fields)
            )
            for name, column in fields.texts.items()
            if len(column.texts)
        }
        words = self._vocabulary.words
        return _in_turn(split, words, len(fields), self._encoder.config.max_words)


def _in_turn(
    split: dict[int, RowWords], vocabulary: Sequence[str], num_rows: int, max_words: int
) -> WordColumns:
    """Take the fields' words in turn, at most `max_words` of each row."""
    parts: list[tuple[NDArray[np.int64], ...]] = []
    counts = np.zeros(num_rows, np.int64)
    for turn, (field, words) in enumerate(split.items()):
        counts += words.counts
        places = np.zeros(len(words.rows), np.int64)
        # Before a field's word p come p words of each field, one more of those before it in turn,
        # as far as they have so many.
        for other_turn, other in enumerate(split.values()):
            places += np.minimum(other.counts[words.rows], words.places + (other_turn < turn))
        kept = places < max_words
        rows = words.rows[kept]
        parts.append((rows, places[kept], np.full(len(rows), field), words.words[kept]))
    nothing = np.zeros(0, np.int64)
    joined = [np.concatenate(some) for some in zip(*parts, strict=True)] or [nothing] * 4
    return WordColumns(
        rows=joined[0],
        places=joined[1],
        fields=joined[2],
        words=joined[3],
        vocabulary=vocabulary,
        counts=counts,
    )
