"""Searches inside one snapshot: which plan, which rows, and where the next page goes on.

Few matching rows are all compared (exact). Many are found through the HNSW index, and where its
scan gives up early, all are compared after all: an answer has k rows whenever k rows match. A page
that came from the index can miss a row, so the page after it starts anew in exact order and leaves
out what was seen; from there on a page goes on after the last score and id.

A text query ranks by `vector_weight * cosine + (1 - vector_weight) * share of its words found`. Its
candidates are the nearest by cosine and the items with any of its words, which together hold the
best of all. Where more than `SearchConfig.max_lexical_rows` items have one of the words, only the
nearest of those with one, and of those with all, are candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from psycopg import AsyncConnection, sql

from serving.errors import GenerationMismatch, InvalidRequest, NotReady
from serving.filter_sql import Parameters, conditions_sql
from serving.item_rows import NUM_COLUMNS, item_of, vector_text
from serving.protocols import MAX_EXCLUDED, MAX_K, CursorState, Hit, Page, Query, Vector
from serving.ranking_sql import (
    Limits,
    Target,
    Words,
    all_words_sql,
    any_word_sql,
    count_sql,
    exact_sql,
    first_page_sql,
    nearest_sql,
    sample_sql,
    with_items_sql,
    words_sql,
)
from serving.vector_tables import vector_table
from serving.words import query_words

IN_USE = sql.SQL(
    "SELECT g.generation, g.dimension, set_config('hnsw.ef_search', g.ef_search::text, true),"
    " (SELECT reltuples FROM pg_class WHERE oid = 'items'::regclass)"
    " FROM generation_in_use u JOIN generations g ON g.generation = u.generation"
).format()
"""What `Search.run` is given the rows of: the generation in use, and its `ef_search` set until the
snapshot ends."""

_NUM_SAMPLED = 1_000
"""About how many items are looked at to guess how many match."""


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """When to compare all matching rows, and how far to walk the index otherwise."""

    max_exact_rows: int = 8_000
    """Up to so many matching rows are all compared: about as fast as the index, and exact."""
    max_lexical_rows: int = 50_000
    """Up to so many items with any word of a text query are all compared."""
    oversample: int = 3
    """With a filter, the index is asked for so many times the rows wanted; see `Limits`."""
    min_candidates: int = 128
    """With a filter, the index is asked for so many rows at least; see `Limits`."""

    def __post_init__(self) -> None:
        """Refuse limits that leave nothing to find."""
        limits = (self.max_exact_rows, self.max_lexical_rows, self.oversample, self.min_candidates)
        if min(limits) < 1:
            raise ValueError(f"expected limits of at least 1, got {self}")


@dataclass(frozen=True, kw_only=True)
class _Ranking:
    """A page's rows, one more than asked for if there is a next page."""

    hits: list[Hit]
    is_exact: bool


