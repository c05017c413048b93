"""Access is configured by variables; what is unsafe or half given is refused by name."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from serving.access.config import AccessConfig, IssuerConfig, RateConfig, access_from
from serving.environment import SettingsError

ISSUER = {"MODISTE_JWT_ISSUER": "https://id.example/", "MODISTE_JWT_AUDIENCE": "modiste"}


def test_nothing_set_asks_nobody() -> None:
    assert access_from({"MODISTE_API_KEYS_FILE": "", "MODISTE_JWT_ISSUER": ""}) == AccessConfig()
    assert not AccessConfig().asks_who


def test_every_variable_is_read() -> None:
    access = access_from(
        {
            **ISSUER,
            "MODISTE_API_KEYS_FILE": "/etc/modiste/keys/keys.json",
            "MODISTE_JWT_JWKS_URL": "https://id.example/keys",
            "MODISTE_RATE_LIMIT_PER_S": "2.5",
            "MODISTE_RATE_LIMIT_BURST": "10",
        }
    )
    assert access == AccessConfig(
        keys_file=Path("/etc/modiste/keys/keys.json"),
        issuer=IssuerConfig(
            url="https://id.example/", audience="modiste", jwks_url="https://id.example/keys"
        ),
        rate=RateConfig(per_s=2.5, burst=10),
    )


@pytest.mark.parametrize("set_one", [ISSUER, {"MODISTE_API_KEYS_FILE": "keys.json"}])
def test_keys_or_an_issuer_ask_who_calls(set_one: Mapping[str, str]) -> None:
    assert access_from(set_one).asks_who


def test_the_burst_is_what_comes_in_a_second_unless_told() -> None:
    assert access_from({"MODISTE_RATE_LIMIT_PER_S": "2.5"}).rate == RateConfig(per_s=2.5, burst=3)
    assert access_from({"MODISTE_RATE_LIMIT_PER_S": "0"}).rate is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"MODISTE_JWT_ISSUER": "https://id.example"},
            "MODISTE_JWT_AUDIENCE: expected what the issuer's tokens are for, got nothing; "
            "set it and start again",
        ),
        (
            {**ISSUER, "MODISTE_JWT_ISSUER": "http://id.example"},
            "MODISTE_JWT_ISSUER: expected https://host/..., got 'http://id.example'",
        ),
        (
            {**ISSUER, "MODISTE_JWT_ISSUER": "id.example"},
            "MODISTE_JWT_ISSUER: expected https://host/..., got 'id.example'",
        ),
        (
            {**ISSUER, "MODISTE_JWT_JWKS_URL": "file:///etc/passwd"},
            "MODISTE_JWT_JWKS_URL: expected https://host/..., got 'file:///etc/passwd'",
        ),
        (
            {"MODISTE_RATE_LIMIT_PER_S": "-1"},
            "MODISTE_RATE_LIMIT_PER_S: expected a number, 0 or more, got '-1'",
        ),
        (
            {"MODISTE_RATE_LIMIT_PER_S": "nan"},
            "MODISTE_RATE_LIMIT_PER_S: expected a number, 0 or more, got 'nan'",
        ),
        (
            {"MODISTE_RATE_LIMIT_PER_S": "1", "MODISTE_RATE_LIMIT_BURST": "0"},
            "MODISTE_RATE_LIMIT_BURST: expected at least 1, got 0",
        ),
    ],
)
def test_what_is_wrong_is_named(given: Mapping[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        access_from(given)
    assert str(caught.value) == message


def test_an_issuer_on_this_machine_may_do_without_tls() -> None:
    config = IssuerConfig(url="http://127.0.0.1:8080/realm", audience="modiste")
    assert config.timeout_s == 3.0
