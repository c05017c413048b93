"""Writes of the API on a real PostgreSQL: items and vectors together, or not at all."""

from collections.abc import AsyncIterator, Iterator

import pytest
from psycopg import Connection

from catalog.item import Item
from serving.database import PoolConfig
from serving.errors import GenerationChanged, InvalidRequest, NotReady, Refused
from serving.migrate import migrate
from serving.protocols import MAX_BATCH, Query, Vector
from serving.store import PostgresStore
from tests.serving.stock import (
    DIMENSION,
    SCHEMA,
    connected,
    index,
    publish,
    put_in_use,
    query_vector,
    stock,
    vector_of,
)

ITEMS = stock(12)


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """An empty stock under g0001, which is in use."""
    with connected(postgres_url) as opened:
        generation = publish(opened)
        index(opened, generation, [])
        put_in_use(opened, generation)
        yield opened


@pytest.fixture
async def store(connection: Connection, postgres_url: str) -> AsyncIterator[PostgresStore]:
    """The store over it."""
    opened = PostgresStore(PoolConfig(url=postgres_url, max_connections=2))
    await opened.open()
    yield opened
    await opened.close()


def vectors(items: list[Item]) -> list[Vector]:
    """One for each item."""
    return [vector_of(item) for item in items]


def revisions(connection: Connection) -> dict[str, tuple[int, int]]:
    """Revision of each item and of its vector."""
    rows = connection.execute(
        "SELECT item_id, i.revision, v.revision FROM items i JOIN vectors_g0001 v USING (item_id)"
    ).fetchall()
    return {item_id: (ours, theirs) for item_id, ours, theirs in rows}


async def test_what_is_written_is_found_by_the_next_search(store: PostgresStore) -> None:
    done = await store.upsert(ITEMS, vectors(ITEMS), "g0001")
    assert (done.generation, done.num_changed, done.num_unchanged) == ("g0001", 12, 0)
    page = await store.search(Query(generation="g0001", vector=vector_of(ITEMS[5]), k=1))
    assert page.hits[0].item == ITEMS[5]
    assert page.hits[0].score == pytest.approx(1.0, abs=1e-3)
    looked = await store.get(["sku-00003", "unknown", "nul\x00", "\ud800"])
    assert looked.items == {"sku-00003": ITEMS[3]}
    stored = await store.vectors(["sku-00003", "unknown"], "g0001")
    assert stored.vectors["sku-00003"] == pytest.approx(vector_of(ITEMS[3]), abs=1e-3)
    assert set(stored.vectors) == {"sku-00003"}


async def test_writing_the_same_again_changes_no_revision(
    store: PostgresStore, connection: Connection
) -> None:
    await store.upsert(ITEMS, vectors(ITEMS), "g0001")
    before = revisions(connection)
    done = await store.upsert(ITEMS, vectors(ITEMS), "g0001")
    assert (done.num_changed, done.num_unchanged) == (0, 12)
    assert revisions(connection) == before


async def test_a_changed_item_gets_a_later_revision_and_its_new_vector(
    store: PostgresStore, connection: Connection
) -> None:
    await store.upsert(ITEMS, vectors(ITEMS), "g0001")
    before = revisions(connection)
    changed = Item(item_id="sku-00003", clothes={"color": ("Red",)})
    done = await store.upsert([changed, ITEMS[4]], vectors([changed, ITEMS[4]]), "g0001")
    assert (done.num_changed, done.num_unchanged) == (1, 1)
    after = revisions(connection)
    assert after["sku-00003"][0] > max(revision for revision, _ in before.values())
    assert all(ours == theirs for ours, theirs in after.values())
    stored = await store.vectors(["sku-00003"], "g0001")
    assert stored.vectors["sku-00003"] == pytest.approx(vector_of(changed), abs=1e-3)


