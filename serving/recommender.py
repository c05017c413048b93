"""Searches and recommendations, from requests to pages of items.

Pure logic over two protocols, an embedder and a store: no driver, no HTTP. Vectors come from one
generation and are compared within it; a page that follows another keeps its query vector.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from serving.aim import Aim, AimFinder
from serving.current import CurrentGeneration
from serving.cursor import query_digest, read_cursor, write_cursor
from serving.errors import InvalidCursor
from serving.filters import parse_filters
from serving.protocols import CursorState, Filters, GenerationInUse, Query, Store
from serving.requests import Answer, RecommendRequest, SearchRequest

Request = TypeVar("Request", SearchRequest, RecommendRequest)


class Recommender:
    """Answers searches and recommendations under the generation in use."""

    def __init__(self, store: Store, current: CurrentGeneration) -> None:
        self._store = store
        self._current = current
        self._aims = AimFinder(store, current)

    async def search(self, request: SearchRequest) -> Answer:
        """The items nearest to a text, an item or a stored item.

        Raises:
            InvalidRequest: a field of the request, by name.
            UnknownItem: `item_id` is not stored.
            Unavailable: the database or Triton does not answer.
        """
        return await self._answer("search", request, self._aims.of_search)

    async def recommend(self, request: RecommendRequest) -> Answer:
        """The items nearest to the liked and away from the disliked, none of them given.

        Raises:
            InvalidRequest: a field of the request, by name.
            UnknownItem: an id is not stored.
            Unavailable: the database or Triton does not answer.
        """
        return await self._answer("recommend", request, self._aims.of_recommend)

    async def _answer(
        self,
        list_name: str,
        request: Request,
        aim_of: Callable[[Request, CursorState | None, GenerationInUse], Awaitable[Aim]],
    ) -> Answer:
        digest = query_digest(list_name, request.question())

        async def attempt(generation: GenerationInUse) -> Answer:
            state = _state(request.cursor, digest, generation)
            filters = parse_filters(request.filters, generation.schema)
            aim = await aim_of(request, state, generation)
            page = await self._store.search(_query(aim, request.k, filters, generation), state)
            cursor = write_cursor(digest, page.next) if page.next else None
            return Answer(generation=page.generation, hits=page.hits, cursor=cursor)

        return await self._current.run(attempt)


def _query(aim: Aim, k: int, filters: Filters, generation: GenerationInUse) -> Query:
    return Query(
        generation=generation.generation,
        vector=aim.vector,
        k=k,
        filters=filters,
        exclude=aim.exclude,
        text=aim.text,
    )


def _state(cursor: str | None, digest: str, generation: GenerationInUse) -> CursorState | None:
    """The cursor's state, if there is a cursor and it goes on in this generation."""
    if cursor is None:
        return None
    state = read_cursor(cursor, digest)
    if (state.generation, state.vector.size) == (generation.generation, generation.dimension):
        return state
    raise InvalidCursor(
        f"cursor: it belongs to generation {state.generation}, in use is "
        f"{generation.generation}; leave it out to start from the first page",
        field="cursor",
        got=state.generation,
        allowed=generation.generation,
    )
