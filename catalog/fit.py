"""Sizes of the encoder that suit a catalogue: as small as its items allow."""

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import Item
from catalog.schema import Schema

MIN_VALUES = 8
"""Values of one standard field that there is always room for: items to come may have more."""
MIN_WORDS, MAX_WORDS = 16, 64
"""Bounds of the words kept of one item."""

_COVERED_SHARE = 0.999


class EncoderFit:
    """Watches items go by and says what sizes hold them."""

    def __init__(self, schema: Schema) -> None:
        """Items of `schema`."""
        self._encoder = ItemEncoder(schema, EncoderConfig(max_words=MAX_WORDS))
        self._num_words: Counter[int] = Counter()
        self._max_values = MIN_VALUES

    def add(self, item: Item) -> None:
        """Take one item into account."""
        self._num_words[len(self._encoder.words(item))] += 1
        self._max_values = max(self._max_values, *map(len, item.clothes.values()), 0)

    def add_counts(self, num_words: Mapping[int, int], max_values: int) -> None:
        """Take many items into account.

        Args:
            num_words: how many of them have so many words.
            max_values: most values that one of them has in a standard field.
        """
        for words, items in num_words.items():
            self._num_words[min(words, MAX_WORDS)] += items
        self._max_values = max(self._max_values, max_values)

    def config(self) -> EncoderConfig:
        """Room for every standard value, and for all words of 999 items in 1,000."""
        return EncoderConfig(max_values=self._max_values, max_words=self._fitting_words())

    def _fitting_words(self) -> int:
        sizes = sorted(self._num_words)
        covered = accumulate(self._num_words[size] for size in sizes)
        least = _COVERED_SHARE * self._num_words.total()
        fitting = next((s for s, c in zip(sizes, covered, strict=True) if c >= least), MIN_WORDS)
        return min(max(fitting, MIN_WORDS), MAX_WORDS)
