"""The statements that rank items: through the HNSW index, or over every matching row.

All give `item_id, score`, best first, ties by id. Scores are the same numbers whichever way: minus
pgvector's inner product of the stored half-precision vectors, and for a text query its mix with
the share of words found. The index is used where it is meant to be and nowhere else: exact branches
order by an expression that it cannot give, and connections have `enable_sort` off, so that the
other branches order by it however wrong the planner's guess of the filter is.
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


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many rows a statement looks at and gives."""

    rows: int
    """Rows wanted."""
    max_exact_rows: int
    """Up to so many matching rows are all compared; beyond, the index is used."""
    oversample: int
    """With a filter, the index gives so many times the rows wanted, and the best are kept: its scan
    goes on in steps, and a later step can find a nearer row."""
    min_candidates: int
    """With a filter, the index gives so many rows at least: few rows come from few steps."""


def first_page_sql(target: Target, limits: Limits) -> sql.Composed:
    """The best rows, by whichever way the number of matching rows asks for, and that number.

    The filter runs once, up to one row more than are compared exactly. Either branch is then
    skipped by a condition that holds no column, which PostgreSQL checks before it starts.

    Returns:
        A statement for `item_id, score, num_matching`. Scores from the index are cosines even where
        there are words, and its branch may give fewer rows than match.
    """
    num_matching = sql.SQL("(SELECT n FROM counted)")
    bound = sql.Literal(limits.max_exact_rows)
    exact = _scored(target, [sql.SQL("{} <= {}").format(num_matching, bound)])
    by_index = _by_index(target, limits, [sql.SQL("{} > {}").format(num_matching, bound)])
    return sql.SQL(
        "WITH {matching} counted AS MATERIALIZED (SELECT count(*) AS n FROM ({some}) some_rows)"
        " SELECT item_id, score, {num_matching} AS num_matching FROM"
        " ((SELECT item_id, score FROM ({exact}) scored ORDER BY score DESC, item_id LIMIT {rows})"
        " UNION ALL ({by_index})) either ORDER BY score DESC, item_id LIMIT {rows}"
    ).format(
        matching=_matching(target, limits.max_exact_rows + 1),
        some=_some_rows(target, limits.max_exact_rows + 1),
        num_matching=num_matching,
        exact=exact,
        by_index=by_index,
        rows=sql.Literal(limits.rows),
    )


def nearest_sql(target: Target, limits: Limits) -> sql.Composed:
    """The nearest by cosine, through the HNSW index; may give fewer rows than match.

    The scan walks the graph outwards, looks each row's item up by its key and drops it if it does
    not match, until it has the rows (`hnsw.iterative_scan`) or gives up (`hnsw.max_scan_tuples`).
    """
    return sql.SQL(
        "SELECT item_id, score FROM ({}) near ORDER BY score DESC, item_id LIMIT {}"
    ).format(_by_index(target, limits, []), sql.Literal(limits.rows))


def exact_sql(
    target: Target, limits: Limits, after: tuple[sql.Composable, sql.Composable] | None = None
) -> sql.Composed:
    """The best of all matching rows: first the filter, then one score a row, then the order.

    Args:
        limits: `rows` says how many to give.
        after: score and id of the row to go on from, as expressions.
    """
    later: sql.Composable = sql.SQL("TRUE")
    if after is not None:
        later = sql.SQL("(score < {0} OR (score = {0} AND item_id > {1}))").format(*after)
    return sql.SQL(
        "WITH {matching} scored AS ({scored} OFFSET 0)"
        " SELECT item_id, score FROM scored WHERE {later} ORDER BY score DESC, item_id LIMIT {rows}"
    ).format(
        matching=_matching(target, None),
        scored=_scored(target, []),
        later=later,
        rows=sql.Literal(limits.rows),
    )


def sample_sql(target: Target, percent: float) -> sql.Composed:
    """How many items of a random part of the table match: a guess, for the price of a few pages.

    Args:
        percent: share of the table's pages that are read, 0..100.
    """
    return sql.SQL(
        "SELECT count(*) FILTER (WHERE {}) FROM items i TABLESAMPLE SYSTEM ({}) REPEATABLE (0)"
    ).format(all_of(target.conditions), sql.Literal(percent))


def count_sql(target: Target, limit: int) -> sql.Composed:
    """How many items match, counted no further than `limit`; ids left out are counted."""
    return sql.SQL("SELECT count(*) FROM (SELECT 1 FROM items i WHERE {} LIMIT {}) c").format(
        all_of(target.conditions), sql.Literal(limit)
    )


