"""Fill a generation's vector table: `python -m serving.index --items DIR --generation g0001`.

1. The catalogue's items are written to `items`; what is there unchanged keeps its revision, what
   the last catalogue had and this one has not is deleted.
2. Every item without a current vector is embedded through the generation's Triton.
3. The HNSW index is built, its `ef_search` measured, the tables analysed.
4. The generation is marked `indexed`.

Killed at any moment and run again it ends in the same state: each step does what is missing, and
only the last one makes the generation fit to be promoted. Prints one line of JSON.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from psycopg import Connection
from psycopg import errors as pg

from catalog.items_file import ItemsFile
from catalog.readers.source import CatalogueError
from catalog.schema import Schema
from catalog.table import ITEMS, SCHEMA
from serving import vector_tables
from serving.bulk_embed import BulkConfig, BulkEmbedder, TritonBulkEmbedder
from serving.bulk_load import register
from serving.calibrate import calibrate
from serving.catalogue_sync import MAX_GONE_SHARE, Snapshot, sync_catalogue
from serving.catch_up import Embedded, check_failures, embed_missing, served
from serving.command_line import connect, database_url_from, run
from serving.errors import Conflict, InvalidRequest
from serving.generations import Generation, mark, read, wait_for_endpoint
from serving.locks import Lock, lock_session
from serving.migrate import check_migrated
from serving.tls import triton_ca_from
from serving.vector_tables import HnswConfig

LOCK_TIMEOUT_S = 60.0


@dataclass
class IndexReport:
    """What one run did; printed as JSON."""

    generation: str
    state: str = "published"
    num_items: int = 0
    """Items of the catalogue."""
    num_changed: int = 0
    """Those that were new or changed in the table `items`."""
    num_gone: int = 0
    """Items of the last catalogue that were deleted."""
    embedded: Embedded = field(default_factory=Embedded)
    num_refused: int = 0
    """All items that the encoder refuses, earlier runs included."""
    hnsw: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Note how long the block took."""
        started = time.perf_counter()
        yield
        self.seconds[phase] = round(time.perf_counter() - started, 3)

    def to_json(self) -> dict[str, object]:
        """The line that is printed."""
        return {
            "generation": self.generation,
            "state": self.state,
            "items": self.num_items,
            "changed": self.num_changed,
            "gone": self.num_gone,
            "embedded": self.embedded.num_embedded,
            "refused": self.num_refused,
            "failures": self.embedded.failures,
            "hnsw": self.hnsw,
            "seconds": self.seconds,
        }


def begin(connection: Connection, generation: str) -> Generation:
    """Lock a generation's index for this process, and see that it may be filled.

    Raises:
        Conflict: it is not published yet, or retired or refused.
        TimedOut: another process fills it.
    """
    found = read(connection, generation)
    number = Lock.INDEX + int(generation.removeprefix("g"))
    lock_session(connection, number, what=f"the index of {generation}", timeout_s=LOCK_TIMEOUT_S)
    # The server ends a statement whose client was killed, and with it gives up the lock.
    connection.execute("SET client_connection_check_interval = '2s'")
    if found.state not in ("published", "indexed"):
        raise Conflict(
            f"{generation} is {found.state}: expected a published generation; "
            "publish its bundle and compare it with PyTorch first"
        )
    return found


def write_catalogue(
    connection: Connection,
    catalogue: Snapshot,
    report: IndexReport,
    *,
    max_gone_share: float = MAX_GONE_SHARE,
) -> None:
    """Make the table `items` what the catalogue says; see `serving.catalogue_sync`.

    Raises:
        InvalidRequest: an id occurs twice.
        Conflict: too many items of the last catalogue are gone.
    """
    synced = sync_catalogue(connection, catalogue, max_gone_share=max_gone_share)
    report.num_items, report.num_changed = synced.num_items, synced.num_changed
    report.num_gone = synced.num_gone


