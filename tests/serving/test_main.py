"""`python -m serving.main` as a process: what it needs, what it says, and how it ends."""

import json
import signal
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from serving.access.roles import Role
from tests.serving.access.service import KEYS, keys_file
from tests.serving.api_process import NOWHERE, command, serving
from tests.serving.certificates import write_certificate


def failed(environment: Mapping[str, str]) -> str:
    """What a process says that ends by itself, with exit code 2."""
    process = command(environment)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    return said


def test_a_missing_variable_is_named_and_ends_with_2() -> None:
    assert failed({}) == (
        "error: MODISTE_DATABASE_URL: expected postgresql://user@host/modiste, got nothing; "
        "set it and start again\n"
    )


def test_an_address_for_everybody_is_refused_without_the_explicit_word() -> None:
    said = failed({**NOWHERE, "MODISTE_HOST": "0.0.0.0"})
    assert said.startswith("error: MODISTE_HOST: expected a loopback address, got '0.0.0.0'")
    assert "secret" not in said


def test_a_file_of_keys_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    said = failed({**NOWHERE, "MODISTE_HOST": "0.0.0.0", "MODISTE_API_KEYS_FILE": str(path)})
    assert said.startswith(f"error: MODISTE_API_KEYS_FILE: {path}: cannot be read: No such file")


def test_a_wrong_address_of_objects_is_named() -> None:
    said = failed({**NOWHERE, "MODISTE_OBJECTS": "ftp://pictures"})
    assert said.startswith("error: MODISTE_OBJECTS: objects address: expected s3://bucket")


def test_a_port_that_is_taken_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failed({**NOWHERE, "MODISTE_PORT": str(port)})
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "choose another port, or stop what uses it" in said


def test_it_starts_without_its_parts_says_so_and_stops_in_good_order() -> None:
    with serving(NOWHERE) as (process, url):
        assert httpx.get(f"{url}/healthz").status_code == 200
        problem = httpx.get(f"{url}/readyz", timeout=30).json()
        assert (problem["status"], problem["part"]) == (503, "PostgreSQL")
        assert httpx.get(f"{url}/").status_code == 200
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines[0]["message"] == "listening"
    assert lines[0]["url"] == f"{url}/"
    assert any(line["message"].startswith("started, not ready yet: PostgreSQL") for line in lines)
    assert any(line.get("path") == "/readyz" and line["status"] == 503 for line in lines)
    assert "secret" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_the_end(number: signal.Signals) -> None:
    with serving(NOWHERE) as (process, url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(
                b"POST /v1/search HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
                b"Content-Length: 2\r\n\r\n{"
            )
            time.sleep(0.2)
            process.send_signal(number)
            time.sleep(0.2)
            connection.sendall(b"]")
            answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 400 ")
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_text_of_10_mb_is_answered_with_a_413_over_a_real_connection() -> None:
    with serving(NOWHERE) as (_, url):
        content = b'{"query": {"text": "' + b"x" * 10_000_000 + b'"}}'
        headers = {"content-type": "application/json"}
        answer = httpx.post(f"{url}/v1/search", content=content, headers=headers)
        assert answer.status_code == 413
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_beyond_loopback_it_answers_with_keys_over_tls(tmp_path: Path) -> None:
    cert, key = write_certificate(tmp_path)
    environment = {
        **NOWHERE,
        "MODISTE_HOST": "0.0.0.0",
        "MODISTE_API_KEYS_FILE": str(keys_file(tmp_path)),
        "MODISTE_TLS_CERT_FILE": str(cert),
        "MODISTE_TLS_KEY_FILE": str(key),
    }
    verify = ssl.create_default_context(cafile=cert)
    with serving(environment, verify) as (_, url), httpx.Client(verify=verify) as client:
        assert client.get(f"{url}/healthz").status_code == 200
        answer = client.post(f"{url}/v1/items", content=b"x" * 1_000_000)
        assert (answer.status_code, answer.json()["title"]) == (401, "Who calls is not known")
        headers = {"Authorization": f"Bearer {KEYS[Role.READ]}"}
        answer = client.delete(f"{url}/v1/items/sku-1", headers=headers)
        assert (answer.status_code, answer.json()["got"]) == (403, "read")
        headers = {"Authorization": f"Bearer {KEYS[Role.WRITE]}"}
        answer = client.delete(f"{url}/v1/items/sku-1", headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["part"]) == (503, "PostgreSQL")
