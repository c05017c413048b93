"""Searches inside one snapshot: which plan, which rows, and where the next page goes on.

Few matching rows are all compared (exact). Many are found through the HNSW index, and where its
scan gives up early, all are compared after all: an answer has k rows whenever k rows match. A page
that came from the index can miss a row, so the page after it starts anew in exact order and leaves
out what was seen; from there on a page goes on after the last score and id.

A text query ranks by `vector_weight * cosine + (1 - vector_weight) * share of its words found`. Its
candidates are the nearest by cosine and those with words of the query: every item with any of the
words, or, where they are more than `SearchConfig.max_lexical_rows`, the items with all of them.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from psycopg import AsyncConnection, sql

from serving.errors import GenerationMismatch, InvalidRequest, NotReady
from serving.filter_sql import Parameters, conditions_sql
from serving.item_rows import NUM_COLUMNS, item_of, vector_text
from serving.protocols import MAX_EXCLUDED, MAX_K, CursorState, Hit, Page, Query, Vector
from serving.ranking_sql import (
    Target,
    all_words_sql,
    any_word_sql,
    count_sql,
    exact_sql,
    nearest_by_index_sql,
    with_items_sql,
    words_sql,
)
from serving.vector_tables import vector_table
from serving.words import query_words


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """When to compare all matching rows, and how far to walk the index otherwise."""

    max_exact_rows: int = 5_000
    """Up to so many matching rows are all compared: about as fast as the index, and exact."""
    max_lexical_rows: int = 20_000
    """Up to so many items with any word of a text query are all compared."""
    ef_search: int = 160
    """Candidates the HNSW scan keeps (`hnsw.ef_search`), 1..1000: more finds more, slower."""
    max_scan_tuples: int = 20_000
    """Rows after which a filtered HNSW scan gives up (`hnsw.max_scan_tuples`)."""

    def __post_init__(self) -> None:
        """Refuse what pgvector would refuse later."""
        if not 1 <= self.ef_search <= 1_000:
            raise ValueError(f"ef_search: expected 1..1000, got {self.ef_search}")
        if min(self.max_exact_rows, self.max_lexical_rows, self.max_scan_tuples) < 1:
            raise ValueError(f"expected limits of at least 1 row, got {self}")


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
        self._parameters = Parameters()
        self._target = self._targeted()

    async def run(self) -> Page:
        """The page.

        Raises:
            GenerationMismatch: another generation is in use.
            NotReady: none is in use.
            InvalidRequest: the vector has not the generation's dimension.
        """
        num_matching = await self._count()
        if self._cursor is not None or num_matching <= self._config.max_exact_rows:
            ranking = await self._exact()
        elif self._target.words is not None:
            ranking = await self._by_words()
        else:
            ranking = await self._by_index()
        return self._page(ranking)

    def _targeted(self) -> Target:
        parameters, query = self._parameters, self._query
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

    async def _count(self) -> int:
        """How many items match, up to one more than are compared exactly.

        The statement also reads the generation in use, so that both are of this snapshot.
        """
        counted = count_sql(self._target, self._config.max_exact_rows + 1)
        statement = sql.SQL(
            "SELECT g.generation, g.dimension, {} FROM generation_in_use u"
            " JOIN generations g ON g.generation = u.generation"
        ).format(counted if self._cursor is None else sql.SQL("0"))
        rows = await self._fetch(statement)
        if not rows:
            raise no_generation()
        generation, dimension, num_matching = rows[0]
        if generation != self._query.generation:
            raise mismatch(self._query.generation, generation)
        if self._vector.shape != (dimension,):
            raise InvalidRequest(
                f"vector: expected {dimension} values, got {self._vector.size}",
                field="vector",
                got=self._vector.size,
                allowed=dimension,
            )
        return int(num_matching)

    async def _exact(self) -> _Ranking:
        after = self._cursor.after if self._cursor else None
        bounds = None
        if after is not None:
            score, item_id = map(self._parameters.add, after)
            bounds = (sql.SQL("{}::float8").format(score), sql.SQL("{}::text").format(item_id))
        hits = await self._hits(exact_sql(self._target, self._query.k + 1, bounds))
        return _Ranking(hits=hits, is_exact=True)

    async def _by_index(self) -> _Ranking:
        limit = self._query.k + 1
        hits = await self._hits(nearest_by_index_sql(self._target, limit))
        if len(hits) < limit:
            return await self._exact()
        return _Ranking(hits=hits, is_exact=False)

    async def _by_words(self) -> _Ranking:
        """The best of the nearest by cosine and of the items with words of the query."""
        limit, words = self._query.k + 1, self._target.words
        assert words is not None
        nearest = await self._ids(nearest_by_index_sql(self._target, limit))
        if len(nearest) < limit:
            return await self._exact()
        lexical = await self._lexical(limit)
        either = sql.SQL("i.item_id = ANY({}::text[])").format(
            self._parameters.add([*nearest, *lexical])
        )
        hits = await self._hits(exact_sql(self._narrowed(either), limit))
        return _Ranking(hits=hits, is_exact=False)

    async def _lexical(self, limit: int) -> list[str]:
        words = self._target.words
        assert words is not None
        for condition in (any_word_sql(words), all_words_sql(words)):
            narrowed = self._narrowed(condition)
            bound = self._config.max_lexical_rows
            counted = await self._fetch(sql.SQL("SELECT {}").format(count_sql(narrowed, bound + 1)))
            if counted[0][0] <= bound:
                return await self._ids(exact_sql(narrowed, limit))
        # Every word is common: among so many items that have all, the nearest are the best.
        return await self._ids(nearest_by_index_sql(narrowed, limit))

    def _narrowed(self, condition: sql.Composable) -> Target:
        return replace(self._target, conditions=(*self._target.conditions, condition))

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
        cursor = await self._connection.execute(statement, self._parameters.values)
        return await cursor.fetchall()


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
