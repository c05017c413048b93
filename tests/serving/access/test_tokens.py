"""A token is accepted from the right issuer, for this service, at the right time, and not else."""

import base64
import json
import time
from typing import Any

import jwt
import pytest

from serving.access.errors import Unauthenticated
from serving.access.issuer_keys import IssuerKeys
from serving.access.roles import Role
from serving.access.tokens import Tokens, is_token
from tests.serving.access.issuer import Issuer, ec_key, public, rsa_key

KEY = rsa_key("one")


@pytest.fixture
def tokens(issuer: Issuer) -> Tokens:
    """Trusts the issuer."""
    issuer.keys.append(public("ec", ec_key("ec")))
    return Tokens(issuer.config(), IssuerKeys(issuer.config()))


def unsigned(issuer: Issuer, alg: str, signature: bytes = b"") -> str:
    parts = [
        json.dumps({"alg": alg, "kid": "one"}).encode(),
        json.dumps({"iss": issuer.url, "aud": "modiste", "sub": "x", "exp": 2**40}).encode(),
        signature,
    ]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


async def test_a_token_of_either_algorithm_names_its_caller(issuer: Issuer, tokens: Tokens) -> None:
    for token in (
        issuer.token(KEY, roles=["read", "write"]),
        issuer.token(ec_key("ec"), "ec", roles="write"),
        issuer.token(KEY, scope="openid write"),
        issuer.token(KEY, roles="write", scope="admin"),
        issuer.token(KEY, roles=["write"], aud=["other", "modiste"]),
    ):
        assert is_token(token)
        caller = await tokens.caller(token)
        assert (caller.name, caller.role) == ("subject:shop-web", Role.WRITE)


@pytest.mark.parametrize(
    "claims", [{}, {"roles": []}, {"roles": [1]}, {"roles": 3}, {"scope": "openid reader"}]
)
async def test_a_token_without_one_of_our_roles_may_nothing(
    issuer: Issuer, tokens: Tokens, claims: dict[str, Any]
) -> None:
    assert (await tokens.caller(issuer.token(KEY, **claims))).role is None


async def test_clocks_may_be_half_a_minute_apart(issuer: Issuer, tokens: Tokens) -> None:
    now = int(time.time())
    for token in (issuer.token(KEY, exp=now - 20), issuer.token(KEY, nbf=now + 20, iat=now + 20)):
        caller = await tokens.caller(token)
        assert caller.name == "subject:shop-web"


async def refusal(tokens: Tokens, token: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        await tokens.caller(token)
    assert token not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": 1}, "one that has expired"),
        ({"exp": int(time.time()) - 60}, "one that has expired"),
        ({"nbf": 10**10}, "one that is not valid yet"),
        ({"aud": "other"}, "one for another audience"),
        ({"iss": "https://other"}, "one of another issuer"),
        ({"exp": None}, "one without `exp`, `iss`, `aud` or `sub`"),
        ({"aud": None}, "one without `exp`, `iss`, `aud` or `sub`"),
        ({"sub": None}, "one without `exp`, `iss`, `aud` or `sub`"),
        ({"exp": "soon"}, "one that cannot be read"),
        ({"sub": 7}, "one that cannot be read"),
    ],
)
async def test_a_wrong_claim_is_said(
    issuer: Issuer, tokens: Tokens, claims: dict[str, Any], why: str
) -> None:
    said = await refusal(tokens, issuer.token(KEY, **claims))
    assert said == f"authorization: expected a token of {issuer.url} for 'modiste', got {why}"


async def test_a_signature_of_another_key_is_refused(issuer: Issuer, tokens: Tokens) -> None:
    assert (await refusal(tokens, issuer.token(rsa_key("thief")))).endswith("a wrong signature")
    said = await refusal(tokens, issuer.token(rsa_key("thief"), "thief"))
    assert said.endswith("one that none of its keys signed")


async def test_a_token_that_picks_its_algorithm_is_refused(issuer: Issuer, tokens: Tokens) -> None:
    # The public key as a shared secret, no signature at all, and the wrong kind of key.
    await refusal(tokens, unsigned(issuer, "none"))
    await refusal(tokens, unsigned(issuer, "HS256", b"x" * 32))
    await refusal(tokens, unsigned(issuer, "RS256", b"x" * 32))
    await refusal(tokens, issuer.token(KEY, alg="RS512"))
    await refusal(tokens, issuer.token(ec_key("ec"), "one"))
    await refusal(tokens, issuer.token(KEY, "ec"))


@pytest.mark.parametrize("token", ["..", "a.b.c", "\x00.\x00.\x00", f"{'e30'}.e30.e30"])
async def test_what_is_no_token_is_refused(tokens: Tokens, token: str) -> None:
    await refusal(tokens, token)


async def test_a_token_without_a_key_id_is_refused_without_asking_the_issuer(
    issuer: Issuer, tokens: Tokens
) -> None:
    token = jwt.encode({"sub": "x"}, KEY, algorithm="RS256")
    assert (await refusal(tokens, token)).endswith("one that none of its keys signed")
    assert issuer.asked == []
