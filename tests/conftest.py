"""Real PostgreSQL, S3 and Triton for every test that asks for them.

Each server is started once a session, on ports and in a folder of its own, and dies with the
session even where that is killed. A test gets a database or a bucket of its own.
"""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from catalog.objects import ObjectStore, open_objects
from local.ports import HOST, free_ports
from local.processes import kill_all
from serving.triton_stubs import tritonclient_stubs

# Before any test imports tritonclient by itself: tests of components import kserve beside it.
tritonclient_stubs()


class TritonAddress(str):
    """A Triton's gRPC address, `host:port`, with the other addresses beside it."""

    http: str
    """`host:port` of HTTP."""
    metrics: str
    """`host:port` of the metrics."""
    pid: int
    """Its process id."""


class TritonFactory(Protocol):
    """Starts Triton on bundles."""

    def __call__(self, bundle_dir: Path) -> TritonAddress:
        """Serve a bundle until the session ends; the same folder is served once."""


@pytest.fixture(scope="session")
def stack_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Data folder of the session's servers; whatever is left of them is killed at the end."""
    # With a space, as a checkout's path may have one.
    folder = tmp_path_factory.mktemp("a stack")
    yield folder
    left = kill_all(folder)
    assert not left, f"processes {left} outlived their fixtures"


@pytest.fixture(scope="session")
def postgres_server(stack_dir: Path) -> Iterator[str]:
    """A PostgreSQL 18 with pgvector; the address of its database `postgres`."""
    from local.part import running
    from local.postgres import Postgres, PostgresConfig

    config = PostgresConfig(
        stack=stack_dir, port=free_ports(1)[0], password=secrets.token_urlsafe(16)
    )
    server = Postgres(config)
    with running(server):
        yield server.url("postgres")


_databases = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Address of an empty database with the vector extension, gone after the test."""
    import psycopg
    from psycopg import sql

    from local.postgres import ensure_database

    name = f"test_{next(_databases)}"
    ensure_database(postgres_server, name)
    yield postgres_server.removesuffix("/postgres") + f"/{name}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def s3_environment(stack_dir: Path) -> Iterator[dict[str, str]]:
    """A SeaweedFS; the AWS_* variables that lead to it, set for the session as well."""
    from local.part import running
    from local.seaweedfs import Seaweed, SeaweedConfig

    server = Seaweed(SeaweedConfig.alone(stack_dir))
    with running(server), pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        yield server.environment()


_buckets = itertools.count(1)


@pytest.fixture
def s3_uri(s3_environment: dict[str, str]) -> Iterator[str]:
    """`s3://` address of an empty bucket, gone after the test."""
    from local.seaweedfs import remove_bucket

    bucket = f"test-{next(_buckets)}"
    open_objects(f"s3://{bucket}", create=True)
    yield f"s3://{bucket}"
    remove_bucket(s3_environment, bucket)


@pytest.fixture
def s3_objects(s3_uri: str) -> ObjectStore:
    """An ObjectStore on an empty bucket, gone after the test."""
    return open_objects(s3_uri)


@pytest.fixture(scope="session")
def triton_factory(stack_dir: Path) -> Iterator[TritonFactory]:
    """Starts Triton on a bundle's folder; all of them end with the session."""
    from local.part import running
    from local.triton import PORTS, Triton, TritonConfig

    started: dict[Path, TritonAddress] = {}
    with ExitStack() as servers:

        def start(bundle_dir: Path) -> TritonAddress:
            bundle = bundle_dir.resolve()
            if bundle not in started:
                started[bundle] = serve(bundle)
            return started[bundle]

        def serve(bundle: Path) -> TritonAddress:
            config = TritonConfig(
                name=f"triton-{len(started) + 1}",
                stack=stack_dir,
                bundle=bundle,
                ports=dict(zip(PORTS, free_ports(len(PORTS)), strict=True)),
                is_sealed=(bundle / "manifest.json").exists(),
            )
            server = Triton(config)
            pid = servers.enter_context(running(server))
            address = TritonAddress(server.endpoint)
            address.http = f"{HOST}:{config.ports['http']}"
            address.metrics = f"{HOST}:{config.ports['metrics']}"
            address.pid = pid
            return address

        yield start


@dataclass(frozen=True, kw_only=True)
class SmallModel:
    """A small model from end to end: the folders of its items, its training run, its bundle."""

    items: Path
    run: Path
    bundle: Path


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> SmallModel:
    """The real models, small, with random weights, exported once a session; not to be changed."""
    from tests.training.small_run import run_export, small_items, write_items_dir, write_run

    folder = tmp_path_factory.mktemp("small-model")
    model = SmallModel(
        items=write_items_dir(folder / "items", small_items()),
        run=write_run(folder / "run"),
        bundle=folder / "bundle",
    )
    run_export(items=model.items, run=model.run, bundle=model.bundle)
    return model
