"""Listing by filters on the real PostgreSQL says what `serving.filters.matches` says."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from catalog.item import Item
from catalog.schema import Schema
from serving.database import PoolConfig
from serving.filters import matches, parse_filters
from serving.migrate import migrate
from serving.store import PostgresStore

SCHEMA = Schema(standard={"color": ("Black", "White")}, reinforced=("name",))
ITEMS = [
    Item(
        item_id=f"sku-{number}",
        clothes={"color": (SCHEMA.standard["color"][number % 2],)},
        metadata={"price": 10_000 * number} if number else {"price": "on request"},
    )
    for number in range(8)
]


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    """A store with `ITEMS` under a generation in use; a listing reads no vectors."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        migrate(connection)
        connection.execute(
            "INSERT INTO generations (generation, fingerprint) VALUES ('g0001', 'f')"
        )
        connection.execute("INSERT INTO generation_in_use (generation) VALUES ('g0001')")
        for item in ITEMS:
            connection.execute(
                "INSERT INTO items (item_id, clothes, reinforced, metadata, search_text)"
                " VALUES (%s, %s, '{}', %s, '')",
                [item.item_id, Jsonb(item.to_json()["clothes"]), Jsonb(dict(item.metadata))],
            )
    opened = PostgresStore(PoolConfig(url=postgres_url, max_connections=1))
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {"clothes.color": "Black"},
        {"metadata.price": {"gte": 20_000, "lt": 60_000}},
        {"clothes.color": ["Black", "White"], "metadata.price": "on request"},
        {"metadata.nothing": 1},
    ],
)
async def test_a_listing_by_filters_gives_what_passes_them_page_by_page(
    store: PostgresStore, raw: object
) -> None:
    filters = parse_filters(raw, SCHEMA)
    found: list[Item] = []
    is_last = False
    while not is_last:
        after = found[-1].item_id if found else None
        listing = await store.list_items(2, after, filters)
        found += listing.items
        is_last = listing.is_last

    assert found == [item for item in ITEMS if matches(filters, item)]
