"""Tokens of an issuer let callers in, beside keys or instead of them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.access.config import AccessConfig
from serving.access.roles import Role
from tests.serving.access.issuer import Issuer, issuing, rsa_key
from tests.serving.access.service import ITEM, KEYS, bearer, keys_file, service

KEY = rsa_key("one")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer on loopback."""
    with issuing() as found:
        yield found


async def test_a_token_does_what_its_role_may(issuer: Issuer) -> None:
    async with service(AccessConfig(issuer=issuer.config())) as client:
        headers = bearer(issuer.token(KEY, roles=["write"]))
        assert (await client.post("/v1/items", json=ITEM, headers=headers)).status_code == 200
        headers = bearer(issuer.token(KEY, scope="read"))
        assert (await client.get("/v1/items/new-1", headers=headers)).status_code == 200
        problem = (await client.delete("/v1/items/new-1", headers=headers)).json()
        assert (problem["status"], problem["allowed"]) == (403, ["write", "admin"])
        headers = bearer(issuer.token(KEY))
        problem = (await client.get("/v1/items/new-1", headers=headers)).json()
        assert (problem["status"], problem["got"]) == (403, "none")


async def test_an_expired_token_is_a_401_that_says_so(issuer: Issuer) -> None:
    async with service(AccessConfig(issuer=issuer.config())) as client:
        response = await client.get("/v1/schema", headers=bearer(issuer.token(KEY, exp=1)))
        assert response.status_code == 401
        assert response.headers["www-authenticate"].endswith('error="invalid_token"')
        assert response.json()["detail"].endswith("got one that has expired")


async def test_keys_and_tokens_are_accepted_side_by_side(issuer: Issuer, tmp_path: Path) -> None:
    access = AccessConfig(issuer=issuer.config(), keys_file=keys_file(tmp_path))
    async with service(access) as client:
        for credential in (KEYS[Role.READ], issuer.token(KEY, roles="read")):
            assert (await client.get("/v1/schema", headers=bearer(credential))).status_code == 200
        detail = (await client.get("/v1/schema")).json()["detail"]
        assert detail == (
            f"authorization: expected `Bearer <API key or token of {issuer.url}>`, got nothing"
        )


async def test_an_issuer_that_is_away_is_a_503_that_names_it(
    issuer: Issuer, tmp_path: Path
) -> None:
    issuer.answers["/jwks"] = (500, b"")
    access = AccessConfig(issuer=issuer.config(), keys_file=keys_file(tmp_path))
    async with service(access) as client:
        response = await client.get("/v1/schema", headers=bearer(issuer.token(KEY, roles="read")))
        problem = response.json()
        assert (problem["status"], problem["part"]) == (503, "JWT issuer")
        assert issuer.url in problem["detail"]
        assert response.headers["retry-after"] == "2"
        answered = await client.get("/v1/schema", headers=bearer(KEYS[Role.READ]))
        assert answered.status_code == 200


async def test_a_slow_issuer_keeps_nobody_else_waiting(issuer: Issuer, tmp_path: Path) -> None:
    issuer.may_answer.clear()
    access = AccessConfig(issuer=issuer.config(timeout_s=30.0), keys_file=keys_file(tmp_path))
    async with service(access) as client:
        headers = bearer(issuer.token(KEY, roles="read"))
        waiting = asyncio.create_task(client.get("/v1/schema", headers=headers))
        while not issuer.asked:
            await asyncio.sleep(0)
        answered = await client.get("/v1/schema", headers=bearer(KEYS[Role.READ]))
        assert (answered.status_code, waiting.done()) == (200, False)
        issuer.may_answer.set()
        assert (await waiting).status_code == 200
