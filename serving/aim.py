"""Where a request points: the query vector, and the ids that the answer leaves out.

Stored items bring the vectors of the generation in use from the store, all others are embedded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.item import Item, ItemError
from catalog.text import normalise
from serving.current import CurrentGeneration
from serving.errors import InvalidRequest, UnknownItem
from serving.protocols import CursorState, EmbeddingFailure, GenerationInUse, Store, Vector
from serving.requests import Example, RecommendRequest, SearchRequest
from serving.sent_items import refused_field, sent_item
from serving.text_query import PhraseTable, item_of_text, phrase_table
from serving.words import words

NEGATIVE_WEIGHT = 0.5
"""How much the mean of the disliked counts against the mean of the liked."""

MIN_NORM = 1e-3
"""A shorter difference of unit vectors has no direction worth following."""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a page is looked for with."""

    vector: Vector
    """float32 [D], unit length, of one generation."""
    exclude: tuple[str, ...] = ()
    """Ids that the request gave."""
    text: str | None = None
    """The words of a text query."""


class AimFinder:
    """Finds the aim of a request; with the state of a cursor it keeps that vector."""

    def __init__(self, store: Store, current: CurrentGeneration) -> None:
        self._store = store
        self._current = current
        self._phrases: tuple[str, PhraseTable] | None = None

    async def of_search(
        self, request: SearchRequest, state: CursorState | None, generation: GenerationInUse
    ) -> Aim:
        """The aim of a search; `state` is that of its cursor.

        Raises:
            InvalidRequest: the text or the item says nothing, or the item is none.
            UnknownItem: `item_id` is not stored.
        """
        if request.item_id is not None:
            vector = state.vector if state else await self._stored_one(request.item_id, generation)
            return Aim(vector=vector, exclude=(request.item_id,))
        text = None
        if request.text is not None:
            text = _text_of_query(request.text)
            item, field = item_of_text(text, self._table(generation)), "query.text"
        else:
            item, field = _query_item(request.item, "query.item", generation), "query.item"
        vector = state.vector if state else (await self._embedded({field: item}, generation))[0]
        return Aim(vector=vector, exclude=_ids(item), text=text)

    async def of_recommend(
        self, request: RecommendRequest, state: CursorState | None, generation: GenerationInUse
    ) -> Aim:
        """The aim of a recommendation; `state` is that of its cursor.

        Raises:
            InvalidRequest: nothing is liked, an id is on both sides, or an item is none.
            UnknownItem: an id is not stored.
        """
        named = _named(request)
        ids = {example: field for field, example in named.items() if isinstance(example, str)}
        items = {
            field: _query_item(example, field, generation)
            for field, example in named.items()
            if not isinstance(example, str)
        }
        exclude = tuple(dict.fromkeys([*ids, *(i for item in items.values() for i in _ids(item))]))
        if state:
            return Aim(vector=state.vector, exclude=exclude)
        stored = await self._stored(ids, generation) if ids else {}
        made = await self._embedded(items, generation) if items else []
        by_field = {field: stored[item_id] for item_id, field in ids.items()}
        by_field |= dict(zip(items, made, strict=True))
        return Aim(vector=_direction(by_field), exclude=exclude)

    async def _stored_one(self, item_id: str, generation: GenerationInUse) -> Vector:
        return (await self._stored({item_id: "query.item_id"}, generation))[item_id]

    async def _stored(
        self, fields: Mapping[str, str], generation: GenerationInUse
    ) -> Mapping[str, Vector]:
        """Vectors of stored items; `fields` says for each id where the request named it."""
        found = await self._store.vectors(list(fields), generation.generation)
        for item_id, field in fields.items():
            if item_id not in found.vectors:
                raise UnknownItem(item_id, field=field)
        return found.vectors

    async def _embedded(
        self, items: Mapping[str, Item], generation: GenerationInUse
    ) -> list[Vector]:
        """Vectors of the items of a request, by the field that each came in."""
        made = await self._current.embed(list(items.values()), generation)
        vectors = []
        for (field, item), vector in zip(items.items(), made, strict=True):
            if isinstance(vector, EmbeddingFailure):
                within, reason = refused_field(item, vector)
                path = field if within == "item" else f"{field}.{within}"
                raise InvalidRequest(f"{path}: {reason}", field=path)
            vectors.append(vector)
        return vectors

    def _table(self, generation: GenerationInUse) -> PhraseTable:
        """The generation's phrases, made on its first text query."""
        if self._phrases is None or self._phrases[0] != generation.generation:
            self._phrases = (generation.generation, phrase_table(generation.schema))
        return self._phrases[1]


