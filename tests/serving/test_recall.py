"""Recall sampled on a real index: what it says, what it costs, and who takes the sample."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from serving.database import PoolConfig
from serving.errors import TimedOut
from serving.locks import CLASS, Lock
from serving.recall import RecallConfig
from serving.search import SearchConfig
from serving.store import PostgresStore
from tests.serving.stock import connected, index, publish, put_in_use, stock

NOW = RecallConfig(every_s=1e-6, num_queries=8)
"""Every look takes a sample."""
LATER = replace(NOW, every_s=3600)
BY_INDEX = SearchConfig(max_exact_rows=1)
"""The index answers, however small the table is."""
NUM_ITEMS = 400


@pytest.fixture
def database(postgres_url: str) -> str:
    """A database with g0001 in use."""
    with connected(postgres_url) as connection:
        index(connection, publish(connection), stock(NUM_ITEMS))
        put_in_use(connection, "g0001")
    return postgres_url


@pytest.fixture
async def store(database: str) -> AsyncIterator[PostgresStore]:
    opened = PostgresStore(PoolConfig(url=database, max_connections=2), BY_INDEX)
    await opened.open()
    yield opened
    await opened.close()


def spoil_index(url: str) -> None:
    """Build an index with so few links that most of the nearest cannot be reached."""
    with connected(url) as connection:
        connection.execute("UPDATE generations SET ef_search = 1")
        connection.execute("DROP INDEX vectors_g0001_hnsw")
        connection.execute(
            "CREATE INDEX ON vectors_g0001 USING hnsw (embedding halfvec_ip_ops)"
            " WITH (m = 2, ef_construction = 4)"
        )


async def test_a_good_index_has_full_recall_and_a_poor_one_less(
    store: PostgresStore, database: str
) -> None:
    good = await store.sampled_recall("g0001", NOW)
    assert good is not None
    assert (good.recall, good.num_queries) == (1.0, 8)
    spoil_index(database)
    poor = await store.sampled_recall("g0001", replace(NOW, num_queries=30))
    assert poor is not None
    assert 0.0 <= poor.recall < 0.9
    assert poor.sampled_at > good.sampled_at


async def test_a_recent_sample_of_another_replica_is_told_again(
    store: PostgresStore, database: str
) -> None:
    first = await store.sampled_recall("g0001", LATER)
    spoil_index(database)
    other = PostgresStore(PoolConfig(url=database, max_connections=1), BY_INDEX)
    await other.open()
    assert await other.sampled_recall("g0001", LATER) == first
    await other.close()


async def test_while_one_samples_the_others_tell_what_is_known(
    store: PostgresStore, database: str
) -> None:
    first = await store.sampled_recall("g0001", NOW)
    with psycopg.connect(database) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLASS, int(Lock.RECALL)])
        assert await store.sampled_recall("g0001", NOW) == first
    again = await store.sampled_recall("g0001", NOW)
    assert first is not None
    assert again is not None
    assert again.sampled_at - first.sampled_at > timedelta(0)


async def test_a_sample_stops_when_its_time_is_up(store: PostgresStore) -> None:
    sample = await store.sampled_recall("g0001", replace(NOW, budget_s=1e-9))
    assert sample is not None
    assert sample.num_queries == 1


async def test_a_scan_that_takes_too_long_is_given_up_and_stores_nothing(
    store: PostgresStore, database: str
) -> None:
    with psycopg.connect(database) as holder:
        holder.execute("LOCK TABLE vectors_g0001 IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TimedOut, match=r"^PostgreSQL: no answer within the time allowed"):
            await store.sampled_recall("g0001", replace(NOW, statement_timeout_s=0.05))
    with connected(database) as connection:
        assert connection.execute("SELECT count(*) FROM index_recall").fetchone() == (0,)


async def test_an_index_without_items_has_no_recall(store: PostgresStore, database: str) -> None:
    with connected(database) as connection:
        connection.execute("DELETE FROM items")
    assert await store.sampled_recall("g0001", NOW) is None


async def test_the_size_counts_vectors_and_the_bytes_of_table_and_indexes(
    store: PostgresStore, database: str
) -> None:
    size = await store.index_size("g0001")
    with connected(database) as connection:
        row = connection.execute(
            "SELECT pg_table_size('vectors_g0001') + pg_indexes_size('vectors_g0001')"
        ).fetchone()
    assert row is not None
    assert (size.generation, size.num_items, size.num_bytes) == ("g0001", NUM_ITEMS, row[0])


def test_what_cannot_be_sampled_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected times above 0 and counts of at least 1, got "):
        RecallConfig(budget_s=0)
