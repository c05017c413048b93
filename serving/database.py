"""Connections of the API to PostgreSQL: the pool, how each is set up, and snapshots."""

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, sql
from psycopg_pool import AsyncConnectionPool

from serving.database_errors import database_errors


@dataclass(frozen=True, kw_only=True)
class PoolConfig:
    """How many connections, and how long each thing may take."""

    url: str
    """libpq connection string or `postgresql://` URI; never printed, it may hold a password."""
    max_connections: int = 16
    """At most so many statements run at once; requests beyond wait."""
    connect_timeout_s: float = 2.0
    """For reaching the server once, >= 1 since libpq counts whole seconds."""
    pool_timeout_s: float = 3.0
    """How long a request waits for a connection."""
    statement_timeout_s: float = 5.0
    """How long one statement may run."""
    max_scan_tuples: int = 20_000
    """Rows after which a filtered HNSW scan gives up (`hnsw.max_scan_tuples`), >= 1; then all
    matching rows are compared."""
    cursor: type[AsyncCursor] = AsyncCursor
    """What statements are run by; traces use one of their own."""


class Database:
    """A pool of connections in autocommit, opened and closed by its owner."""

    def __init__(self, config: PoolConfig) -> None:
        """Nothing is connected yet."""
        self._config = config
        self._pool = AsyncConnectionPool(
            config.url,
            min_size=1,
            max_size=config.max_connections,
            timeout=config.pool_timeout_s,
            open=False,
            kwargs={
                "autocommit": True,
                "connect_timeout": max(1, round(config.connect_timeout_s)),
                "cursor_factory": config.cursor,
                # The text of a search depends on its filters, words and size: kept, a hundred of
                # them take 10 MB of each connection's server, and save it 0.2 ms a statement.
                "prepare_threshold": None,
            },
            configure=self._configure,
            # A connection that died with the server is replaced before a request gets it.
            check=_check,
            # Soon given up, so that the next request tries at once: the pool's own pauses double
            # up to this, and a server that is back would not be found for as long.
            reconnect_timeout=0.5,
        )

    async def open(self) -> None:
        """Start connecting; a server that is away is found out by the first request."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A connection in autocommit.

        Raises:
            ServiceError: whatever psycopg raises inside, translated.
        """
        with database_errors():
            async with self._pool.connection() as connection:
                yield connection

    @asynccontextmanager
    async def snapshot(
        self, first: sql.SQL | sql.Composed
    ) -> AsyncIterator[tuple[AsyncConnection, list[tuple[Any, ...]]]]:
        """A connection on which every statement sees the same instant, and none may write.

        Args:
            first: a statement without parameters; it goes out with the one that opens the snapshot,
                since waiting for the server twice is most of what a small statement costs.

        Yields:
            The connection, and the rows of the first statement.
        """
        async with self.connection() as connection:
            try:
                cursor = await connection.execute(_OPEN_SNAPSHOT + first)
                cursor.nextset()
                yield connection, await cursor.fetchall()
            finally:
                if not connection.closed:
                    await connection.execute("ROLLBACK")

    def use(self) -> dict[str, int]:
        """Gauges of the pool: `size`, `available`, `waiting`, `max`."""
        stats = self._pool.get_stats()
        return {
            "size": stats.get("pool_size", 0),
            "available": stats.get("pool_available", 0),
            "waiting": stats.get("requests_waiting", 0),
            "max": stats.get("pool_max", 0),
        }

    async def _configure(self, connection: AsyncConnection) -> None:
        for name, value in session_settings(self._config).items():
            await connection.execute("SELECT set_config(%s, %s, false)", [name, value])


_OPEN_SNAPSHOT = sql.SQL("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ")


async def _check(connection: AsyncConnection) -> None:
    """Return if a connection of the pool still has its server.

    A server that goes away closes its connections, which makes them readable. A silent one is taken
    as it is: to ask it would be one more round trip for every request.

    Raises:
        psycopg.OperationalError: it has not; the pool replaces it.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(connection)


def session_settings(config: PoolConfig) -> dict[str, str]:
    """What every connection is set to, by name; `serving.ranking_sql` counts on it."""
    return {
        "statement_timeout": f"{config.statement_timeout_s * 1000:.0f}",
        # The server ends what a vanished client left open.
        "idle_in_transaction_session_timeout": "30s",
        # Plans depend on the values: how many rows a filter keeps decides everything.
        "plan_cache_mode": "force_custom_plan",
        # Compiling takes longer than any of these statements runs.
        "jit": "off",
        # So that an order the HNSW index can give is taken from it; see `ranking_sql`.
        "enable_sort": "off",
        # Steps of a filtered scan may find nearer rows later: all are kept, and sorted after.
        "hnsw.iterative_scan": "relaxed_order",
        "hnsw.max_scan_tuples": str(config.max_scan_tuples),
    }
