"""The API over a real database and an in-memory embedder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import psycopg
from psycopg.types.json import Jsonb

from catalog.schema import Schema, default_schema
from serving.api.app import create_app
from serving.database import PoolConfig
from serving.migrate import migrate
from serving.protocols import Embedder
from serving.settings import Settings
from serving.store import PostgresStore
from serving.vector_tables import create
from tests.serving.fakes import DIMENSION, FakeEmbedder, FakeObjects


@dataclass
class PostgresShop:
    """The API, and what it stands on."""

    client: httpx.AsyncClient
    store: PostgresStore
    url: str

    async def post(self, path: str, body: object) -> httpx.Response:
        """POST a JSON body."""
        return await self.client.post(path, json=body)


def add_generation(
    url: str,
    number: int = 1,
    *,
    schema: Schema | None = None,
    dimension: int = DIMENSION,
    endpoint: str = "host:1",
) -> None:
    """Migrate, and put generation `number` with its empty table in use."""
    generation = f"g{number:04d}"
    schema_json = (schema or default_schema()).to_json()
    with psycopg.connect(url, autocommit=True) as connection:
        migrate(connection)
        connection.execute(
            "INSERT INTO generations (generation, fingerprint, state, dimension, schema,"
            " bundle_uri, endpoint) VALUES (%s, %s, 'indexed', %s, %s, 's3://none', %s)",
            [generation, generation, dimension, Jsonb(schema_json), endpoint],
        )
        create(connection, generation, dimension)
        connection.execute(
            "INSERT INTO generation_in_use (generation) VALUES (%(new)s)"
            " ON CONFLICT (is_only) DO UPDATE SET previous = generation_in_use.generation,"
            " generation = %(new)s",
            {"new": generation},
        )


@asynccontextmanager
async def opened(
    url: str, embedder: Embedder | None = None, *, timeout_s: float = 1.0
) -> AsyncIterator[PostgresShop]:
    """The API over the database at `url`, which may be away.

    Args:
        url: of the database.
        embedder: of items; one in memory if None.
        timeout_s: for a connection and for a statement.
    """
    pool = PoolConfig(
        url=url, max_connections=4, pool_timeout_s=timeout_s, statement_timeout_s=timeout_s
    )
    store = PostgresStore(pool)
    settings = Settings(database_url=url, objects_uri="file:///nowhere", readiness_max_age_s=0)
    app = create_app(settings, store, embedder or FakeEmbedder(), FakeObjects())
    await store.open()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield PostgresShop(client, store, url)
    await store.close()
