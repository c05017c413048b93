"""A new snapshot of the catalogue: `python -m benchmarks.refresh_index`.

The sample catalogue is indexed whole, through the real Triton into the real PostgreSQL, HNSW index
included; then a snapshot with 1 % of the items changed, new or gone is brought in as
`serving.refresh` does it. The ratio is the whole run's seconds over those of the refresh, both
from the items folder on. Then the snapshot is indexed whole in a database of its own: both stores
have to be equal.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import Connection, sql

from benchmarks.outcome import Outcome
from benchmarks.sample import sample_catalogue, write_items_dir
from benchmarks.servers import own_folder, postgres, triton
from benchmarks.untrained import GENERATION, write_untrained_bundle
from catalog.item import Item
from catalog.table import ItemsDir
from serving import generations
from serving.bulk_embed import TritonBulkEmbedder
from serving.catch_up import served
from serving.generations import read
from serving.index import IndexReport, begin, fill, write_folder
from serving.migrate import migrate
from serving.refresh import embed
from serving.vector_tables import HnswConfig, vector_table
from training.config import TrainConfig, default

TARGET = 20.0
"""A refresh of 1 % costs at most a twentieth of the whole run."""


@dataclass(frozen=True, kw_only=True)
class RefreshIndexConfig:
    """How much is measured."""

    num_items: int = 20_000
    """Items of the catalogue."""
    changed_share: float = 0.01
    """Share of them that the next snapshot has changed, new or gone."""
    sizes: TrainConfig = field(default_factory=default)
    """Sizes of the models."""


def measure(config: RefreshIndexConfig) -> Outcome:
    """Index, refresh, and index the snapshot again for comparison."""
    catalogue = sample_catalogue(config.num_items)
    snapshot = next_snapshot(catalogue, config.changed_share)
    with own_folder() as folder:
        bundle = write_untrained_bundle(catalogue, folder, config.sizes)
        first, second = folder / "items", write_items_dir(snapshot, folder / "snapshot")
        with triton(folder, bundle) as endpoint, postgres(folder) as url:
            with _generation(url, catalogue, endpoint, config) as connection:
                whole_s = _timed(lambda: _index(connection, first))
                refresh_s = _timed(lambda: _refresh(connection, second))
                refreshed = _stored(connection)
            other = _database(url, "other")
            with _generation(other, snapshot, endpoint, config) as connection:
                _index(connection, second)
                is_equal = _stored(connection) == refreshed
    ratio = whole_s / refresh_s
    return Outcome(
        benchmark="refresh_index",
        ratio=ratio,
        target=TARGET,
        met=ratio >= TARGET and is_equal,
        figures={
            "whole_s": whole_s,
            "refresh_s": refresh_s,
            "cost_share": refresh_s / whole_s,
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


def _generation(
    url: str, catalogue: ItemsDir, endpoint: str, config: RefreshIndexConfig
) -> Connection:
    """A connection to a migrated database with the generation published there."""
    connection = psycopg.connect(url, autocommit=True)
    migrate(connection)
    generations.allocate(connection, "benchmark")
    manifest = {"generation": GENERATION, "dimension": config.sizes.embedding_dim, "files": {}}
    generations.stage(connection, GENERATION, "s3://benchmark", manifest, catalogue.schema)
    generations.mark(connection, GENERATION, "published")
    generations.set_endpoint(connection, GENERATION, endpoint)
    return connection


def _database(url: str, name: str) -> str:
    """The address of another, empty database of the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def _index(connection: Connection, items: Path) -> None:
    """What `python -m serving.index` does."""
    report = IndexReport(generation=GENERATION)
    found = begin(connection, GENERATION)
    write_folder(connection, items, found, report, 1.0)
    with TritonBulkEmbedder(served(read(connection, GENERATION))) as embedder:
        fill(connection, found, embedder, report, hnsw=HnswConfig(), max_refused_share=0.0)


def _refresh(connection: Connection, items: Path) -> None:
    """What `python -m serving.refresh` does."""
    report = IndexReport(generation=GENERATION)
    found = begin(connection, GENERATION)
    write_folder(connection, items, found, report, 1.0)
    with TritonBulkEmbedder(served(read(connection, GENERATION))) as embedder:
        embed(connection, embedder, report, 0.0)


def _stored(connection: Connection) -> list[tuple[object, ...]]:
    """Items and vectors as searches see them."""
    statement = sql.SQL(
        "SELECT i.item_id, i.clothes, i.reinforced, i.metadata, i.image, i.variant_group,"
        " i.search_text::text, v.embedding::text"
        " FROM items i JOIN {vectors} v USING (item_id, revision) ORDER BY i.item_id"
    )
    return connection.execute(statement.format(vectors=vector_table(GENERATION))).fetchall()


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refresh_index", description=__doc__)
    parser.add_argument("--items", type=int, default=RefreshIndexConfig.num_items)
    options = parser.parse_args(arguments)
    print(measure(RefreshIndexConfig(num_items=options.items)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
