"""`python -m serving.transformer` as a process, and kserve's side of a test in another.

kserve's clients run apart from the tests, as they would: importing it reads the command line, and a
client of one event loop stays with it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local.ports import HOST, free_ports

ROOT = Path(__file__).parents[3]
MODEL = "item_embedding"


@dataclass(frozen=True, kw_only=True)
class Transformer:
    """A running transformer."""

    url: str
    grpc: str
    """`host:port`."""
    process: "subprocess.Popen[bytes]"
    log: Path

    def v1(self, body: object, **options: Any) -> httpx.Response:
        """POST a body to V1's predict."""
        return httpx.post(f"{self.url}/v1/models/{MODEL}:predict", json=body, **options)

    def v2(self, body: object, **options: Any) -> httpx.Response:
        """POST a body to V2's infer."""
        return httpx.post(f"{self.url}/v2/models/{MODEL}/infer", json=body, **options)

    def is_ready(self) -> bool:
        """Whether Kubernetes' probe would say so."""
        return httpx.get(f"{self.url}/v2/health/ready").status_code == 200

    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def texts_v2(texts: list[str], shape: list[int] | None = None) -> dict[str, Any]:
    """The JSON of a V2 request."""
    tensor = {"name": "item", "datatype": "BYTES", "shape": shape or [len(texts), 1]}
    return {"inputs": [{**tensor, "data": texts}]}


@contextmanager
def transforming(
    predictor: str, log: Path, *options: str, drain_s: int = 0
) -> Iterator[Transformer]:
    """The process, once both of its servers answer."""
    http_port, grpc_port = free_ports(2)
    arguments = ["--model_name", MODEL, "--predictor_host", predictor]
    ports = ["--http_port", str(http_port), f"--grpc_port={grpc_port}"]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "serving.transformer", *arguments, *ports, *options],
            cwd=ROOT,
            env={**kept, "MODISTE_DRAIN_S": str(drain_s)},
            stdout=written,
            stderr=written,
        )
    url = f"http://{HOST}:{http_port}"
    try:
        _wait(process, url, log)
        yield Transformer(url=url, grpc=f"{HOST}:{grpc_port}", process=process, log=log)
    finally:
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + 90
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "it did not answer"
        try:
            httpx.get(f"{url}/v2/health/live")
            return
        except httpx.TransportError:
            time.sleep(0.05)


class KServeSide:
    """The process of `kserve_side.py`: one line of JSON in, one out."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.serving.transformer.kserve_side"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, **arguments: object) -> Any:
        """The answer of one of its functions."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([what, arguments]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
