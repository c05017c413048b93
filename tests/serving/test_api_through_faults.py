"""PostgreSQL and Triton killed with SIGKILL while items are written.

What is answered meanwhile is a clear problem; after the restart nothing that was acknowledged is
lost, and nobody had to touch the service.
"""

import asyncio
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.part import running
from local.ports import free_ports
from local.postgres import Postgres, PostgresConfig
from local.processes import kill_all
from local.triton import PORTS, Triton, TritonConfig
from serving.embedder import TritonEmbedder
from tests.serving.postgres_shop import PostgresShop, add_generation, opened
from tests.serving.small_bundle import DIMENSION
from tests.training.small_run import SCHEMA


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    """A PostgreSQL of this test's own, to be killed; not running yet."""
    config = PostgresConfig(
        stack=tmp_path, port=free_ports(1)[0], password=secrets.token_urlsafe(16)
    )
    yield Postgres(config)
    kill_all(tmp_path)


async def write_until_refused(shop: PostgresShop, acknowledged: list[str]) -> dict[str, object]:
    """Write items one by one; gives the problem that ended it."""
    for number in range(100_000):
        item_id = f"new-{number}"
        response = await shop.post("/v1/items", {"item_id": item_id})
        if response.status_code != 200:
            problem: dict[str, object] = response.json()
            return problem
        acknowledged.append(item_id)
    raise AssertionError("the server outlived 100,000 writes")


async def test_what_was_acknowledged_survives_a_killed_postgresql(server: Postgres) -> None:
    acknowledged: list[str] = []
    with running(server) as pid:
        url = server.url()
        await asyncio.to_thread(add_generation, url)
        async with opened(url) as shop:
            writing = asyncio.create_task(write_until_refused(shop, acknowledged))
            while len(acknowledged) < 20:
                await asyncio.sleep(0.01)
            os.kill(pid, signal.SIGKILL)
            problem = await writing
            assert (problem["status"], problem["part"]) == (503, "PostgreSQL")
            await assert_refused(shop)
            with running(server):
                await assert_recovers(shop)
                for item_id in acknowledged:
                    assert (await shop.client.get(f"/v1/items/{item_id}")).status_code == 200
                answer = await shop.post("/v1/recommend", {"positive": [acknowledged[-1]]})
                assert answer.status_code == 200


@pytest.fixture
def triton(tmp_path: Path, small_bundle: Path) -> Iterator[Triton]:
    """A Triton of this test's own, to be killed; not running yet."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    config = TritonConfig(
        name="triton", stack=tmp_path, bundle=small_bundle, ports=ports, is_sealed=True
    )
    yield Triton(config)
    kill_all(tmp_path)


async def test_what_was_acknowledged_survives_a_killed_triton(
    triton: Triton, postgres_url: str
) -> None:
    acknowledged: list[str] = []
    embedder = TritonEmbedder(timeout_s=2)
    add_generation(postgres_url, schema=SCHEMA, dimension=DIMENSION, endpoint=triton.endpoint)
    async with opened(postgres_url, embedder) as shop:
        with running(triton) as pid:
            writing = asyncio.create_task(write_until_refused(shop, acknowledged))
            while len(acknowledged) < 20:
                await asyncio.sleep(0.01)
            os.killpg(pid, signal.SIGKILL)
            problem = await writing
            assert (problem["status"], problem["part"]) == (503, "Triton")
        readiness = (await shop.client.get("/readyz")).json()
        assert (readiness["status"], readiness["part"]) == (503, "Triton")
        by_id = {"positive": [acknowledged[0]], "k": 5}
        assert (await shop.post("/v1/recommend", by_id)).status_code == 200
        with running(triton):
            await assert_recovers(shop)
            answer = await shop.post("/v1/search", {"query": {"text": "white shirt"}, "k": 10})
            assert len(answer.json()["items"]) == 10
            for item_id in acknowledged:
                assert (await shop.client.get(f"/v1/items/{item_id}")).status_code == 200
    await embedder.close()


async def assert_refused(shop: PostgresShop) -> None:
    """Every route says what is missing, within bounded time."""
    async with asyncio.timeout(20):
        for path in ("/readyz", "/v1/items", "/v1/items/new-1"):
            response = await shop.client.get(path)
            assert (response.status_code, response.json()["part"]) == (503, "PostgreSQL")
        assert (await shop.client.get("/healthz")).status_code == 200


async def assert_recovers(shop: PostgresShop) -> None:
    """Requests are answered again, with nothing done to the service."""
    async with asyncio.timeout(20):
        while (await shop.client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.1)
