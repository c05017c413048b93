"""The environment is read by a function, and what is unsafe or wrong is refused by name."""

from pathlib import Path

import pytest

from serving.environment import SettingsError
from serving.settings import Settings, is_loopback, settings_from

GOOD = {"MODISTE_DATABASE_URL": "postgresql://u:secret@db/m", "MODISTE_OBJECTS": "s3://modiste"}


def test_defaults_listen_on_loopback_only() -> None:
    settings = settings_from(GOOD)
    assert (settings.host, settings.port, settings.allow_insecure) == ("127.0.0.1", 8080, False)


def test_every_variable_is_read() -> None:
    given = {
        "MODISTE_HOST": "0.0.0.0",
        "MODISTE_PORT": "9090",
        "MODISTE_ALLOW_INSECURE": "1",
        "MODISTE_MAX_POOL_CONNECTIONS": "4",
        "MODISTE_DRAIN_S": "5",
        "MODISTE_RECALL_SAMPLE_EVERY_S": "300",
    }
    settings = settings_from(GOOD | given)
    assert (settings.host, settings.port) == ("0.0.0.0", 9090)
    assert (settings.allow_insecure, settings.max_pool_connections) == (True, 4)
    assert (settings.drain_s, settings.recall_sample_every_s) == (5, 300)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "shop.example"])
def test_a_host_beyond_loopback_is_refused_without_the_explicit_word(host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from(GOOD | {"MODISTE_HOST": host})
    assert str(caught.value).startswith(f"MODISTE_HOST: expected a loopback address, got '{host}'")
    assert "set MODISTE_API_KEYS_FILE (`python -m serving.keys new` makes a key)" in str(
        caught.value
    )
    assert "set MODISTE_ALLOW_INSECURE=1" in str(caught.value)


def test_a_host_beyond_loopback_is_fine_where_callers_are_asked_who_they_are() -> None:
    given = {"MODISTE_HOST": "0.0.0.0", "MODISTE_API_KEYS_FILE": "/etc/modiste/keys/keys.json"}
    settings = settings_from(GOOD | given)
    assert settings.access.keys_file == Path("/etc/modiste/keys/keys.json")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_loopback_has_many_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("name", ["MODISTE_DATABASE_URL", "MODISTE_OBJECTS"])
def test_a_missing_address_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: expected .*, got nothing; set it"):
        settings_from({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MODISTE_PORT", "http", "MODISTE_PORT: expected a whole number, got 'http'"),
        ("MODISTE_PORT", "70000", "MODISTE_PORT: expected 0..65535, got 70000"),
        ("MODISTE_ALLOW_INSECURE", "yes", "MODISTE_ALLOW_INSECURE: expected 0 or 1, got 'yes'"),
        (
            "MODISTE_MAX_POOL_CONNECTIONS",
            "0",
            "MODISTE_MAX_POOL_CONNECTIONS: expected at least 1, got 0",
        ),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from(GOOD | {name: value})
    assert str(caught.value) == message


def test_a_time_of_zero_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"^embed_timeout_s: expected more than 0 s, got 0$"):
        Settings(database_url="x", objects_uri="y", embed_timeout_s=0)


def test_no_message_repeats_the_password() -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from(GOOD | {"MODISTE_PORT": "x"})
    assert "secret" not in str(caught.value)
