"""A pipeline's laptop, on the session's servers: a database, objects, a supervisor."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from pgvector.psycopg import register_vector

from catalog.bundle import list_files
from catalog.bundle_store import download
from catalog.objects import open_objects
from local.generations import Reconciler
from local.ports import PortBook
from local.watch import RestartPolicy, State
from pipelines.run_local import ROOT
from serving import generations
from serving.migrate import migrate

TICK_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Laptop:
    """Where the parts of one laptop are."""

    url: str
    """Of the database."""
    objects: str
    """Address of the object store."""
    work: Path
    """Work folder of the pipeline."""

    def environment(self) -> dict[str, str]:
        """The environment of a pipeline on it."""
        return {
            **os.environ,
            "MODISTE_DATABASE_URL": self.url,
            "MODISTE_OBJECTS": self.objects,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, catalogue: Path, *options: str) -> "subprocess.Popen[str]":
        """Start the pipeline in a process group of its own."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "pipelines.run_local", "--catalogue", str(catalogue)),
                *("--work", str(self.work), "--run", "smoke", *options),
            ],
            cwd=ROOT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def state(self) -> dict[str, Any]:
        """All that a finished pipeline leaves for others to see, comparable between laptops."""
        objects = open_objects(self.objects)
        with psycopg.connect(self.url, autocommit=True) as connection:
            register_vector(connection)
            rows = connection.execute(
                "SELECT generation, fingerprint, state, dimension FROM generations"
                " ORDER BY generation"
            ).fetchall()
            in_use = connection.execute("SELECT generation FROM generation_in_use").fetchall()
            vectors = connection.execute(
                "SELECT v.item_id, v.embedding FROM vectors_g0001 v JOIN items i"
                " ON i.item_id = v.item_id AND i.revision = v.revision ORDER BY v.item_id"
            ).fetchall()
            indexes = connection.execute(
                "SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
                " JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'hnsw' AND x.indisvalid"
            ).fetchall()
        return {
            "generations": rows,
            "in_use": in_use,
            "vectors": {item_id: embedding.to_list() for item_id, embedding in vectors},
            "hnsw": indexes,
            "objects": sorted(objects.list()),
        }

    def in_use(self) -> str | None:
        """The generation that answers."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return generations.in_use(connection)

    def bundle_files(self, folder: Path) -> list[str]:
        """Fetch the published bundle of g0001, every digest checked; returns its files."""
        download(open_objects(self.objects), "models/item_embedding/g0001/", folder)
        return list_files(folder)

    def metrics(self) -> dict[str, Any]:
        """The metrics.json of g0001."""
        content = open_objects(self.objects).get("reports/g0001/metrics.json")
        metrics: dict[str, Any] = json.loads(content)
        return metrics


@contextmanager
def laptop(url: str, objects: str, folder: Path) -> Iterator[Laptop]:
    """A laptop whose supervisor starts a Triton for every generation that is to have one.

    Args:
        url: address of an empty database.
        objects: address of an empty object store.
        folder: for the stack's and the pipeline's files; must belong to the session's stack, so
            that its processes end with that.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        migrate(connection)
    reconciler = Reconciler(
        url=url,
        objects=open_objects(objects),
        stack=folder,
        ports=PortBook(folder / "ports.json"),
        policy=RestartPolicy(),
    )
    is_over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(reconciler, is_over))
    watcher.start()
    try:
        yield Laptop(url=url, objects=objects, work=folder / "runs")
    finally:
        is_over.set()
        watcher.join()


def _watch(reconciler: Reconciler, is_over: threading.Event) -> None:
    while not is_over.wait(TICK_S):
        for watched in reconciler.watched.values():
            watched.tick(time.monotonic())
        reconciler.tick(time.monotonic())
    reconciler.disconnect()
    while not all(watched.state is State.STOPPED for watched in reconciler.watched.values()):
        for watched in reconciler.watched.values():
            watched.stop(time.monotonic())
            watched.tick(time.monotonic())
        time.sleep(0.05)