class Search:
    """One search on one connection, inside a snapshot that the caller opened."""

    def __init__(
        self,
        connection: AsyncConnection,
        query: Query,
        cursor: CursorState | None,
        config: SearchConfig,
    ) -> None:
        """Compile a query that `check_query` let pass; nothing is asked of the database yet."""
        self._connection = connection
        self._query = query
        self._cursor = cursor
        self._config = config
        self._vector = half_precision(query.vector)
        self.parameters = Parameters()
        self.target = self._targeted()
        # One more than asked for tells whether there is a next page.
        self.limits = Limits(
            rows=query.k + 1,
            max_exact_rows=config.max_exact_rows,
            oversample=config.oversample,
            min_candidates=config.min_candidates,
        )

    async def run(self, in_use: Sequence[tuple[Any, ...]]) -> Page:
        """The page.

        Args:
            in_use: what `IN_USE` gave in this snapshot.

        Raises:
            GenerationMismatch: another generation is in use.
            NotReady: none is in use.
            InvalidRequest: the vector has not the generation's dimension.
        """
        num_items = self._check_generation(in_use)
        if self._cursor is not None:
            ranking = await self._exact()
        elif await self._is_common(num_items):
            ranking = await self._by_index()
        else:
            ranking = await self._first_page()
        return self._page(ranking)

    def _targeted(self) -> Target:
        parameters, query = self.parameters, self._query
        vector = sql.SQL("{}::halfvec").format(parameters.add(vector_text(self._vector)))
        left_out = [*query.exclude, *(self._cursor.seen if self._cursor else ())]
        exclude = sql.SQL("{}::text[]").format(parameters.add(left_out)) if left_out else None
        words = query_words(query.text or "")
        return Target(
            table=vector_table(query.generation),
            vector=vector,
            conditions=tuple(conditions_sql(query.filters, parameters)),
            exclude=exclude,
            words=words_sql(words, query.vector_weight, parameters) if words else None,
        )

    def _check_generation(self, rows: Sequence[tuple[Any, ...]]) -> float:
        """Compare with the generation in use.

        Returns:
            About how many items there are, as of the last ANALYZE.
        """
        if not rows:
            raise no_generation()
        generation, dimension, _, num_items = rows[0]
        if generation != self._query.generation:
            raise mismatch(self._query.generation, generation)
        if self._vector.shape != (dimension,):
            raise _out_of_bounds("vector", self._vector.shape, f"{dimension} values")
        return float(num_items)

    async def _is_common(self, num_items: float) -> bool:
        """Whether so many items match, by a sample, that counting them would be time lost."""
        bound = 2 * self._config.max_exact_rows
        if num_items <= bound or not self.target.conditions:
            return False
        percent = min(100.0, 100.0 * _NUM_SAMPLED / num_items)
        rows = await self._fetch(sample_sql(self.target, percent))
        return float(rows[0][0]) * 100.0 / percent > bound

    async def _first_page(self) -> _Ranking:
        statement = first_page_sql(self.target, self.limits)
        rows = await self._fetch(with_items_sql(statement, extra="num_matching"))
        if rows and rows[0][-1] <= self._config.max_exact_rows:
            return _Ranking(hits=list(map(_hit, rows)), is_exact=True)
        return await self._completed(list(map(_hit, rows)))

    async def _by_index(self) -> _Ranking:
        return await self._completed(await self._hits(nearest_sql(self.target, self.limits)))

    async def _completed(self, nearest: list[Hit]) -> _Ranking:
        """A first page from what the index gave: all of it compared where the scan gave up."""
        if len(nearest) < self.limits.rows:
            return await self._exact()
        if self.target.words is not None:
            return await self._with_words(nearest, self.target.words)
        return _Ranking(hits=nearest, is_exact=False)

    async def _exact(self) -> _Ranking:
        after = self._cursor.after if self._cursor else None
        bounds = None
        if after is not None:
            score, item_id = map(self.parameters.add, after)
            bounds = (sql.SQL("{}::float8").format(score), sql.SQL("{}::text").format(item_id))
        hits = await self._hits(exact_sql(self.target, self.limits, bounds))
        return _Ranking(hits=hits, is_exact=True)

    async def _with_words(self, nearest: list[Hit], words: Words) -> _Ranking:
        """The best of the nearest by cosine and of the items with words of the query."""
        candidates = [*(hit.item.item_id for hit in nearest), *await self._lexical(words)]
        either = sql.SQL("i.item_id = ANY({}::text[])").format(self.parameters.add(candidates))
        hits = await self._hits(exact_sql(self._narrowed(either), self.limits))
        return _Ranking(hits=hits, is_exact=False)

    async def _lexical(self, words: Words) -> list[str]:
        """The best items with words of the query, as far as they can be told cheaply."""
        some = self._narrowed(any_word_sql(words))
        if await self._is_few(some):
            return await self._ids(exact_sql(some, self.limits))
        found = await self._ids(nearest_sql(some, self.limits))
        every = self._narrowed(all_words_sql(words))
        by_all = exact_sql if await self._is_few(every) else nearest_sql
        return [*found, *await self._ids(by_all(every, self.limits))]

    async def _is_few(self, target: Target) -> bool:
        bound = self._config.max_lexical_rows
        counted = await self._fetch(count_sql(target, bound + 1))
        return int(counted[0][0]) <= bound

    def _narrowed(self, condition: sql.Composable) -> Target:
        return replace(self.target, conditions=(*self.target.conditions, condition))

    def _page(self, ranking: _Ranking) -> Page:
        query, hits = self._query, tuple(ranking.hits[: self._query.k])
        following = None
        if len(ranking.hits) > query.k:
            seen = self._cursor.seen if self._cursor else ()
            last = (hits[-1].score, hits[-1].item.item_id)
            following = CursorState(
                generation=query.generation,
                vector=self._vector,
                seen=seen if ranking.is_exact else tuple(hit.item.item_id for hit in hits),
                after=last if ranking.is_exact else None,
            )
        return Page(generation=query.generation, hits=hits, next=following)

    async def _hits(self, ranked: sql.Composed) -> list[Hit]:
        rows = await self._fetch(with_items_sql(ranked))
        return [Hit(item=item_of(row[:NUM_COLUMNS]), score=float(row[NUM_COLUMNS])) for row in rows]

    async def _ids(self, ranked: sql.Composed) -> list[str]:
        return [str(row[0]) for row in await self._fetch(ranked)]

    async def _fetch(self, statement: sql.Composed) -> list[tuple[Any, ...]]:
        cursor = await self._connection.execute(statement, self.parameters.values)
        return await cursor.fetchall()


def _hit(row: tuple[Any, ...]) -> Hit:
    return Hit(item=item_of(row[:NUM_COLUMNS]), score=float(row[NUM_COLUMNS]))


def half_precision(vector: Vector) -> Vector:
    """The vector as pgvector will compare it; what is rounded already stays the same."""
    return vector.astype(np.float16).astype(np.float32)


def no_generation() -> NotReady:
    """No generation was promoted yet."""
    return NotReady(
        "generation", "none is in use yet; run the pipeline (`make up`) until it promotes one"
    )


def mismatch(made_with: str, in_use: str) -> GenerationMismatch:
    """A search with one generation while another answers."""
    return GenerationMismatch(
        f"generation: expected {in_use}, which is in use, got {made_with}; "
        "embed the query again and start from the first page"
    )


def check_query(query: Query, cursor: CursorState | None) -> None:
    """Refuse what no database is needed to refuse.

    Raises:
        InvalidRequest: k, exclude, the weight or the vector is out of bounds.
        GenerationMismatch: query and cursor are of different generations.
    """
    if cursor is not None and cursor.generation != query.generation:
        raise mismatch(cursor.generation, query.generation)
    if not 1 <= query.k <= MAX_K:
        raise _out_of_bounds("k", query.k, f"1..{MAX_K}")
    if len(query.exclude) > MAX_EXCLUDED:
        raise _out_of_bounds("exclude", len(query.exclude), f"at most {MAX_EXCLUDED} ids")
    if not 0.0 <= query.vector_weight <= 1.0:
        raise _out_of_bounds("vector_weight", query.vector_weight, "0..1")
    if not np.isfinite(query.vector).all():
        raise _out_of_bounds("vector", "NaN or infinity", "finite numbers")


def _out_of_bounds(field: str, got: object, allowed: str) -> InvalidRequest:
    return InvalidRequest(
        f"{field}: expected {allowed}, got {got}", field=field, got=got, allowed=allowed
    )