def _text_of_query(sent: str) -> str:
    """A query's text as the texts of items are kept: `30cm` finds what says `30 CM`.

    Raises:
        InvalidRequest: there is no word in it.
    """
    text = normalise(sent)
    if not words(text):
        raise InvalidRequest(
            f"query.text: expected at least one word, got {sent!r:.200}",
            field="query.text",
            got=sent,
        )
    return text


def _named(request: RecommendRequest) -> dict[str, Example]:
    """Every example by the field it came in; an id that was given twice counts once.

    Raises:
        InvalidRequest: there is nothing liked, or an id is both liked and disliked.
    """
    if not request.positive:
        raise InvalidRequest(
            "positive: expected at least one id or item, got none", field="positive", got=[]
        )
    liked = {example for example in request.positive if isinstance(example, str)}
    for at, example in enumerate(request.negative):
        if isinstance(example, str) and example in liked:
            raise InvalidRequest(
                f"negative.{at}: expected an item that is not in positive too, got {example!r}",
                field=f"negative.{at}",
                got=example,
            )
    return {**_distinct("positive", request.positive), **_distinct("negative", request.negative)}


def _distinct(name: str, examples: Sequence[Example]) -> dict[str, Example]:
    found: dict[str, Example] = {}
    seen: set[str] = set()
    for at, example in enumerate(examples):
        if isinstance(example, str):
            if example in seen:
                continue
            seen.add(example)
        found[f"{name}.{at}"] = example
    return found


def _query_item(record: object, field: str, generation: GenerationInUse) -> Item:
    """An item that a request describes, checked; `field` is where it stood."""
    try:
        item = sent_item(record, generation.schema, require_id=False)
    except ItemError as error:
        raise InvalidRequest(
            f"{field}.{error}",
            field=f"{field}.{error.field}",
            got=error.got,
            allowed=error.allowed or None,
        ) from error
    if not item.clothes and not item.reinforced:
        raise InvalidRequest(
            f"{field}: expected at least one value in clothes or reinforced_feature_value, "
            "got none",
            field=field,
        )
    return item


def _ids(item: Item) -> tuple[str, ...]:
    return (item.item_id,) if item.item_id else ()


def _direction(by_field: Mapping[str, Vector]) -> Vector:
    """normalise(mean(liked) - 0.5 * mean(disliked)).

    Args:
        by_field: unit vectors float32 [D], named `positive.<n>` or `negative.<n>`.

    Raises:
        InvalidRequest: the disliked cancel the liked out.
    """
    liked = [vector for field, vector in by_field.items() if field.startswith("positive.")]
    disliked = [vector for field, vector in by_field.items() if field.startswith("negative.")]
    aim_D = np.mean(liked, axis=0)
    if disliked:
        aim_D = aim_D - NEGATIVE_WEIGHT * np.mean(disliked, axis=0)
    norm = float(np.linalg.norm(aim_D))
    if norm < MIN_NORM:
        field = "negative" if disliked else "positive"
        raise InvalidRequest(
            f"{field}: expected items that leave a direction, got such that cancel each other out; "
            "leave some of them out",
            field=field,
        )
    return np.asarray(aim_D / norm, dtype=np.float32)