def fill(
    connection: Connection,
    generation: Generation,
    embedder: BulkEmbedder,
    report: IndexReport,
    *,
    hnsw: HnswConfig,
    max_refused_share: float,
) -> None:
    """Embed what is missing, build the index, mark the generation indexed.

    Raises:
        InvalidRequest: the encoder refuses too many items; the generation stays as it is.
        Unavailable: Triton or the database does not answer; what was done is kept.
    """
    name = generation.generation
    register(connection)
    vector_tables.create(connection, name, served(generation).dimension)
    with report.timed("embed"):
        report.embedded = embed_missing(connection, name, embedder)
    report.num_refused = check_failures(connection, name, max_refused_share)
    with report.timed("index"):
        report.hnsw = _build(connection, name, hnsw)
        vector_tables.analyze(connection, name)
    if generation.state != "indexed":
        with report.timed("calibrate"):
            found = calibrate(connection, name)
        report.hnsw |= {"ef_search": found.ef_search, "recall": found.recall}
    report.state = mark(connection, name, "indexed")


def _build(connection: Connection, generation: str, config: HnswConfig) -> dict[str, object]:
    """Build the index; where shared memory is too small for parallel workers, without them."""
    workers = config.workers
    try:
        vector_tables.build_index(connection, generation, config)
    except pg.DiskFull:
        if workers == 0:
            raise
        print(
            f"too little shared memory for {workers} parallel workers; building the index of "
            f"{generation} without (give the server a larger /dev/shm)",
            file=sys.stderr,
        )
        workers = 0
        vector_tables.build_index(connection, generation, config.without_workers())
    return {"m": config.m, "ef_construction": config.ef_construction, "workers": workers}


def _check_schema(folder: Path, generation: Generation) -> None:
    """Refuse items of another schema than the generation's encoder knows."""
    ours, theirs = Schema.load(folder / SCHEMA), generation.schema
    if theirs is None or not ours.numbers_like(theirs):
        known = theirs.digest()[:12] if theirs else "none"
        raise InvalidRequest(
            f"schema: expected {known}, which {generation.generation} was trained on, got "
            f"{ours.digest()[:12]} in {folder}; index the items that it was trained on",
            field="schema",
        )


def main(arguments: list[str] | None = None) -> int:
    """Index from the command line; exit codes as in `serving.command_line`."""
    options = _parser().parse_args(arguments)

    def command() -> object:
        hnsw = HnswConfig(memory_mb=options.memory_mb, workers=options.workers)
        report = IndexReport(generation=options.generation)
        with connect(database_url_from(os.environ)) as connection:
            check_migrated(connection)
            generation = begin(connection, options.generation)
            write_folder(connection, options.items, generation, report, options.max_gone_share)
            wait_for_endpoint(connection, options.generation, options.wait_s)
            in_use = served(read(connection, options.generation))
            patience = BulkConfig(ca_file=triton_ca_from(os.environ))
            with TritonBulkEmbedder(in_use, patience) as embedder:
                fill(
                    connection,
                    generation,
                    embedder,
                    report,
                    hnsw=hnsw,
                    max_refused_share=options.max_refused_share,
                )
        return report.to_json()

    return run(command)


def write_folder(
    connection: Connection,
    folder: Path,
    generation: Generation,
    report: IndexReport,
    max_gone_share: float,
) -> None:
    """Write the catalogue of an items folder, which has to be of the generation's schema.

    Raises:
        InvalidRequest: it is no items folder, or of another schema.
        Conflict: too many items of the last catalogue are gone.
    """
    try:
        _check_schema(folder, generation)
        with report.timed("items"):
            write_catalogue(
                connection,
                ItemsFile(folder / ITEMS),
                report,
                max_gone_share=max_gone_share,
            )
    except (CatalogueError, ValueError) as error:
        raise InvalidRequest(str(error), field="items", got=str(folder)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m serving.index", description=__doc__)
    parser.add_argument("--items", type=Path, required=True, help="the folder that ingest wrote")
    parser.add_argument("--generation", required=True)
    parser.add_argument("--max-refused-share", type=float, default=0.01)
    parser.add_argument("--max-gone-share", type=float, default=MAX_GONE_SHARE)
    parser.add_argument("--wait-s", type=float, default=120.0, help="for Triton to run")
    parser.add_argument("--memory-mb", type=int, default=HnswConfig.memory_mb)
    parser.add_argument("--workers", type=int, default=HnswConfig.workers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
