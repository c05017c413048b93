"""Recall as users get it: searches by random stored items, compared with exact search.

The index is measured when it is built (`calibrate.py`); this goes on looking while items come and
go. A sample costs some scans of the whole table, so it is bounded, and one replica takes it for
all: who holds the lock samples if the last sample is old, and everybody tells what is stored.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np
from psycopg import AsyncConnection, sql

from serving.index_gauges import IndexSize, RecallSample
from serving.locks import CLASS, Lock
from serving.protocols import CursorState, Query
from serving.search import IN_USE, Search, SearchConfig
from serving.vector_tables import vector_table

_LAST = "SELECT recall, num_queries, sampled_at FROM index_recall WHERE generation = %s"


@dataclass(frozen=True, kw_only=True)
class RecallConfig:
    """What a sample looks at, and what it may cost."""

    every_s: float = 300.0
    """How old the last sample is before another is taken, > 0."""
    k: int = 10
    """Neighbours of each query."""
    num_queries: int = 20
    """Stored items that are asked about."""
    budget_s: float = 10.0
    """No further query is begun after so long, > 0."""
    statement_timeout_s: float = 20.0
    """How long one scan of the whole table may take, > 0."""

    def __post_init__(self) -> None:
        """Refuse what cannot be sampled."""
        times = (self.every_s, self.budget_s, self.statement_timeout_s)
        if min(times) <= 0 or min(self.k, self.num_queries) < 1:
            raise ValueError(f"expected times above 0 and counts of at least 1, got {self}")


async def index_size(connection: AsyncConnection, generation: str) -> IndexSize:
    """How many vectors a generation has, and the bytes of its table with its indexes."""
    query = sql.SQL("SELECT (SELECT count(*) FROM {table}), pg_total_relation_size(%s)")
    [(num_items, num_bytes)] = await _fetch(
        connection, query.format(table=vector_table(generation)), [f"vectors_{generation}"]
    )
    return IndexSize(generation=generation, num_items=num_items, num_bytes=num_bytes)


async def sampled_recall(
    connection: AsyncConnection,
    generation: str,
    search: SearchConfig,
    config: RecallConfig | None = None,
) -> RecallSample | None:
    """The last sample, taken now if it is old and no other process is at it.

    Args:
        connection: inside a transaction, which the lock and the settings last for.
        search: how the service searches.

    Returns:
        None: there is none yet, or too few items to sample.
    """
    config = config or RecallConfig()
    is_ours = await _is_due(connection, generation, config) and await _is_ours(connection)
    # Again: whoever had the lock may just have sampled.
    if is_ours and await _is_due(connection, generation, config):
        await _sample(connection, generation, search, config)
    rows = await _fetch(connection, _LAST, [generation])
    if not rows:
        return None
    recall, num_queries, sampled_at = rows[0]
    return RecallSample(
        generation=generation, recall=recall, num_queries=num_queries, sampled_at=sampled_at
    )


async def _is_due(connection: AsyncConnection, generation: str, config: RecallConfig) -> bool:
    rows = await _fetch(
        connection,
        "SELECT sampled_at > clock_timestamp() - make_interval(secs => %s) FROM index_recall"
        " WHERE generation = %s",
        [config.every_s, generation],
    )
    return not (rows and rows[0][0])


async def _is_ours(connection: AsyncConnection) -> bool:
    rows = await _fetch(
        connection, "SELECT pg_try_advisory_xact_lock(%s, %s)", [CLASS, int(Lock.RECALL)]
    )
    return bool(rows[0][0])


async def _sample(
    connection: AsyncConnection, generation: str, search: SearchConfig, config: RecallConfig
) -> None:
    timeout = f"{config.statement_timeout_s * 1000:.0f}"
    await connection.execute("SELECT set_config('statement_timeout', %s, true)", [timeout])
    ends_at = time.monotonic() + config.budget_s
    shares: list[float] = []
    for query in await _queries(connection, generation, config):
        if shares and time.monotonic() >= ends_at:
            break
        share = await _share_found(connection, query, search)
        if share is not None:
            shares.append(share)
    if shares:
        await connection.execute(
            "INSERT INTO index_recall (generation, recall, num_queries, sampled_at)"
            " VALUES (%s, %s, %s, clock_timestamp()) ON CONFLICT (generation) DO UPDATE SET"
            " recall = EXCLUDED.recall, num_queries = EXCLUDED.num_queries,"
            " sampled_at = EXCLUDED.sampled_at",
            [generation, sum(shares) / len(shares), len(shares)],
        )


async def _queries(
    connection: AsyncConnection, generation: str, config: RecallConfig
) -> list[Query]:
    """Searches for what is like a random stored item, as recommendations ask."""
    query = sql.SQL(
        "SELECT item_id, embedding::real[] FROM {table} ORDER BY random() LIMIT %s"
    ).format(table=vector_table(generation))
    return [
        Query(
            generation=generation,
            vector=np.asarray(vector, np.float32),
            k=config.k,
            exclude=(item_id,),
        )
        for item_id, vector in await _fetch(connection, query, [config.num_queries])
    ]


async def _share_found(
    connection: AsyncConnection, query: Query, search: SearchConfig
) -> float | None:
    """Share of the exact answer that a search has, or equals in score; None: there is no answer.

    The two are read one after the other: what is written in between may count as missed, which is
    too rare to matter.
    """
    in_use = await _fetch(connection, IN_USE, ())
    found = await Search(connection, query, None, search).run(in_use)
    # A cursor that has seen nothing goes on in exact order: all rows are compared.
    start = CursorState(generation=query.generation, vector=query.vector)
    exact = await Search(connection, query, start, search).run(in_use)
    if not exact.hits:
        return None
    worst = exact.hits[-1].score
    return min(1.0, sum(hit.score >= worst for hit in found.hits) / len(exact.hits))


async def _fetch(
    connection: AsyncConnection,
    statement: LiteralString | sql.SQL | sql.Composed,
    values: Sequence[object],
) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(statement, values)
    return await cursor.fetchall()
