"""schemathesis finds no 5xx, no undocumented answer and no way around the keys."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.access.config import AccessConfig
from serving.access.roles import Role
from serving.api.app import create_app
from serving.settings import Settings
from tests.serving.access.service import KEYS, PICTURE, keys_file
from tests.serving.conftest import shop_items
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use
from tests.serving.on_loopback import on_loopback

ROOT = Path(__file__).parents[2]
COMMAND = (
    str(Path(sys.executable).with_name("schemathesis")),
    *("--config-file", str(Path(__file__).with_name("schemathesis.toml")), "run"),
    *("--phases", "coverage,fuzzing,stateful", "--continue-on-failure"),
    *("--max-examples", "15", "--max-time", "30", "--seed", "3"),
)


@pytest.fixture
def url(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The API over in-memory parts, behind keys."""
    object.__setattr__(settings, "access", AccessConfig(keys_file=keys_file(tmp_path)))
    store = FakeStore(generation_in_use())
    store.items = {item.item_id: item for item in shop_items()}
    store.switch(generation_in_use())
    app = create_app(settings, store, FakeEmbedder(), FakeObjects({PICTURE: b"a picture"}))
    with on_loopback(app) as url:
        yield url


def test_schemathesis_finds_nothing(url: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [*COMMAND, f"{url}/openapi.json", "-H", f"Authorization: Bearer {KEYS[Role.WRITE]}"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.serving.schemathesis_hooks",
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Stateful" in ran.stdout
