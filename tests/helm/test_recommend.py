"""What `helm test` runs makes a recommendation over real HTTP, and says why where it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from k8s.renderings import CHART, Chart
from k8s.tools import ROOT
from serving.access.config import AccessConfig
from serving.access.keys import entry_of, new_key
from serving.access.roles import Role
from serving.api.app import create_app
from serving.protocols import EmbeddingFailure
from serving.settings import Settings
from tests.serving.conftest import shop_items
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use
from tests.serving.on_loopback import on_loopback

SCRIPT = ROOT / CHART / "files" / "recommend.py"


def run(url: str, key: str = "") -> "subprocess.CompletedProcess[str]":
    """The script as the chart's Pod runs it."""
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.read_text(encoding="utf-8")],
        env={"MODISTE_URL": url, "MODISTE_API_KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
    )


async def filled_store() -> FakeStore:
    """A store that holds the shop's items."""
    generation = generation_in_use()
    store, items = FakeStore(generation), shop_items()
    made = await FakeEmbedder().embed(items, generation)
    vectors = [vector for vector in made if not isinstance(vector, EmbeddingFailure)]
    await store.upsert(items, vectors, generation.generation)
    return store


def settings(tmp_path: Path, key: str) -> Settings:
    """Settings that let this key read."""
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [entry_of("helm-test", key, Role.READ)]}))
    return Settings(
        database_url="postgresql://nowhere",
        objects_uri="file:///nowhere",
        access=AccessConfig(keys_file=file),
    )


async def test_it_recommends_with_a_key(tmp_path: Path) -> None:
    key = new_key()
    app = create_app(settings(tmp_path, key), await filled_store(), FakeEmbedder(), FakeObjects())
    with on_loopback(app) as url:
        done = run(url, key)

    assert done.stderr == ""
    assert done.stdout.startswith("generation g0001: sku-0 is like sku-")
    assert done.returncode == 0


def test_it_fails_without_a_key_and_says_so(tmp_path: Path) -> None:
    store = FakeStore(generation_in_use())
    app = create_app(settings(tmp_path, new_key()), store, FakeEmbedder(), FakeObjects())
    with on_loopback(app) as url:
        done = run(url)

    assert done.returncode == 1
    assert f"{url}/v1/items?limit=1: 401 " in done.stderr


def test_it_fails_where_there_is_no_item_yet_with_the_remedy(tmp_path: Path) -> None:
    key = new_key()
    store = FakeStore(generation_in_use())
    app = create_app(settings(tmp_path, key), store, FakeEmbedder(), FakeObjects())
    with on_loopback(app) as url:
        done = run(url, key)

    assert done.returncode == 1
    assert "run the pipeline train_and_deploy" in done.stderr


def test_it_fails_where_nobody_listens() -> None:
    done = run("http://127.0.0.1:1")

    assert done.returncode == 1
    assert "http://127.0.0.1:1: " in done.stderr


def test_the_pod_runs_the_script_with_the_key_by_reference() -> None:
    documents = yaml.safe_load_all(Chart(name="helm").render(ROOT))
    (pod,) = [one for one in documents if one and one["kind"] == "Pod"]
    (container,) = pod["spec"]["containers"]

    assert container["command"] == ["python", "-c"]
    assert container["args"][0].strip() == SCRIPT.read_text(encoding="utf-8").strip()
    assert container["env"][1] == {
        "name": "MODISTE_API_KEY",
        "valueFrom": {"secretKeyRef": {"name": "modiste-test-key", "key": "key"}},
    }
