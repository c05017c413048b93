"""The store on PostgreSQL and pgvector: `serving.protocols.Store`, as the API uses it.

Thin: it opens connections and snapshots, and leaves ranking to `serving.search`, writing to
`serving.writes` and the rest to one statement each. Every answer is read in one snapshot together
with the generation in use.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString

import numpy as np
from psycopg import AsyncConnection, sql
from psycopg import errors as pg

from catalog.item import Item
from catalog.schema import Schema
from serving.database import Database, PoolConfig
from serving.errors import NotReady
from serving.filter_sql import Parameters, all_of, conditions_sql
from serving.generations import NEWEST_FIRST
from serving.index_gauges import IndexSize, RecallSample
from serving.item_rows import COLUMNS, item_of
from serving.migrate import APPLIED, FOLDER, check_applied, read_migrations
from serving.protocols import (
    CursorState,
    Deleted,
    Filters,
    GenerationInfo,
    GenerationInUse,
    Listing,
    Lookup,
    Page,
    Query,
    StoredVectors,
    Upserted,
    Vector,
)
from serving.recall import RecallConfig, index_size, sampled_recall
from serving.requirements import VERSIONS, check_versions
from serving.search import IN_USE, Search, SearchConfig, check_query, mismatch, no_generation
from serving.vector_tables import vector_table
from serving.writes import check_batch, delete, upsert


class PostgresStore:
    """Items and vectors in one PostgreSQL database."""

    def __init__(self, pool: PoolConfig, search: SearchConfig | None = None) -> None:
        """Nothing is connected yet: `open` does.

        Args:
            pool: the database and its limits.
            search: when to compare all rows.
        """
        self._search = search or SearchConfig()
        self._database = Database(pool)
        self._migrations = read_migrations(FOLDER)
        self._schemas: dict[str, Schema] = {}

    async def open(self) -> None:
        """Start connecting."""
        await self._database.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    async def in_use(self) -> GenerationInUse:
        """The generation that answers now (see `Store.in_use`)."""
        async with self._database.snapshot(_IN_USE) as (connection, rows):
            if not rows:
                raise no_generation()
            generation, dimension, endpoint = rows[0]
            return GenerationInUse(
                generation=generation,
                schema=await self._schema(connection, generation),
                dimension=dimension,
                endpoint=endpoint,
            )

    async def generations(self) -> list[GenerationInfo]:
        """All generations, newest first."""
        async with self._database.connection() as connection:
            rows = await _fetch(
                connection,
                b"SELECT g.generation, state, g.generation IS NOT DISTINCT FROM u.generation,"
                b" g.generation IS NOT DISTINCT FROM u.previous, dimension, metrics, reason,"
                b" created_at, updated_at FROM generations g LEFT JOIN generation_in_use u ON true"
                + NEWEST_FIRST.replace(b"generation", b"g.generation"),
            )
        names = (
            "generation",
            "state",
            "is_in_use",
            "is_previous",
            "dimension",
            "metrics",
            "reason",
            "created_at",
            "updated_at",
        )
        return [GenerationInfo(**dict(zip(names, row, strict=True))) for row in rows]

    async def get(self, item_ids: Sequence[str]) -> Lookup:
        """Items by id."""
        async with self._database.connection() as connection:
            rows = await _fetch(connection, _GET, [_storable(item_ids)])
        generation, found = _with_generation(rows)
        items = map(item_of, found)
        return Lookup(generation=generation, items={item.item_id: item for item in items})

    async def list_items(
        self, limit: int, after: str | None = None, filters: Filters | None = None
    ) -> Listing:
        """The first `limit` items by id that pass the filters, or those after one."""
        parameters = Parameters()
        query = sql.SQL(
            "SELECT u.generation, l.* FROM generation_in_use u LEFT JOIN (SELECT {} FROM items i"
            " WHERE i.item_id > {}::text AND {} ORDER BY i.item_id LIMIT {}) l ON true"
            " ORDER BY l.item_id"
        ).format(
            COLUMNS,
            # Every id is longer than the empty text, and so comes after it.
            parameters.add(after or ""),
            all_of(conditions_sql(filters or Filters(), parameters)),
            parameters.add(limit + 1),
        )
        async with self._database.connection() as connection:
            rows = await _fetch(connection, query, parameters.values)
        generation, found = _with_generation(rows)
        return Listing(
            generation=generation,
            items=tuple(map(item_of, found[:limit])),
            is_last=len(found) <= limit,
        )

    async def vectors(self, item_ids: Sequence[str], generation: str) -> StoredVectors:
        """Stored vectors of a generation that must be the one in use (see `Store.vectors`)."""
        query = sql.SQL(
            "SELECT u.generation, v.item_id, v.embedding::real[] FROM generation_in_use u"
            " LEFT JOIN {} v ON v.item_id = ANY(%s::text[])"
        ).format(vector_table(generation))
        async with self._still_there(generation), self._database.connection() as connection:
            rows = await _fetch(connection, query, [_storable(item_ids)])
        in_use, found = _with_generation(rows)
        if in_use != generation:
            raise mismatch(generation, in_use)
        vectors: dict[str, Vector] = {key: np.asarray(values, np.float32) for key, values in found}
        return StoredVectors(generation=generation, vectors=vectors)

    async def upsert(
        self, items: Sequence[Item], vectors: Sequence[Vector], generation: str
    ) -> Upserted:
        """Write items and their vectors in one transaction (see `Store.upsert`)."""
        check_batch(items, vectors)
        async with self._database.connection() as connection, connection.transaction():
            return await upsert(connection, items, vectors, generation)

    async def delete(self, item_ids: Sequence[str]) -> Deleted:
        """Delete items and all their vectors."""
        async with self._database.connection() as connection, connection.transaction():
            return await delete(connection, _storable(item_ids))

    async def search(self, query: Query, cursor: CursorState | None = None) -> Page:
        """The k best items for a query, or the page after `cursor` (see `Store.search`)."""
        check_query(query, cursor)
        async with (
            self._still_there(query.generation),
            self._database.snapshot(IN_USE) as (connection, in_use),
        ):
            return await Search(connection, query, cursor, self._search).run(in_use)

    async def ping(self) -> None:
        """Return if the database answers, is migrated, and its pgvector is new enough."""
        async with self._database.connection() as connection:
            versions = await _fetch(connection, VERSIONS)
            known = await _fetch(connection, "SELECT to_regclass('schema_migrations') IS NOT NULL")
            applied = await _fetch(connection, APPLIED) if known[0][0] else []
            server = connection.info.server_version
        available, installed = versions[0] if versions else (None, None)
        check_versions(server=server, available=available, installed=installed)
        check_applied(self._migrations, applied)

    async def index_size(self, generation: str) -> IndexSize:
        """How large a generation's vector table is."""
        async with self._database.connection() as connection:
            return await index_size(connection, generation)

    async def sampled_recall(self, generation: str, config: RecallConfig) -> RecallSample | None:
        """The last sample of the recall of a generation's index, or a new one (see `recall.py`)."""
        async with self._database.connection() as connection, connection.transaction():
            return await sampled_recall(connection, generation, self._search, config)

    def pool_use(self) -> Mapping[str, int]:
        """Gauges of the connection pool by name: `size`, `available`, `waiting`, `max`."""
        return self._database.use()

    @asynccontextmanager
    async def _still_there(self, generation: str) -> AsyncIterator[None]:
        """Tell a generation that was retired meanwhile, and has no table any more, from a fault.

        Raises:
            GenerationMismatch: it is not in use any more: then it is the caller who is late.
        """
        try:
            yield
        except NotReady as error:
            if not isinstance(error.__cause__, pg.UndefinedTable):
                raise
            async with self._database.connection() as connection:
                in_use = await _generation(connection)
            if in_use == generation:
                raise
            raise mismatch(generation, in_use) from error

    async def _schema(self, connection: AsyncConnection, generation: str) -> Schema:
        """The schema of a generation; it never changes, so it is read once."""
        if generation not in self._schemas:
            rows = await _fetch(
                connection, "SELECT schema FROM generations WHERE generation = %s", [generation]
            )
            self._schemas = {generation: Schema.from_json(rows[0][0])}
        return self._schemas[generation]


