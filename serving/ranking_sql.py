"""The statements that rank items: through the HNSW index, or over every matching row.

Both give `item_id, score`, best first, ties by id. Scores are the same numbers in both: minus
pgvector's inner product of the stored half-precision vectors, and for a text query its mix with
the share of words found. The index is only ever used where it is meant to be: exact statements
order by an expression that it cannot give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from serving.filter_sql import Parameters, all_of
from serving.item_rows import COLUMNS
from serving.words import prefix_tsquery


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of a text query, each as a tsquery expression."""

    queries: tuple[sql.Composable, ...]
    """One for each word, at least one."""
    vector_weight: float
    """Weight of the cosine; the rest is that of the share of words found."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is ranked: the rows of a vector table whose items meet the conditions."""

    table: sql.Identifier
    vector: sql.Composable
    """The query vector, as a halfvec expression."""
    conditions: tuple[sql.Composable, ...]
    """Over `items i`; empty: every row."""
    exclude: sql.Composable | None
    """A text[] expression of ids to leave out."""
    words: Words | None = None
    """With words, exact statements score by cosine and words."""


def count_sql(target: Target, limit: int) -> sql.Composed:
    """How many items match, counted no further than `limit`; ids left out are counted."""
    matching = (
        sql.SQL("items i WHERE {}").format(all_of(target.conditions))
        if target.conditions
        else target.table
    )
    return sql.SQL("(SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) counted)").format(
        matching, sql.Literal(limit)
    )


def nearest_by_index_sql(target: Target, limit: int) -> sql.Composed:
    """The nearest by cosine, through the HNSW index; may give fewer rows than match.

    The scan walks the graph outwards, looks each row's item up by its key and drops it if it does
    not match, until `limit` rows are found (`hnsw.iterative_scan`).
    """
    join = " JOIN items i ON i.item_id = v.item_id" if target.conditions else ""
    return sql.SQL(
        "SELECT v.item_id, -(v.embedding <#> {vector}) AS score FROM {table} v{items}"
        " WHERE {conditions} ORDER BY v.embedding <#> {vector} LIMIT {limit}"
    ).format(
        vector=target.vector,
        table=target.table,
        items=sql.SQL(join),
        conditions=all_of([*target.conditions, *_not_excluded(target)]),
        limit=sql.Literal(limit),
    )


def exact_sql(
    target: Target, limit: int, after: tuple[sql.Composable, sql.Composable] | None = None
) -> sql.Composed:
    """The best of all matching rows: first the filter, then one score a row, then the order.

    Args:
        after: score and id of the row to go on from, as expressions.
    """
    later: sql.Composable = sql.SQL("TRUE")
    if after is not None:
        later = sql.SQL("(score < {0} OR (score = {0} AND item_id > {1}))").format(*after)
    return sql.SQL(
        "{matching} SELECT item_id, score FROM (SELECT v.item_id, {score} AS score FROM {rows}"
        " WHERE {conditions} OFFSET 0) scored WHERE {later}"
        " ORDER BY score DESC, item_id LIMIT {limit}"
    ).format(
        matching=_matching(target),
        score=_score(target),
        rows=_rows(target),
        conditions=all_of(_not_excluded(target)),
        later=later,
        limit=sql.Literal(limit),
    )


def with_items_sql(ranked: sql.Composable) -> sql.Composed:
    """A ranking with its items: the columns of `serving.item_rows.COLUMNS`, then the score."""
    return sql.SQL(
        "SELECT {columns}, r.score FROM ({ranked}) r JOIN items i ON i.item_id = r.item_id"
        " ORDER BY r.score DESC, i.item_id"
    ).format(columns=COLUMNS, ranked=ranked)


def words_sql(words: Sequence[str], vector_weight: float, parameters: Parameters) -> Words:
    """The words of a query, from `serving.words.query_words`, at least one."""
    queries = (parameters.add(prefix_tsquery(word)) for word in words)
    return Words(
        queries=tuple(sql.SQL("{}::tsquery").format(query) for query in queries),
        vector_weight=vector_weight,
    )


def any_word_sql(words: Words) -> sql.Composable:
    """Whether an item has at least one of the words, as a condition over `items i`."""
    return sql.SQL("i.search_text @@ ({})").format(sql.SQL(" || ").join(words.queries))


def all_words_sql(words: Words) -> sql.Composable:
    """Whether an item has every one of the words, as a condition over `items i`."""
    return sql.SQL("i.search_text @@ ({})").format(sql.SQL(" && ").join(words.queries))


def _matching(target: Target) -> sql.Composable:
    """The filter by itself, so that no plan can compute distances before it."""
    if not target.conditions and target.words is None:
        return sql.SQL("")
    return sql.SQL(
        "WITH matching AS MATERIALIZED (SELECT {columns} FROM items i WHERE {where})"
    ).format(columns=_matching_columns(target), where=all_of(target.conditions))


def _matching_columns(target: Target) -> sql.Composable:
    if target.words is None:
        return sql.SQL("i.item_id")
    found = sql.SQL(" + ").join(
        sql.SQL("(i.search_text @@ {})::integer").format(query) for query in target.words.queries
    )
    num_words = sql.Literal(len(target.words.queries))
    return sql.SQL("i.item_id, ({})::float8 / {} AS share").format(found, num_words)


def _rows(target: Target) -> sql.Composable:
    if not target.conditions and target.words is None:
        return sql.SQL("{} v").format(target.table)
    return sql.SQL("matching m JOIN {} v ON v.item_id = m.item_id").format(target.table)


def _score(target: Target) -> sql.Composable:
    cosine = sql.SQL("-(v.embedding <#> {})").format(target.vector)
    if target.words is None:
        return cosine
    weight = target.words.vector_weight
    return sql.SQL("{} * {} + {} * m.share").format(
        sql.Literal(weight), cosine, sql.Literal(1.0 - weight)
    )


def _not_excluded(target: Target) -> list[sql.Composable]:
    if target.exclude is None:
        return []
    return [sql.SQL("v.item_id <> ALL({})").format(target.exclude)]
