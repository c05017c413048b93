"""The restore drill of docs/operations.md: dumped and restored by PostgreSQL's own tools."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.postgres import installation
from serving.database import PoolConfig
from serving.migrate import check_migrated
from serving.protocols import Page, Query
from serving.search import SearchConfig
from serving.store import PostgresStore
from tests.serving.stock import (
    connected,
    digest,
    index,
    publish,
    put_in_use,
    query_vector,
    stock,
    vector_of,
)

BY_INDEX = SearchConfig(max_exact_rows=1)


@pytest.fixture
def other_url(postgres_server: str) -> Iterator[str]:
    """Address of an empty database without the extension, gone after the test."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored TEMPLATE template0")
    yield postgres_server.removesuffix("/postgres") + "/restored"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE restored WITH (FORCE)")


def run(tool: str, *arguments: str) -> None:
    subprocess.run([installation() / "bin" / tool, *arguments], check=True, timeout=120)


async def page(url: str) -> Page:
    """Ten items found through the index."""
    store = PostgresStore(PoolConfig(url=url, max_connections=1), BY_INDEX)
    await store.open()
    try:
        return await store.search(Query(generation="g0001", vector=query_vector(1), k=10))
    finally:
        await store.close()


async def test_a_restored_database_answers_as_the_one_that_was_dumped(
    postgres_url: str, other_url: str, tmp_path: Path
) -> None:
    with connected(postgres_url) as connection:
        index(connection, publish(connection), stock(200))
        put_in_use(connection, "g0001")
        kept = digest(connection, "g0001")
    dump = str(tmp_path / "modiste.dump")
    run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", postgres_url)
    run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={other_url}", dump)
    with connected(other_url) as connection:
        check_migrated(connection)
        assert digest(connection, "g0001") == kept
        connection.execute("ANALYZE")
    assert (await page(other_url)).hits == (await page(postgres_url)).hits
    store = PostgresStore(PoolConfig(url=other_url, max_connections=1))
    await store.open()
    new = stock(201)[-1]
    written = await store.upsert([new], [vector_of(new)], "g0001")
    assert written.num_changed == 1
    await store.close()
