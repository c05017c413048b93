"""The real API process killed with SIGKILL while items are written through it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import httpx

from local.ports import free_ports
from tests.conftest import TritonFactory
from tests.serving.postgres_shop import add_generation
from tests.serving.small_bundle import DIMENSION
from tests.training.small_run import SCHEMA

ROOT = Path(__file__).parents[2]


@contextmanager
def api(database_url: str, objects: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m serving.main`, ready to answer; killed at the end if it still runs."""
    settings = {
        "MODISTE_DATABASE_URL": database_url,
        "MODISTE_OBJECTS": objects.as_uri(),
        "MODISTE_HOST": "127.0.0.1",
        "MODISTE_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "serving.main"],
        env=os.environ | settings,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, f"the API ended with {process.returncode}"
        assert time.monotonic() < until, "the API did not get ready"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)


def write_until_cut_off(client: httpx.Client) -> list[str]:
    """Write items one by one until the connection breaks; gives the acknowledged ones."""
    acknowledged: list[str] = []
    for number in range(100_000):
        try:
            answer = client.post("/v1/items", json={"item_id": f"new-{number}"})
        except httpx.TransportError:
            return acknowledged
        assert answer.status_code == 200, answer.text
        acknowledged.append(f"new-{number}")
    raise AssertionError("the API outlived 100,000 writes")


def test_what_was_acknowledged_survives_a_killed_api(
    postgres_url: str, small_bundle: Path, triton_factory: TritonFactory, tmp_path: Path
) -> None:
    endpoint = str(triton_factory(small_bundle))
    add_generation(postgres_url, schema=SCHEMA, dimension=DIMENSION, endpoint=endpoint)
    port = free_ports(1)[0]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        with api(postgres_url, tmp_path, port) as process:
            Timer(1.0, process.send_signal, [signal.SIGKILL]).start()
            acknowledged = write_until_cut_off(client)
        assert acknowledged
        with api(postgres_url, tmp_path, port):
            for item_id in acknowledged:
                assert client.get(f"/v1/items/{item_id}").status_code == 200
            found = client.post("/v1/recommend", json={"positive": [acknowledged[-1]], "k": 5})
            assert len(found.json()["items"]) == 5