def with_items_sql(ranked: sql.Composable, *, extra: str = "") -> sql.Composed:
    """A ranking with its items: `serving.item_rows.COLUMNS`, the score, and an extra column."""
    more = sql.SQL(", {}").format(sql.Identifier("r", extra)) if extra else sql.SQL("")
    return sql.SQL(
        "SELECT {columns}, r.score{more} FROM ({ranked}) r JOIN items i ON i.item_id = r.item_id"
        " ORDER BY r.score DESC, i.item_id"
    ).format(columns=COLUMNS, more=more, ranked=ranked)


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


def _matching(target: Target, limit: int | None) -> sql.Composable:
    """The filter as a step of its own, so that no plan computes distances before it."""
    if not target.conditions:
        return sql.SQL("")
    bound = sql.SQL("") if limit is None else sql.SQL(" LIMIT {}").format(sql.Literal(limit))
    return sql.SQL("matching AS MATERIALIZED (SELECT i.item_id FROM items i WHERE {}{}),").format(
        all_of(target.conditions), bound
    )


def _some_rows(target: Target, limit: int) -> sql.Composable:
    if target.conditions:
        return sql.SQL("SELECT 1 FROM matching")
    return sql.SQL("SELECT 1 FROM {} LIMIT {}").format(target.table, sql.Literal(limit))


def _scored(target: Target, conditions: list[sql.Composable]) -> sql.Composed:
    """Every matching row with its score."""
    rows = sql.SQL("{} v").format(target.table)
    if target.conditions:
        rows = sql.SQL("matching m JOIN {} v ON v.item_id = m.item_id").format(target.table)
    if target.words is not None:
        rows += _with_words(target, target.words)
    return sql.SQL("SELECT v.item_id, {score} AS score FROM {rows} WHERE {conditions}").format(
        score=_score(target),
        rows=rows,
        conditions=all_of([*conditions, *_not_excluded(target)]),
    )


def _by_index(target: Target, limits: Limits, conditions: list[sql.Composable]) -> sql.Composed:
    join, rows = "", limits.rows
    if target.conditions:
        join = " JOIN items i ON i.item_id = v.item_id"
        rows = max(limits.rows * limits.oversample, limits.min_candidates)
    return sql.SQL(
        "SELECT v.item_id, {cosine} AS score FROM {table} v{join}"
        " WHERE {conditions} ORDER BY v.embedding <#> {vector} LIMIT {rows}"
    ).format(
        cosine=_cosine(target),
        table=target.table,
        join=sql.SQL(join),
        conditions=all_of([*conditions, *target.conditions, *_not_excluded(target)]),
        vector=target.vector,
        rows=sql.Literal(rows),
    )


def _with_words(target: Target, words: Words) -> sql.Composable:
    """What `_score` counts the words found in.

    Where every row is compared, each word is looked up in the GIN index, which is several times as
    fast as unpacking the words of every item. The rows that pass a filter are fewer, and what the
    index finds may be many times as many.
    """
    if target.conditions:
        return sql.SQL(" JOIN items i ON i.item_id = v.item_id")
    return sql.SQL(
        " LEFT JOIN (SELECT i.item_id, count(*) AS num_words FROM unnest(ARRAY[{}]) AS w (query)"
        " JOIN items i ON i.search_text @@ w.query GROUP BY i.item_id) f ON f.item_id = v.item_id"
    ).format(sql.SQL(", ").join(words.queries))


def _score(target: Target) -> sql.Composable:
    if target.words is None:
        return _cosine(target)
    found: sql.Composable = sql.SQL("coalesce(f.num_words, 0)")
    if target.conditions:
        found = sql.SQL(" + ").join(
            sql.SQL("(i.search_text @@ {})::integer").format(query)
            for query in target.words.queries
        )
    weight = target.words.vector_weight
    return sql.SQL("{} * {} + {} * ({})::float8").format(
        sql.Literal(weight),
        _cosine(target),
        sql.Literal((1.0 - weight) / len(target.words.queries)),
        found,
    )


def _cosine(target: Target) -> sql.Composable:
    return sql.SQL("-(v.embedding <#> {})").format(target.vector)


def _not_excluded(target: Target) -> list[sql.Composable]:
    if target.exclude is None:
        return []
    return [sql.SQL("v.item_id <> ALL({})").format(target.exclude)]
