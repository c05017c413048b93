"""Searches on a real PostgreSQL: what passes, in which order, and page after page.

The stock is small; limits of `SearchConfig` make either plan, index or exact, the one that runs.
"""

from collections.abc import AsyncIterator, Iterator, Mapping

import psycopg
import pytest
from psycopg import sql

from catalog.item import Item
from local.postgres import ensure_database
from serving.database import Database, PoolConfig
from serving.errors import GenerationMismatch, InvalidRequest
from serving.filters import matches, parse_filters
from serving.protocols import MAX_EXCLUDED, CursorState, Filters, Hit, Page, Query
from serving.ranking_sql import first_page_sql
from serving.search import IN_USE, Search, SearchConfig
from serving.store import PostgresStore
from serving.words import item_words, query_words
from tests.serving.stock import (
    SCHEMA,
    connected,
    index,
    publish,
    put_in_use,
    query_vector,
    stock,
    vector_of,
)

ITEMS = stock(1_200)
BY_INDEX = SearchConfig(max_exact_rows=40)
EXACT = SearchConfig(max_exact_rows=10_000)

FILTERS: Mapping[str, object] = {
    "none": {},
    "one value": {"clothes.color": "Red"},
    "two values": {"clothes.color": ["Red", "Black"]},
    "a dotted field": {"clothes.top.length": "normal"},
    "another spelling in a list": {"clothes.top.length": ["normal", "crop"]},
    "a quoted field": {'clothes.odd "key"': "b'c"},
    "a missing field": {"clothes.top.length": None},
    "a missing field or a value": {'clothes.odd "key"': [None, "a"]},
    "not a value": {"clothes.color": {"not": ["Red", "White"]}},
    "a free text": {"reinforced_feature_value.name": "linen shirt"},
    "numbers among other types": {"metadata.price": {"gte": 100, "lt": 700.5}},
    "texts among other types": {"metadata.price": {"gte": "1", "lte": "5"}},
    "a number": {"metadata.price": 500},
    "a number in a list": {"metadata.price": [3, "x"]},
    "the same number as text": {"metadata.price": "502"},
    "a missing price": {"metadata.price": None},
    "true is not one": {"metadata.in_stock": True},
    "one is not true": {"metadata.in_stock": 1},
    "a tag alone or in a list": {"metadata.tags": "new"},
    "a name with dots and quotes": {'metadata.a.b "c" %s': "o'hara 2"},
    "a name nobody has": {"metadata.nobody": 1},
    "variants": {"variant_group": ["group-5", "group-6"]},
    "no variants": {"variant_group": None},
    "not these variants": {"variant_group": {"not": "group-5"}},
    "ids": {"item_id": ["sku-00001", "sku-00003", "unknown"]},
    "half": {"metadata.half": 1},
    "a tenth": {"metadata.tenth": 3},
    "a hundredth": {"metadata.hundredth": 42},
    "several": {"clothes.color": "Red", "metadata.half": 0, "metadata.tenth": {"lt": 6}},
}


@pytest.fixture(scope="module")
def stocked_url(postgres_server: str) -> Iterator[str]:
    """A database with `ITEMS` indexed under g0001, which is in use."""
    ensure_database(postgres_server, "test_search")
    url = postgres_server.removesuffix("/postgres") + "/test_search"
    with connected(url) as connection:
        generation = publish(connection)
        index(connection, generation, ITEMS)
        put_in_use(connection, generation)
    yield url
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier("test_search"))
        )


@pytest.fixture(params=["by index", "exact"])
async def store(stocked_url: str, request: pytest.FixtureRequest) -> AsyncIterator[PostgresStore]:
    """The store, with either plan."""
    config = BY_INDEX if request.param == "by index" else EXACT
    opened = PostgresStore(PoolConfig(url=stocked_url, max_connections=1), config)
    await opened.open()
    yield opened
    await opened.close()


def asked(number: int, raw: object, **more: object) -> Query:
    """A query of ten rows."""
    fields = {"k": 10, "generation": "g0001", "vector": query_vector(number)}
    return Query(filters=parse_filters(raw, SCHEMA), **(fields | more))  # type: ignore[arg-type]


def cosine(item: Item, number: int) -> float:
    """The score without rounding."""
    return float(vector_of(item) @ query_vector(number))


