"""A replica that is told to stop, as a process with clients that keep their connections."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from tests.serving.api_process import serving
from tests.serving.postgres_shop import add_generation
from tests.serving.triton_double import TritonDouble
from tests.serving.triton_double import serving as serving_triton

NUM_CLIENTS = 6
NUM_LINES = 600
"""More than two batches of a stream."""


async def test_no_request_fails_while_a_replica_drains(postgres_url: str, tmp_path: Path) -> None:
    async with serving_triton(TritonDouble()) as endpoint:
        add_generation(postgres_url, dimension=4, endpoint=endpoint)
        environment = {
            "MODISTE_DATABASE_URL": postgres_url,
            "MODISTE_OBJECTS": tmp_path.as_uri(),
            "MODISTE_DRAIN_S": "2",
        }
        with serving(environment) as (process, url):
            closed = asyncio.Event()
            await until_ready(url)
            stream = asyncio.create_task(write_stream(url, closed))
            clients = [asyncio.create_task(use(url, n)) for n in range(NUM_CLIENTS)]
            await asyncio.wait(clients, timeout=0.2)
            process.send_signal(signal.SIGTERM)
            await until_draining(url)
            await asyncio.gather(*clients)
            await until_refused(url)
            closed.set()
            assert await stream == NUM_LINES
            _, said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert {line.get("kind") for line in lines if line["level"] in ("error", "warning")} == {
        "draining"
    }
    assert [line["drain_s"] for line in lines if line["message"] == "told to stop"] == [2]


async def use(url: str, number: int) -> None:
    """Write and read over a kept connection until it is told to look elsewhere, and once more."""
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        is_told = False
        while not is_told:
            is_told = await use_once(client, f"item-{number}")
        await use_once(client, f"item-{number}")


async def use_once(client: httpx.AsyncClient, item_id: str) -> bool:
    """Write an item and recommend by it; gives whether the connection is about to close."""
    written = await client.post("/v1/items", json={"item_id": item_id})
    assert written.status_code == 200, written.text
    found = await client.post("/v1/recommend", json={"positive": [item_id], "k": 3})
    assert found.status_code == 200, found.text
    return bool(found.headers.get("connection") == "close")


async def write_stream(url: str, closed: asyncio.Event) -> int:
    """Send half of a stream, and the rest once the listener is closed; gives what was accepted."""

    async def lines() -> AsyncIterator[bytes]:
        for number in range(NUM_LINES):
            if number == NUM_LINES // 2:
                await closed.wait()
            yield b'{"item_id": "stream-%d"}\n' % number

    headers = {"content-type": "application/x-ndjson"}
    async with httpx.AsyncClient(timeout=20) as client:
        answer = await client.post(f"{url}/v1/items", content=lines(), headers=headers)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["accepted"])


async def until_ready(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient(base_url=url) as client:
        while (await client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)


async def until_draining(url: str) -> None:
    """As a load balancer's probe does: on new connections, until readiness is refused."""
    async with asyncio.timeout(10):
        while True:
            async with httpx.AsyncClient(base_url=url) as client:
                answer = await client.get("/readyz")
            if answer.status_code == 503:
                assert answer.json()["type"] == "urn:modiste:problem:draining"
                return
            await asyncio.sleep(0.02)


async def until_refused(url: str) -> None:
    """Until nobody listens any more."""
    async with asyncio.timeout(10):
        while True:
            try:
                async with httpx.AsyncClient(base_url=url) as client:
                    assert (await client.get("/healthz")).status_code == 200
            except httpx.TransportError:
                return
            await asyncio.sleep(0.05)
