"""Real servers for the length of a block, each in a folder of its own."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.api import Api
from local.part import running
from local.ports import free_ports
from local.postgres import Postgres, PostgresConfig
from local.processes import kill_all
from local.seaweedfs import Seaweed, SeaweedConfig
from local.stack import StackConfig
from local.triton import PORTS, Triton, TritonConfig

TIMEOUT_S = 120.0
"""For a server to answer."""


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for servers and files; both are gone after the block."""
    with tempfile.TemporaryDirectory(prefix="modiste-benchmark-") as name:
        # PostgreSQL may run as an account without rights, which has to get in.
        folder = Path(name).resolve()
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            kill_all(folder)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """PostgreSQL with the vector extension; the address of an empty database."""
    [port] = free_ports(1)
    config = PostgresConfig(stack=folder, port=port, password=secrets.token_urlsafe(16))
    server = Postgres(config)
    with running(server, TIMEOUT_S):
        yield server.url()


@contextmanager
def s3(folder: Path) -> Iterator[None]:
    """SeaweedFS, with the AWS_* variables that lead to it in this process's environment."""
    server = Seaweed(SeaweedConfig.alone(folder))
    before = dict(os.environ)
    with running(server, TIMEOUT_S):
        os.environ.update(server.environment())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def triton(folder: Path, bundle: Path) -> Iterator[str]:
    """Triton on a bundle; `host:port` of its gRPC."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    server = Triton(TritonConfig(name="triton", stack=folder, bundle=bundle, ports=ports))
    with running(server, TIMEOUT_S):
        yield server.endpoint


@contextmanager
def api(folder: Path, database_url: str) -> Iterator[int]:
    """The HTTP API on a database; its port on loopback."""
    [port] = free_ports(1)
    config = StackConfig(folder=folder, catalogue=folder, port=port)
    environment = {"MODISTE_DATABASE_URL": database_url, "MODISTE_OBJECTS": folder.as_uri()}
    with running(Api(config, environment), TIMEOUT_S):
        yield port
