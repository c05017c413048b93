"""The questions of an evaluation: held-out items with about half of what is known taken away.

The same protocol for the model and the baselines: each whole standard field and each word of
reinforced text is dropped with probability 0.5; whoever is asked then has to find the item among
all items. What an item loses depends on the seed and its own id alone, so questions stay the
same over processes, machines, the order of the catalogue and other items coming and going.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.encoder import split_words
from catalog.item import Item


@dataclass(frozen=True, kw_only=True)
class Queries:
    """Questions and their answers.

    Attributes:
        items: the incomplete items, without id, picture and metadata.
        rows: row of the catalogue that each was made from, int64 [Q].
    """

    items: tuple[Item, ...]
    rows: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """How questions are drawn.

    Raises:
        ValueError: a number is out of range; names it.
    """

    seed: int = 0
    """Chooses what each item loses."""
    drop_probability: float = 0.5
    """Chance of each field and each word to be dropped."""
    max_queries: int = 2000
    """Held-out items asked for at most, drawn with the seed where there are more."""

    def __post_init__(self) -> None:
        if not 0 <= self.drop_probability < 1:
            raise ValueError(f"drop_probability is 0 to below 1, got {self.drop_probability}")
        if self.max_queries < 1:
            raise ValueError(f"max_queries is positive, got {self.max_queries}")


def make_queries(items: Sequence[Item], held_out: Collection[str], protocol: Protocol) -> Queries:
    """One question for each held-out item that has something to ask with.

    Args:
        items: the whole catalogue.
        held_out: ids of the items kept out of training; each is in the catalogue.

    Raises:
        ValueError: an id is not in the catalogue, or no question is left.
    """
    rows = _held_out_rows(items, held_out)
    kept = {row: drop_features(items[row], protocol) for row in rows}
    asked = [(row, query) for row, query in kept.items() if query is not None]
    if not asked:
        raise ValueError(
            f"no query: expected held-out items with features, got {len(rows)} without any"
        )
    if len(asked) > protocol.max_queries:
        order = np.random.RandomState(protocol.seed).permutation(len(asked))
        asked = [asked[i] for i in sorted(order[: protocol.max_queries])]
    return Queries(
        items=tuple(query for _, query in asked),
        rows=np.array([row for row, _ in asked], np.int64),
    )


def _held_out_rows(items: Sequence[Item], held_out: Collection[str]) -> list[int]:
    wanted = set(held_out)
    rows = [row for row, item in enumerate(items) if item.item_id in wanted]
    if len(rows) < len(wanted):
        missing = sorted(wanted - {items[row].item_id for row in rows})
        raise ValueError(
            f"{len(missing)} held-out items are not in the catalogue, such as {missing[0]!r}: "
            "evaluate on the items that the model was trained from"
        )
    return rows


def drop_features(item: Item, protocol: Protocol) -> Item | None:
    """What is left of an item, or None where it had nothing.

    A draw that leaves nothing at all asks nothing, so it is made again.
    """
    words = {field: split_words(texts) for field, texts in item.reinforced.items()}
    if not item.clothes and not any(words.values()):
        return None
    # Python keeps Random's stream for a text seed and random() the same over its versions.
    draw = random.Random(f"{protocol.seed}/{item.item_id}")
    while True:
        query = _keep_some(item.clothes, words, draw, protocol.drop_probability)
        if query.clothes or query.reinforced:
            return query


def _keep_some(
    clothes: Mapping[str, tuple[str, ...]],
    words: Mapping[str, Sequence[str]],
    draw: random.Random,
    drop_probability: float,
) -> Item:
    def is_kept() -> bool:
        return draw.random() >= drop_probability

    kept_clothes = {field: values for field, values in clothes.items() if is_kept()}
    kept_words = {field: [word for word in row if is_kept()] for field, row in words.items()}
    texts = {field: (" ".join(row),) for field, row in kept_words.items() if row}
    return Item(clothes=kept_clothes, reinforced=texts)


def attribute_codes(
    items: Sequence[Item], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, NDArray[np.int32]]:
    """Values of each standard field as numbers, int32 [N, M], -1 is padding.

    Args:
        items: the catalogue, N items.
        fields: the schema's standard fields with their values, which number the codes.
    """
    return {field: _codes(items, field, values) for field, values in fields.items()}


def _codes(items: Sequence[Item], field: str, values: tuple[str, ...]) -> NDArray[np.int32]:
    number = {value: code for code, value in enumerate(values)}
    width = max((len(item.clothes.get(field, ())) for item in items), default=0)
    codes_NM = np.full((len(items), max(1, width)), -1, np.int32)
    for row, item in enumerate(items):
        for m, value in enumerate(item.clothes.get(field, ())):
            codes_NM[row, m] = number[value]
    return codes_NM
