"""A caller that asks too often is told when to come back; others are not touched."""

import asyncio
from pathlib import Path

import httpx

from serving.access.config import AccessConfig, RateConfig
from serving.access.roles import Role
from tests.serving.access.service import ITEM, KEYS, PICTURE, bearer, keys_file, service

SLOW = RateConfig(per_s=0.001, burst=3)


async def statuses(client: httpx.AsyncClient, headers: dict[str, str], times: int) -> list[int]:
    asked = (client.get("/v1/schema", headers=headers) for _ in range(times))
    return [response.status_code for response in await asyncio.gather(*asked)]


async def test_beyond_the_limit_is_a_429_with_the_time_to_wait(tmp_path: Path) -> None:
    access = AccessConfig(keys_file=keys_file(tmp_path), rate=SLOW)
    async with service(access) as client:
        assert sorted(await statuses(client, bearer(KEYS[Role.READ]), 5)) == [200] * 3 + [429] * 2
        response = await client.get("/v1/schema", headers=bearer(KEYS[Role.READ]))
        problem = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert problem["type"] == "urn:modiste:problem:rate-limited"
        assert problem["detail"].startswith(
            "requests: expected at most 0.001 a second and 3 at once from key:read, got more; "
        )
        assert problem["allowed"] == {"per_s": 0.001, "burst": 3}
        assert 990 < int(response.headers["retry-after"]) <= 1000
        assert response.headers["ratelimit"].startswith('"caller";r=0;t=')
        assert response.headers["ratelimit-policy"] == '"caller";q=3;w=3000'
        assert await statuses(client, bearer(KEYS[Role.ADMIN]), 3) == [200] * 3
        text = (await client.get("/metrics")).text
        assert 'modiste_requests_rejected_total{reason="rate_limited"} 3.0' in text


async def test_every_answer_says_what_is_left(tmp_path: Path) -> None:
    access = AccessConfig(keys_file=keys_file(tmp_path), rate=SLOW)
    async with service(access) as client:
        headers = bearer(KEYS[Role.READ])
        answers = [
            await client.get(f"/{PICTURE}", headers=headers),
            await client.get("/v1/items/nope", headers=headers),
            await client.post("/v1/items", json=ITEM, headers=headers),
        ]
        left = [answer.headers["ratelimit"].split(";t=")[0] for answer in answers]
        assert [answer.status_code for answer in answers] == [200, 404, 403]
        assert left == ['"caller";r=2', '"caller";r=1', '"caller";r=0']
        assert "ratelimit" not in (await client.get("/healthz")).headers


async def test_unknown_callers_cost_known_ones_nothing(tmp_path: Path) -> None:
    access = AccessConfig(keys_file=keys_file(tmp_path), rate=SLOW)
    async with service(access) as client:
        assert await statuses(client, bearer("guess"), 9) == [401] * 9
        assert await statuses(client, bearer(KEYS[Role.READ]), 3) == [200] * 3


async def test_without_keys_each_address_is_a_caller() -> None:
    async with service(AccessConfig(rate=SLOW)) as client:
        assert sorted(await statuses(client, {}, 4)) == [200] * 3 + [429]
        app = client._transport.app  # type: ignore[attr-defined]
        elsewhere = httpx.ASGITransport(app=app, client=("192.0.2.7", 1))
        async with httpx.AsyncClient(transport=elsewhere, base_url="http://shop") as other:
            assert await statuses(other, {}, 3) == [200] * 3
        assert await statuses(client, {"x-forwarded-for": "192.0.2.8"}, 1) == [429]
        for path in ("/healthz", "/metrics"):
            assert (await client.get(path)).status_code == 200
