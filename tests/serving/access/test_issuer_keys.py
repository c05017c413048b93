"""An issuer's keys are fetched, kept, and never guessed; an issuer that is away is named."""

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key

from serving.access.issuer_keys import IssuerKeys
from serving.errors import Refused, ServerFailed, TimedOut, Unavailable
from tests.serving.access.conftest import Clock
from tests.serving.access.issuer import Issuer, ec_key, public, rsa_key

DISCOVERY = "/.well-known/openid-configuration"


async def test_keys_are_discovered_once_and_kept(issuer: Issuer, clock: Clock) -> None:
    keys = IssuerKeys(issuer.config(), clock=clock)
    found = await asyncio.gather(*(keys.find("one") for _ in range(20)))
    assert {key.key_id for key in found if key} == {"one"}
    assert issuer.asked == [DISCOVERY, "/jwks"]


async def test_an_address_of_keys_spares_the_discovery(issuer: Issuer) -> None:
    keys = IssuerKeys(issuer.config(jwks_url=f"{issuer.url}/jwks"))
    assert await keys.find("one") is not None
    assert issuer.asked == ["/jwks"]


async def test_a_key_that_is_not_known_is_looked_for_and_then_not_for_a_while(
    issuer: Issuer, clock: Clock
) -> None:
    keys = IssuerKeys(issuer.config(), clock=clock)
    await keys.find("one")
    issuer.keys.append(public("two", ec_key("two")))
    assert await keys.find("two") is None
    clock.now = 10.0
    found = await keys.find("two")
    assert found is not None
    assert found.algorithm_name == "ES256"
    for _ in range(20):
        assert await keys.find("made up") is None
    assert issuer.asked == [DISCOVERY, "/jwks"] * 2


async def test_old_keys_are_used_while_new_ones_are_fetched(issuer: Issuer, clock: Clock) -> None:
    keys = IssuerKeys(issuer.config(), clock=clock)
    await keys.find("one")
    issuer.may_answer.clear()
    clock.now = 301.0
    assert await keys.find("one") is not None
    issuer.may_answer.set()


async def test_keys_outlive_an_issuer_that_is_away_for_less_than_an_hour(
    issuer: Issuer, clock: Clock
) -> None:
    keys = IssuerKeys(issuer.config(), clock=clock)
    await keys.find("one")
    issuer.answers["/jwks"] = (503, b"")
    clock.now = 3599.0
    assert await keys.find("one") is not None
    clock.now = 3605.0
    with pytest.raises(ServerFailed, match="got 503"):
        await keys.find("one")
    del issuer.answers["/jwks"]
    clock.now = 3610.0
    assert await keys.find("one") is not None


async def test_an_issuer_that_is_not_there_is_named_and_not_asked_at_once_again(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.answers[DISCOVERY] = (404, b"")
    keys = IssuerKeys(issuer.config(), clock=clock)
    for _ in range(5):
        with pytest.raises(ServerFailed) as caught:
            await keys.find("one")
    assert str(caught.value).startswith(f"JWT issuer: {issuer.url}: expected 200 and a JSON object")
    assert caught.value.members() == {"part": "JWT issuer"}
    assert issuer.asked == [DISCOVERY]
    del issuer.answers[DISCOVERY]
    clock.now = 2.0
    assert await keys.find("one") is not None


async def test_nobody_at_the_address_is_refused_by_name(issuer: Issuer) -> None:
    config = issuer.config(url="http://127.0.0.1:1")
    with pytest.raises(Refused, match=r"^JWT issuer: http://127\.0\.0\.1:1 cannot be reached"):
        await IssuerKeys(config).find("one")


async def test_an_issuer_that_does_not_answer_is_given_up(issuer: Issuer) -> None:
    issuer.may_answer.clear()
    keys = IssuerKeys(issuer.config(timeout_s=0.05))
    with pytest.raises(TimedOut, match=f"{issuer.url} did not answer within 0.05 s; try again"):
        await keys.find("one")


async def test_a_waiter_that_goes_away_leaves_the_fetch_to_the_others(issuer: Issuer) -> None:
    issuer.may_answer.clear()
    keys = IssuerKeys(issuer.config())
    first, second = (asyncio.create_task(keys.find("one")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    issuer.may_answer.set()
    assert await second is not None
    assert first.cancelled()


async def refused(issuer: Issuer, path: str, status: int, body: bytes) -> str:
    issuer.answers[path] = (status, body)
    with pytest.raises(Unavailable) as caught:
        await IssuerKeys(issuer.config()).find("one")
    return str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b"[]"), (500, b"{}"), (302, b"{}"), (200, b" " * 2**20 + b"{}")],
)
async def test_an_answer_that_is_no_document_is_refused(
    issuer: Issuer, status: int, body: bytes
) -> None:
    said = await refused(issuer, "/jwks", status, body)
    assert "expected 200 and a JSON object of at most 1,048,576 bytes from " in said
    assert said.endswith(f"got {status}")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"issuer": "https://other", "jwks_uri": "https://other/jwks"}',
        b'{"issuer": "ISSUER", "jwks_uri": "http://169.254.169.254/jwks"}',
        b'{"issuer": "ISSUER", "jwks_uri": 3}',
    ],
)
async def test_a_discovery_document_of_another_is_refused(issuer: Issuer, body: bytes) -> None:
    body = body.replace(b"ISSUER", issuer.url.encode())
    said = await refused(issuer, DISCOVERY, 200, body)
    assert "expected `issuer` and an https address as `jwks_uri`" in said
    assert issuer.asked == [DISCOVERY]


async def test_keys_for_other_purposes_are_left_out(issuer: Issuer) -> None:
    others: list[Any] = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric", "alg": "HS256"},
        public("encrypts", rsa_key("one"), use="enc"),
        public("pss", rsa_key("one"), alg="PS256"),
        public("short", rsa_key("short", 1024)),
        public("other curve", generate_private_key(SECP384R1())),
        {"kty": "RSA", "kid": "broken"},
        "no key",
    ]
    issuer.keys += others
    keys = IssuerKeys(issuer.config())
    assert await keys.find("one") is not None
    for key_id in ("symmetric", "encrypts", "pss", "short", "other curve", "broken"):
        assert await keys.find(key_id) is None
    issuer.keys[:] = others
    with pytest.raises(ServerFailed, match="has no key with a `kid` for RS256 or ES256"):
        await IssuerKeys(issuer.config()).find("one")
