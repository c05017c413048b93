"""The API over the real PostgreSQL: what is written is found, whatever happens in between."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from serving.protocols import MAX_BATCH
from tests.serving.conftest import shop_items
from tests.serving.postgres_shop import PostgresShop, add_generation, opened

ITEMS = [item.to_json() for item in shop_items()]


@pytest.fixture
async def shop(postgres_url: str) -> AsyncIterator[PostgresShop]:
    """The API with `ITEMS` written through it."""
    add_generation(postgres_url)
    async with opened(postgres_url) as made:
        answer = (await made.post("/v1/items", {"items": ITEMS})).json()
        assert (answer["accepted"], answer["errors"]) == (10, [])
        yield made


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["item_id"] for item in answer["items"]]


async def test_written_items_are_read_back_searched_listed_and_deleted(shop: PostgresShop) -> None:
    assert (await shop.client.get("/v1/items/sku-3")).json()["item"] == ITEMS[3]
    search = {
        "query": {"text": "black shirt"},
        "k": 1,
        "filters": {"metadata.price": {"gt": 50000}},
    }
    assert ids((await shop.post("/v1/search", search)).json()) == ["sku-6"]
    assert len(ids((await shop.post("/v1/recommend", {"positive": ["sku-0"]})).json())) == 9
    assert (await shop.client.delete("/v1/items/sku-6")).status_code == 200
    assert ids((await shop.post("/v1/search", search)).json()) == ["sku-8"]
    assert len(ids((await shop.client.get("/v1/items")).json())) == 9


async def test_pages_neither_repeat_nor_skip(shop: PostgresShop) -> None:
    body: dict[str, Any] = {"query": {"text": "black piece"}, "k": 3}
    found: list[str] = []
    while True:
        answer = (await shop.post("/v1/search", body)).json()
        found += ids(answer)
        body["cursor"] = answer["cursor"]
        if answer["cursor"] is None:
            break
    assert sorted(found) == [f"sku-{number}" for number in range(10)]


async def test_the_service_is_ready_and_says_how_the_pool_does(shop: PostgresShop) -> None:
    assert (await shop.client.get("/readyz")).json()["generation"] == "g0001"
    text = (await shop.client.get("/metrics")).text
    assert 'modiste_database_pool_connections{state="max"} 4.0' in text


async def test_a_batch_of_the_largest_size_is_written_at_once(shop: PostgresShop) -> None:
    items = [{"item_id": f"new-{number}"} for number in range(MAX_BATCH)]
    assert (await shop.post("/v1/items", {"items": items})).json()["accepted"] == MAX_BATCH


@pytest.mark.parametrize("item_id", ["a/b", "신발 1", "%00", "'; DROP TABLE items; --", "{}", "\\"])
async def test_any_id_goes_in_and_comes_out(shop: PostgresShop, item_id: str) -> None:
    await shop.post("/v1/items", {"item_id": item_id, "clothes": {"color": "Black"}})
    body = {"positive": [item_id], "filters": {"item_id": [item_id, "sku-0"]}}
    assert ids((await shop.post("/v1/recommend", body)).json()) == ["sku-0"]


async def test_metadata_comes_back_as_it_went_in(shop: PostgresShop) -> None:
    metadata = {"a": [1, {"b": None}], "large": 10**17, "말": "글", "no": False, "f": 0.1}
    await shop.post("/v1/items", {"item_id": "meta", "metadata": metadata})
    answer = (await shop.client.get("/v1/items/meta")).json()
    assert answer["item"]["metadata"] == metadata


async def test_numbers_beyond_64_bits_of_a_catalogue_are_answered(shop: PostgresShop) -> None:
    with psycopg.connect(shop.url, autocommit=True) as connection:
        connection.execute(
            "UPDATE items SET metadata = %s::jsonb WHERE item_id = 'sku-0'",
            [json.dumps({"n": 10**30})],
        )
    response = await shop.client.get("/v1/items/sku-0")
    assert json.loads(response.text)["item"]["metadata"] == {"n": 10**30}


async def test_a_switch_is_noticed_by_the_next_request(shop: PostgresShop) -> None:
    await shop.post("/v1/search", {"query": {"item_id": "sku-0"}})
    add_generation(shop.url, 2)
    response = await shop.post("/v1/search", {"query": {"item_id": "sku-0"}})
    assert response.status_code == 404
    written = (await shop.post("/v1/items", {"items": ITEMS})).json()
    assert (written["generation"], written["accepted"]) == ("g0002", 10)
    answer = (await shop.post("/v1/search", {"query": {"item_id": "sku-0"}})).json()
    assert (answer["generation"], len(answer["items"])) == ("g0002", 9)


async def test_connections_that_are_cut_while_requests_run_are_replaced(shop: PostgresShop) -> None:
    async def ask() -> int:
        response = await shop.post("/v1/recommend", {"positive": ["sku-0"]})
        if response.status_code != 200:
            assert (response.status_code, response.json()["part"]) == (503, "PostgreSQL")
        return response.status_code

    asking = [asyncio.create_task(ask()) for _ in range(40)]
    await asyncio.to_thread(_cut_connections, shop.url)
    await asyncio.gather(*asking)
    assert await ask() == 200


async def test_a_pool_that_stays_busy_is_a_503_that_names_it(shop: PostgresShop) -> None:
    with psycopg.connect(shop.url) as connection:
        connection.execute("LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
        response = await shop.client.get("/v1/items/sku-0")
    problem = response.json()
    assert response.status_code == 503
    assert problem["type"] == "urn:modiste:problem:timeout"
    assert problem["detail"].startswith("PostgreSQL: no answer within the time allowed")
    assert (await shop.client.get("/v1/items/sku-0")).status_code == 200


async def test_an_empty_database_says_to_migrate(postgres_url: str) -> None:
    async with opened(postgres_url) as shop:
        for path in ("/readyz", "/v1/items", "/v1/generations"):
            problem = (await shop.client.get(path)).json()
            assert (problem["status"], problem["part"]) == (503, "PostgreSQL")
            assert "python -m serving.migrate" in problem["detail"]


def _cut_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
