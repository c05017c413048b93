"""Keys are exchanged on a real server under load, and no request fails."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from serving.access.config import AccessConfig
from serving.access.keys import entry_of, new_key
from serving.access.roles import Role
from serving.api.app import create_app
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use
from tests.serving.on_loopback import on_loopback

NUM_CLIENTS = 6
NUM_ROTATIONS = 5


def write_keys(path: Path, *keys: str) -> None:
    """Replace the file in one step."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"keys": [entry_of("shop", key, Role.READ) for key in keys]}))
    os.replace(new, path)


@dataclass
class Load:
    """Clients that ask without a pause, each with the key that is handed out at the moment."""

    url: str
    key: str
    statuses: list[int] = field(default_factory=list)
    in_use: dict[int, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def ask(self, number: int) -> None:
        with httpx.Client(base_url=self.url) as client:
            while not self.stop.is_set():
                key = self.in_use[number] = self.key
                headers = {"Authorization": f"Bearer {key}"}
                self.statuses.append(client.get("/v1/schema", headers=headers).status_code)

    def wait_for_all(self, key: str) -> None:
        """Return once every client asks with this key."""
        deadline = time.monotonic() + 30
        while set(self.in_use.values()) != {key} or len(self.in_use) < NUM_CLIENTS:
            assert time.monotonic() < deadline, "a client did not take the new key"
            time.sleep(0.01)


@pytest.fixture
def load(settings: Settings, tmp_path: Path) -> Iterator[Load]:
    """A server on loopback that knows one key, and its clients."""
    key = new_key()
    write_keys(tmp_path / "keys.json", key)
    object.__setattr__(settings, "access", AccessConfig(keys_file=tmp_path / "keys.json"))
    store = FakeStore(generation_in_use())
    with on_loopback(create_app(settings, store, FakeEmbedder(), FakeObjects())) as url:
        load = Load(url, key)
        threads = [threading.Thread(target=load.ask, args=(n,)) for n in range(NUM_CLIENTS)]
        for thread in threads:
            thread.start()
        yield load
        load.stop.set()
        for thread in threads:
            thread.join()


def test_keys_rotate_under_load_with_no_failed_request(load: Load, tmp_path: Path) -> None:
    file, first = tmp_path / "keys.json", load.key
    for _ in range(NUM_ROTATIONS):
        old, new = load.key, new_key()
        write_keys(file, old, new)
        load.key = new
        load.wait_for_all(new)
        write_keys(file, new)
    asked = len(load.statuses)
    load.stop.set()
    assert asked >= NUM_ROTATIONS * NUM_CLIENTS
    assert set(load.statuses) == {200}
    refused = httpx.get(f"{load.url}/metrics").text
    assert 'modiste_requests_rejected_total{reason="unauthenticated"} 0.0' in refused
    headers = {"Authorization": f"Bearer {first}"}
    assert httpx.get(f"{load.url}/v1/schema", headers=headers).status_code == 401