def expected(number: int, filters: Filters) -> dict[str, float]:
    """Every item that passes, with its cosine, from plain Python."""
    return {item.item_id: cosine(item, number) for item in ITEMS if matches(filters, item)}


def ids(page: Page) -> list[str]:
    """Ids of a page, in order."""
    return [hit.item.item_id for hit in page.hits]


@pytest.mark.parametrize("name", FILTERS)
async def test_a_page_holds_the_nearest_of_those_that_pass(store: PostgresStore, name: str) -> None:
    query = asked(1, FILTERS[name])
    page = await store.search(query)
    wanted = expected(1, query.filters)
    assert set(ids(page)) <= set(wanted)
    assert len(page.hits) == min(10, len(wanted))
    best = sorted(wanted.values(), reverse=True)[:10]
    # Half precision moves a score by less than a thousandth.
    assert [hit.score for hit in page.hits] == pytest.approx(best, abs=2e-3)
    assert (page.next is None) == (len(wanted) <= 10)
    assert all(
        hit.item == next(i for i in ITEMS if i.item_id == hit.item.item_id) for hit in page.hits
    )


async def walked(store: PostgresStore, query: Query) -> list[Page]:
    """All pages of a query."""
    pages = [await store.search(query)]
    while pages[-1].next is not None:
        pages.append(await store.search(query, pages[-1].next))
    return pages


@pytest.mark.parametrize("raw", [{}, {"metadata.half": 1}, {"metadata.tenth": 3}])
async def test_pages_together_are_the_exact_set_each_item_once(
    store: PostgresStore, raw: object
) -> None:
    query = asked(2, raw, k=97, exclude=("sku-00003", "sku-00007", "unknown"))
    pages = await walked(store, query)
    found = [item_id for page in pages for item_id in ids(page)]
    wanted = set(expected(2, query.filters)) - set(query.exclude)
    assert len(found) == len(wanted)
    assert set(found) == wanted
    assert all(len(page.hits) == 97 for page in pages[:-1])
    later = [hit for page in pages[1:] for hit in page.hits]
    assert later == sorted(later, key=lambda hit: (-hit.score, hit.item.item_id))


async def test_pages_of_a_text_query_are_the_exact_set_each_item_once(
    store: PostgresStore,
) -> None:
    query = asked(3, {"metadata.half": 1}, k=80, text="Linen 셔츠!")
    found = [item_id for page in await walked(store, query) for item_id in ids(page)]
    assert sorted(found) == sorted(expected(3, query.filters))


def mixed(hit: Hit, number: int, text: str) -> float:
    """The score of a text query, from plain Python."""
    wanted, there = query_words(text), item_words(hit.item)
    found = sum(any(word.startswith(prefix) for word in there) for prefix in wanted)
    return 0.5 * cosine(hit.item, number) + 0.5 * found / len(wanted)


@pytest.mark.parametrize(
    "text", ["linen shirt", "silk", "린넨셔츠 denim zebra", "t1 new linen dress"]
)
async def test_a_text_query_mixes_cosine_and_words(store: PostgresStore, text: str) -> None:
    page = await store.search(asked(4, {}, text=text))
    hits = [Hit(item=item, score=0.0) for item in ITEMS]
    best = sorted((mixed(hit, 4, text) for hit in hits), reverse=True)[:10]
    assert [hit.score for hit in page.hits] == pytest.approx(best, abs=2e-3)
    assert [hit.score for hit in page.hits] == pytest.approx(
        [mixed(hit, 4, text) for hit in page.hits], abs=2e-3
    )


async def test_words_that_most_items_have_still_come_first_together(stocked_url: str) -> None:
    config = SearchConfig(max_exact_rows=40, max_lexical_rows=50)
    store = PostgresStore(PoolConfig(url=stocked_url, max_connections=1), config)
    await store.open()
    page = await store.search(asked(4, {}, text="linen shirt"))
    none_has_all = await store.search(asked(4, {}, text="linen denim"))
    await store.close()
    for hit in page.hits:
        assert {"linen", "shirt"} <= set(item_words(hit.item))
    for hit in none_has_all.hits:
        assert {"linen", "denim"} & set(item_words(hit.item))


async def test_a_text_without_words_is_ranked_by_cosine(store: PostgresStore) -> None:
    plain, empty = await store.search(asked(4, {})), await store.search(asked(4, {}, text="--!"))
    assert ids(plain) == ids(empty)


