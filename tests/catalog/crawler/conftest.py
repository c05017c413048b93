"""A shop on loopback, and the command line that crawls it in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.crawler.loopback_shop import LoopbackShop

ROOT = Path(__file__).parents[3]
CONTACT = "crawl@modiste.example"


def command(*arguments: object) -> list[str]:
    """The command line of a crawl that may ask loopback."""
    fixed = ["--contact", CONTACT, "--allow-private", "127.0.0.1"]
    return [sys.executable, "-m", "catalog", "crawl", *map(str, arguments), *fixed]


def environment() -> dict[str, str]:
    """As a shell has it, from anywhere; a proxy that is not there would be noticed."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "http_proxy": "http://127.0.0.1:9"}


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """What a crawl printed and wrote."""

    code: int
    error: str
    out: Path

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text("utf-8").splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        path = self.out.with_name(f"{self.out.name}.crawl") / "crawl.json"
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found


def crawl(out: Path, *arguments: object) -> Crawled:
    """Crawl to the end."""
    done = subprocess.run(
        command(*arguments, "--out", out),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=120,
        check=False,
    )
    return Crawled(code=done.returncode, error=done.stderr, out=out)


@pytest.fixture
def shop() -> Iterator[LoopbackShop]:
    with LoopbackShop().running() as shop:
        yield shop