async def test_an_item_deleted_and_written_again_never_gets_an_old_revision(
    store: PostgresStore, connection: Connection
) -> None:
    await store.upsert(ITEMS, vectors(ITEMS), "g0001")
    before = revisions(connection)["sku-00003"]
    gone = await store.delete(["sku-00003", "unknown", "sku-00001"])
    assert (gone.generation, gone.item_ids) == ("g0001", ("sku-00001", "sku-00003"))
    assert "sku-00003" not in revisions(connection)
    await store.upsert([ITEMS[3]], vectors([ITEMS[3]]), "g0001")
    assert revisions(connection)["sku-00003"] > before


async def test_vectors_of_another_generation_are_not_written(
    store: PostgresStore, connection: Connection
) -> None:
    with pytest.raises(GenerationChanged, match="expected g0001, which is in use by now, got"):
        await store.upsert(ITEMS, vectors(ITEMS), "g0002")
    assert revisions(connection) == {}


async def test_a_batch_that_cannot_be_written_as_one_is_refused_by_name(
    store: PostgresStore, connection: Connection
) -> None:
    twice = [ITEMS[0], ITEMS[1], ITEMS[0]]
    with pytest.raises(InvalidRequest, match="item_id: expected each id once in a batch, got 'sku"):
        await store.upsert(twice, vectors(twice), "g0001")
    with pytest.raises(InvalidRequest, match=f"items: expected at most {MAX_BATCH} items"):
        await store.upsert(ITEMS, vectors(ITEMS[:3]), "g0001")
    with pytest.raises(InvalidRequest, match=r"vector: expected 16 values, got shape \(8,\)"):
        await store.upsert(ITEMS[:1], [query_vector(0, 8)], "g0001")
    assert revisions(connection) == {}


async def test_odd_names_and_texts_come_back_as_they_were(store: PostgresStore) -> None:
    odd = Item(
        item_id="a/b c'\"\\%s",
        clothes={'odd "key"': ("b'c",)},
        reinforced={"name": ("it's 50 % \\ {} \u202e",)},
        image="images/ü.jpg",
        metadata={"k.%s'\"": ["\\", {"n": [1.5, None, True]}], "big": 2**70, "": "empty"},
    )
    await store.upsert([odd], vectors([odd]), "g0001")
    assert (await store.get([odd.item_id])).items == {odd.item_id: odd}


async def test_the_generation_in_use_is_told_with_its_schema(store: PostgresStore) -> None:
    found = await store.in_use()
    assert (found.generation, found.dimension, found.schema) == ("g0001", DIMENSION, SCHEMA)
    assert found.endpoint == "127.0.0.1:1"
    [info] = await store.generations()
    assert (info.generation, info.state, info.is_in_use) == ("g0001", "indexed", True)
    assert info.is_previous is False


async def test_a_store_without_a_generation_in_use_says_what_to_run(postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        migrate(connection)
    store = PostgresStore(PoolConfig(url=postgres_url, max_connections=1))
    await store.open()
    for call in (
        store.in_use(),
        store.get(["x"]),
        store.vectors(["x"], "g0001"),
        store.delete(["x"]),
        store.upsert(ITEMS, vectors(ITEMS), "g0001"),
    ):
        with pytest.raises(NotReady, match="generation: none is in use yet; run the pipeline"):
            await call
    await store.ping()
    await store.close()


async def test_a_database_that_is_not_migrated_is_not_ready(postgres_url: str) -> None:
    store = PostgresStore(PoolConfig(url=postgres_url, max_connections=1))
    await store.open()
    with pytest.raises(NotReady, match=r"0001_items.sql is not applied; run `python -m serving"):
        await store.ping()
    await store.close()


async def test_a_server_that_is_away_is_refused_without_its_password() -> None:
    url = "postgresql://me:secret@127.0.0.1:1/modiste"
    store = PostgresStore(PoolConfig(url=url, max_connections=1, pool_timeout_s=0.3))
    await store.open()
    with pytest.raises(Exception, match="PostgreSQL: ") as caught:
        await store.ping()
    assert isinstance(caught.value, Refused) or "no answer within" in str(caught.value)
    assert "secret" not in str(caught.value)
    await store.close()
