"""Views: an item with some fields and words dropped at random.

Shape legend: B items, S standard fields, M values of a field, W words, G n-grams of a word,
and of a batch: U distinct words, E distinct pairs of a field and a word, V distinct sets of values
of a field.
"""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.data import EncodedCatalogue

_ANY_FIELD_ID = 1


@dataclass(frozen=True, kw_only=True)
class ViewConfig:
    """How much a view drops, each a probability from 0 to below 1.

    Raises:
        ValueError: a rate is out of range; names it.
    """

    field_drop: float = 0.5
    """Of each standard field, all its values together."""
    word_drop: float = 0.5
    """Of each word of the reinforced fields."""
    untagged: float = 0.1
    """Of a whole view having words of no particular field, as a search query has them."""

    def __post_init__(self) -> None:
        for name, rate in asdict(self).items():
            if not 0 <= rate < 1:
                raise ValueError(f"view {name} is a rate from 0 to below 1, got {rate}")


class ViewBatch(NamedTuple):
    """Views whose values and words are held once each, as numpy arrays of int32.

    Row 0 of each table stands for nothing.
    """

    value_rows: NDArray[np.int32]  # [B, S], rows of values
    values: NDArray[np.int32]  # [V, 1 + M]
    word_rows: NDArray[np.int32]  # [B, W], rows of tagged
    tagged: NDArray[np.int32]  # [E, 2], field and row of grams
    grams: NDArray[np.int32]  # [U, G]


class DropMask(NamedTuple):
    """What a batch of views keeps."""

    fields: NDArray[np.bool_]  # [B, S]
    words: NDArray[np.bool_]  # [B, W]
    tags: NDArray[np.bool_]  # [B, 1]


def draw_mask(
    rng: np.random.Generator, config: ViewConfig, num_items: int, num_fields: int, num_words: int
) -> DropMask:
    """Draw what the views of a whole batch keep; every process draws the same and takes a part."""
    return DropMask(
        rng.random((num_items, num_fields)) >= config.field_drop,
        rng.random((num_items, num_words)) >= config.word_drop,
        rng.random((num_items, 1)) >= config.untagged,
    )


def cut_views(items: EncodedCatalogue, masks: list[DropMask]) -> ViewBatch:
    """Cut one view of every item for each mask, and share the words of all of them.

    Args:
        items: the B items of the batch.
        masks: one for each view.

    Returns:
        The first views of all items, then the second, and so on: B * len(masks) rows.
    """
    sets = np.concatenate([items.value_rows * mask.fields for mask in masks])
    (sets,) = _squeeze(sets)
    set_numbers, value_rows = _distinct(sets, len(items.values))
    field_ids = np.concatenate([_kept_fields(items, mask) for mask in masks])
    words = np.tile(items.word_rows, (len(masks), 1)) * (field_ids > 0)
    field_ids, words = _squeeze(field_ids, words.astype(np.int32))
    word_numbers, rows = _distinct(words, len(items.grams))
    num_pairs = (int(field_ids.max()) + 1) * len(word_numbers)
    pairs, word_rows = _distinct(field_ids.astype(np.int64) * len(word_numbers) + rows, num_pairs)
    return ViewBatch(
        value_rows,
        items.values[set_numbers],
        word_rows,
        np.stack(np.divmod(pairs, len(word_numbers)), axis=1).astype(np.int32),
        items.grams[word_numbers],
    )


def _distinct(
    numbers: NDArray[np.int32] | NDArray[np.int64], bound: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The distinct numbers below `bound`, 0 always first, and each number's place among them.

    A mark for every number there could be, instead of sorting those there are: also with millions
    of words that is the faster by far.
    """
    is_there = np.zeros(bound, np.bool_)
    is_there[0] = True
    is_there[numbers] = True
    distinct = np.flatnonzero(is_there)
    place = np.zeros(bound, np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct, place[numbers]


def _kept_fields(items: EncodedCatalogue, mask: DropMask) -> NDArray[np.int32]:
    tagged = np.where(mask.tags, items.field_ids, np.minimum(items.field_ids, _ANY_FIELD_ID))
    return (tagged * mask.words).astype(np.int32)


def _squeeze(there_BT: NDArray[np.int32], *others: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Move what is not 0 to the front, the same in all arrays, and cut columns that nobody uses."""
    order = np.argsort(there_BT == 0, axis=1, kind="stable")
    width = max(1, int((there_BT > 0).sum(1).max(initial=0)))
    order = order[:, :width]
    return [np.take_along_axis(array, order, 1) for array in (there_BT, *others)]
