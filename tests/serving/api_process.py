"""`python -m serving.main` as a process, for tests of what only a process can show."""

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.ports import free_ports

ROOT = Path(__file__).parents[2]
NOWHERE = {
    "MODISTE_DATABASE_URL": "postgresql://modiste:secret@127.0.0.1:1/modiste",
    "MODISTE_OBJECTS": "file:///tmp",
}


def command(environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    """The process; it ends with its pipe to us at the latest."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "serving.main"],
        cwd=ROOT,
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(
    environment: Mapping[str, str], verify: ssl.SSLContext | None = None
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process, once it answers, and its address: of https if it is told whom to trust."""
    port = free_ports(1)[0]
    process = command({**environment, "MODISTE_PORT": str(port)})
    url = f"{'https' if verify else 'http'}://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline, "it did not answer"
            try:
                httpx.get(f"{url}/healthz", verify=verify or True)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield process, url
    finally:
        process.kill()
        process.communicate()
