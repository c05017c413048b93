"""A new snapshot of the catalogue: `python -m benchmarks.refresh_index`.

`python -m serving.index` indexes the sample catalogue whole, through the real Triton into the real
PostgreSQL, HNSW index included; then `python -m serving.refresh` brings in a snapshot with 1 % of
the items changed, new or gone. The ratio is the whole run's seconds over those of the refresh, both
from the items folder on and with the start of their processes. Then the snapshot is indexed whole
in a database of its own: both stores have to be equal.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.outcome import Outcome
from benchmarks.sample import sample_catalogue, write_items_dir
from benchmarks.servers import own_folder, postgres, triton
from benchmarks.untrained import GENERATION, write_untrained_bundle
from catalog.item import Item
from catalog.table import ItemsDir
from serving import generations
from serving.migrate import migrate
from serving.vector_tables import vector_table
from training.config import TrainConfig, default

TARGET = 20.0
"""A refresh of 1 % costs at most a twentieth of the whole run."""

COMMAND_TIMEOUT_S = 3_600.0


@dataclass(frozen=True, kw_only=True)
class RefreshIndexConfig:
    """How much is measured."""

    num_items: int = 20_000
    """Items of the catalogue."""
    changed_share: float = 0.01
    """Share of them that the next snapshot has changed, new or gone."""
    sizes: TrainConfig = field(default_factory=default)
    """Sizes of the models."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A command that was run."""

    seconds: float
    """From its start to its end."""
    phases: dict[str, float]
    """Seconds of its parts, as it tells them."""


def measure(config: RefreshIndexConfig) -> Outcome:
    """Index, refresh, and index the snapshot again for comparison."""
    catalogue = sample_catalogue(config.num_items)
    snapshot = next_snapshot(catalogue, config.changed_share)
    with own_folder() as folder:
        bundle = write_untrained_bundle(catalogue, folder, config.sizes)
        first, second = folder / "items", write_items_dir(snapshot, folder / "snapshot")
        with triton(folder, bundle) as endpoint, postgres(folder) as url:
            _publish(url, catalogue, endpoint, config)
            whole = _index(url, first)
            _put_in_use(url)
            refresh = _command(url, "serving.refresh", "--items", second)
            other = _database(url, "other")
            _publish(other, snapshot, endpoint, config)
            _index(other, second)
            is_equal = _stored(url) == _stored(other)
    ratio = whole.seconds / refresh.seconds
    return Outcome(
        benchmark="refresh_index",
        ratio=ratio,
        target=TARGET,
        met=ratio >= TARGET and is_equal,
        figures={
            "whole_s": whole.seconds,
            "whole_phases_s": whole.phases,
            "refresh_s": refresh.seconds,
            "refresh_phases_s": refresh.phases,
            "cost_share": refresh.seconds / whole.seconds,
            "items": config.num_items,
            "changed_share": config.changed_share,
            "stores_are_equal": is_equal,
        },
    )


def next_snapshot(catalogue: ItemsDir, share: float) -> ItemsDir:
    """The catalogue with a share of its items changed, a tenth of that new, and a tenth gone."""
    num_touched = max(3, round(len(catalogue.items) * share))
    num_new = num_gone = max(1, num_touched // 10)
    num_changed = num_touched - num_new - num_gone
    step = len(catalogue.items) // (num_changed + num_gone)
    touched = range(0, step * (num_changed + num_gone), step)
    gone, changed = set(touched[:num_gone]), set(touched[num_gone:])
    items = [
        _changed(item) if number in changed else item
        for number, item in enumerate(catalogue.items)
        if number not in gone
    ]
    new = [
        replace(item, item_id=f"new-{number}")
        for number, item in enumerate(catalogue.items[:num_new])
    ]
    return replace(catalogue, items=[*items, *new])


def _changed(item: Item) -> Item:
    price = item.metadata.get("price")
    cheaper = price - 1000 if isinstance(price, int) else 1000
    return replace(item, metadata={**item.metadata, "price": cheaper})


def _publish(url: str, catalogue: ItemsDir, endpoint: str, config: RefreshIndexConfig) -> None:
    """Migrate a database and publish the generation there."""
    with psycopg.connect(url, autocommit=True) as connection:
        migrate(connection)
        generations.allocate(connection, "benchmark")
        manifest = {"generation": GENERATION, "dimension": config.sizes.embedding_dim, "files": {}}
        generations.stage(connection, GENERATION, "s3://benchmark", manifest, catalogue.schema)
        generations.mark(connection, GENERATION, "published")
        generations.set_endpoint(connection, GENERATION, endpoint)


def _put_in_use(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO generation_in_use (generation) VALUES (%s)", [GENERATION])


def _database(url: str, name: str) -> str:
    """The address of another, empty database of the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def _index(url: str, items: Path) -> Run:
    return _command(url, "serving.index", "--items", items, "--generation", GENERATION)


def _command(url: str, module: str, *arguments: str | Path) -> Run:
    """Run one of our commands as a process of its own."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {**os.environ, "MODISTE_DATABASE_URL": url}
    started = time.perf_counter()
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, check=True, timeout=COMMAND_TIMEOUT_S
    )
    seconds = time.perf_counter() - started
    return Run(seconds=seconds, phases=json.loads(done.stdout)["seconds"])


def _stored(url: str) -> list[tuple[object, ...]]:
    """Items and vectors as searches see them."""
    statement = sql.SQL(
        "SELECT i.item_id, i.clothes, i.reinforced, i.metadata, i.image, i.variant_group,"
        " i.search_text::text, v.embedding::text"
        " FROM items i JOIN {vectors} v USING (item_id, revision) ORDER BY i.item_id"
    )
    with psycopg.connect(url) as connection:
        return connection.execute(statement.format(vectors=vector_table(GENERATION))).fetchall()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refresh_index", description=__doc__)
    parser.add_argument("--items", type=int, default=RefreshIndexConfig.num_items)
    options = parser.parse_args(arguments)
    print(measure(RefreshIndexConfig(num_items=options.items)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
