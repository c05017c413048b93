"""Items of the catalogue as examples: what lies near what, and what was not found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.item import Item
from training.evaluation import Evaluation
from training.report.embedding_map import colouring_field
from training.report.pictures import Pictures

NUM_EXAMPLES = 6
_NUM_NEIGHBOURS = 6
_NUM_FOUND = 3
_NOT_FOUND_BEYOND = 10
_NUM_FACTS = 3
_TITLE_CHARS = 70


@dataclass(frozen=True, kw_only=True)
class Card:
    """One item as a small card.

    Attributes:
        title: its first text, or its id.
        item_id: its id.
        picture: a `data:` address, or None.
        facts: values of the most telling fields, each with whether the asked item has it too.
        similarity: cosine to what was asked, or None for what was asked itself.
    """

    title: str
    item_id: str
    picture: str | None
    facts: list[tuple[str, bool]]
    similarity: float | None = None


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """An item and the items nearest to it."""

    item: Card
    near: list[Card]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A question whose item was not among the first ten.

    Attributes:
        asked: fields and values that the question kept.
        wanted: the item it was made from.
        rank: the item's rank, 1 is best; may lie between two where others tie.
        found: what came first instead.
    """

    asked: list[tuple[str, str]]
    wanted: Card
    rank: float
    found: list[Card]


class ExampleMaker:
    """Picks examples from an evaluation, the same ones each time."""

    def __init__(self, evaluation: Evaluation, pictures: Pictures) -> None:
        self.evaluation = evaluation
        self.pictures = pictures
        self.fields = telling_fields(evaluation)

    def neighbours(self) -> list[Neighbours]:
        """Held-out items of different kinds, each with its nearest other items."""
        vectors_ND = self.evaluation.gallery_vectors
        found = []
        for row in self._different_rows():
            similarity_N = vectors_ND @ vectors_ND[row]
            similarity_N[row] = -np.inf
            item = self.evaluation.items[row]
            found.append(
                Neighbours(
                    item=self.card(item, item),
                    near=self._nearest(similarity_N, item, _NUM_NEIGHBOURS),
                )
            )
        return found

    def failures(self) -> list[Failure]:
        """Questions that failed, from the near miss to the worst."""
        failed = np.flatnonzero(self.evaluation.ranks >= _NOT_FOUND_BEYOND + 1)
        shown = [query for query in failed if self._wanted(query).image is not None]
        ordered = np.array(shown if len(shown) >= NUM_EXAMPLES else failed, np.int64)
        ordered = ordered[np.argsort(self.evaluation.ranks[ordered], kind="stable")]
        picks = np.linspace(0, len(ordered) - 1, min(NUM_EXAMPLES, len(ordered))).round()
        return [self._failure(int(ordered[int(pick)])) for pick in picks]

    def _wanted(self, query: int) -> Item:
        return self.evaluation.items[int(self.evaluation.queries.rows[query])]

    def _failure(self, query: int) -> Failure:
        evaluation = self.evaluation
        asked = evaluation.queries.items[query]
        wanted = self._wanted(query)
        similarity_N = evaluation.gallery_vectors @ evaluation.query_vectors[query]
        return Failure(
            asked=[(name, ", ".join(values)) for name, values in _named(asked)],
            wanted=self.card(wanted, wanted),
            rank=float(evaluation.ranks[query]),
            found=self._nearest(similarity_N, wanted, _NUM_FOUND),
        )

    def _nearest(self, similarity_N: NDArray[np.float32], asked: Item, count: int) -> list[Card]:
        rows = np.argsort(-similarity_N, kind="stable")[:count]
        items = self.evaluation.items
        return [self.card(items[row], asked, float(similarity_N[row])) for row in rows]

    def card(self, item: Item, asked: Item, similarity: float | None = None) -> Card:
        """An item beside the one that was asked for."""
        facts = [
            (value, value in asked.clothes.get(field, ()))
            for field in self.fields
            for value in item.clothes.get(field, ())[:2]
        ]
        return Card(
            title=title_of(item),
            item_id=item.item_id,
            picture=self.pictures.data_uri(item.image),
            facts=facts,
            similarity=similarity,
        )

    def _different_rows(self) -> list[int]:
        """Questions' rows, first one of each frequent value, those with a picture before others."""
        evaluation = self.evaluation
        rows: list[int] = evaluation.queries.rows.tolist()
        rows.sort(key=lambda row: evaluation.items[row].image is None)
        field = colouring_field(evaluation)
        if field is None:
            return rows[:NUM_EXAMPLES]
        first: dict[int, int] = {}
        for row in rows:
            first.setdefault(int(evaluation.codes[field][row, 0]), row)
        common = np.bincount(np.maximum(evaluation.codes[field][:, 0], 0))
        kinds = sorted((code for code in first if code >= 0), key=lambda code: -common[code])
        picked = [first[code] for code in kinds][:NUM_EXAMPLES]
        return picked + [row for row in rows if row not in picked][: NUM_EXAMPLES - len(picked)]


def _named(item: Item) -> list[tuple[str, Sequence[str]]]:
    return [*item.clothes.items(), *item.reinforced.items()]


def telling_fields(evaluation: Evaluation) -> list[str]:
    """The fields that together tell most about an item: each next one has the largest entropy
    given those before it, so that no two say the same.
    """
    group_N = np.zeros(len(evaluation.items), np.int64)
    chosen: list[str] = []
    for _ in range(_NUM_FACTS):
        splits = {
            field: np.unique(np.stack((group_N, codes_NM[:, 0])), axis=1, return_inverse=True)[1]
            for field, codes_NM in evaluation.codes.items()
            if field not in chosen
        }
        field = max(splits, key=lambda name: _entropy(splits[name]), default=None)
        if field is None or _entropy(splits[field]) <= _entropy(group_N):
            break
        chosen.append(field)
        group_N = splits[field]
    return chosen


def _entropy(group_N: NDArray[np.int64]) -> float:
    """Of the sizes of groups numbered from 0, in nats, rounded to what is no noise."""
    share_G = np.bincount(group_N) / len(group_N)
    return round(float(-(share_G * np.log(share_G)).sum()), 6)


def title_of(item: Item) -> str:
    """An item's first text, shortened, or its id where it has none."""
    texts = [text for texts in item.reinforced.values() for text in texts]
    title = texts[0] if texts else item.item_id
    return title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1].rstrip() + "…"