_IN_USE = sql.SQL(
    "SELECT g.generation, g.dimension, g.endpoint FROM generation_in_use u"
    " JOIN generations g ON g.generation = u.generation"
)

# One statement sees one instant by itself, so generation and items come in one.
_GET = sql.SQL(
    "SELECT u.generation, {} FROM generation_in_use u LEFT JOIN items i"
    " ON i.item_id = ANY(%s::text[])"
).format(COLUMNS)


def _with_generation(rows: list[tuple[Any, ...]]) -> tuple[str, list[tuple[Any, ...]]]:
    """The generation in use that every row begins with, and the rest of the rows that have any."""
    if not rows:
        raise no_generation()
    return str(rows[0][0]), [row[1:] for row in rows if row[1] is not None]


async def _generation(connection: AsyncConnection) -> str:
    rows = await _fetch(connection, "SELECT generation FROM generation_in_use")
    if not rows:
        raise no_generation()
    return str(rows[0][0])


async def _fetch(
    connection: AsyncConnection,
    statement: LiteralString | bytes | sql.Composed,
    values: Sequence[object] | Mapping[str, object] = (),
) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(statement, values)
    return await cursor.fetchall()


def _storable(item_ids: Sequence[str]) -> list[str]:
    """Those that could be an item's id at all; PostgreSQL takes neither NUL nor surrogates."""
    return [item_id for item_id in item_ids if item_id.isprintable()]