async def test_a_text_cannot_break_out_of_its_statement(store: PostgresStore) -> None:
    page = await store.search(asked(4, {}, text="'); DROP TABLE items; -- \\ :* & | ! %s %(p0)s"))
    assert len(page.hits) == 10


async def test_many_rows_are_found_although_the_index_gives_up_early(stocked_url: str) -> None:
    pool = PoolConfig(url=stocked_url, max_connections=1, max_scan_tuples=1)
    store = PostgresStore(pool, SearchConfig(max_exact_rows=1))
    await store.open()
    query = asked(5, {"metadata.hundredth": 42})
    page = await store.search(query)
    await store.close()
    assert set(ids(page)) <= set(expected(5, query.filters))
    assert len(page.hits) == 10


async def test_a_later_page_uses_the_vector_of_the_first(store: PostgresStore) -> None:
    first = await store.search(asked(6, {}))
    assert first.next is not None
    assert first.next.vector == pytest.approx(query_vector(6), abs=1e-3)
    again = await store.search(asked(6, {}, vector=first.next.vector))
    assert again.next is not None
    assert (again.next.vector == first.next.vector).all()


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"k": 0}, "k", "k: expected 1..200, got 0"),
        ({"k": 1_000_000}, "k", "k: expected 1..200, got 1000000"),
        ({"exclude": ("x",) * (MAX_EXCLUDED + 1)}, "exclude", "at most 1000 ids, got 1001"),
        ({"vector_weight": 1.5}, "vector_weight", "expected 0..1, got 1.5"),
        ({"vector": query_vector(1, 8)}, "vector", "expected 16 values, got (8,)"),
        ({"vector": query_vector(1) * float("nan")}, "vector", "expected finite numbers"),
    ],
)
async def test_what_is_out_of_bounds_is_refused_by_name(
    store: PostgresStore, more: dict[str, object], field: str, said: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await store.search(asked(1, {}, **more))
    assert caught.value.field == field
    assert said in str(caught.value)


@pytest.mark.parametrize("generation", ["g0002", "g9999999"])
async def test_vectors_of_another_generation_are_never_compared(
    store: PostgresStore, generation: str
) -> None:
    with pytest.raises(GenerationMismatch) as caught:
        await store.search(asked(1, {}, generation=generation))
    assert "expected g0001, which is in use" in str(caught.value)


async def test_a_cursor_of_another_generation_is_refused(store: PostgresStore) -> None:
    cursor = CursorState(generation="g0002", vector=query_vector(1))
    with pytest.raises(GenerationMismatch, match="start from the first page"):
        await store.search(asked(1, {}), cursor)


async def plan_of(url: str, raw: object, config: SearchConfig) -> str:
    """How PostgreSQL runs a first page, with the settings of the pool."""
    database = Database(PoolConfig(url=url, max_connections=1))
    await database.open()
    async with database.snapshot(IN_USE) as (connection, _):
        search = Search(connection, asked(1, raw), None, config)
        ranked = first_page_sql(search.target, search.limits)
        explained = await connection.execute(
            sql.SQL("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ") + ranked,
            search.parameters.values,
        )
        lines = [str(row[0]) for row in await explained.fetchall()]
    await database.close()
    return "\n".join(lines)


@pytest.mark.parametrize("raw", [{}, {"metadata.half": 1}, {"metadata.price": {"gte": 0}}])
async def test_many_rows_are_read_from_the_index_and_no_distance_is_computed_before(
    stocked_url: str, raw: object
) -> None:
    plan = await plan_of(stocked_url, raw, BY_INDEX)
    scan = next(line for line in plan.splitlines() if "vectors_g0001_hnsw" in line)
    assert "Index Scan" in scan
    assert "never executed" not in scan
    exact = next(line for line in plan.splitlines() if " on vectors_g0001 v (" in line)
    assert "never executed" in exact


@pytest.mark.parametrize("raw", [{}, {"metadata.half": 1}, {"metadata.price": {"gte": 0}}])
async def test_few_rows_are_all_compared_and_the_index_is_not_touched(
    stocked_url: str, raw: object
) -> None:
    plan = await plan_of(stocked_url, raw, EXACT)
    scan = next(line for line in plan.splitlines() if "vectors_g0001_hnsw" in line)
    assert "never executed" in scan
