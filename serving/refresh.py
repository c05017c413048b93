"""Bring the store to a new snapshot of the catalogue: `python -m serving.refresh --items DIR`.

1. Items that are new or changed since the last snapshot are written, those that are gone deleted.
2. What has no current vector of the generation in use is embedded; the HNSW index takes it in.

No training, no new generation: the items must be of the schema that the generation in use was
trained on (`python -m serving.generations schema` gives it to ingest). Killed at any moment and run
again it ends in the same state, that of a full run. Prints one line of JSON.
"""

import argparse
import os
import sys
from pathlib import Path

from psycopg import Connection

from serving import generations
from serving.bulk_embed import BulkConfig, BulkEmbedder, TritonBulkEmbedder
from serving.bulk_load import register
from serving.catalogue_sync import MAX_GONE_SHARE
from serving.catch_up import check_failures, embed_missing, served
from serving.command_line import connect, database_url_from, run
from serving.index import IndexReport, begin, write_folder
from serving.migrate import check_migrated
from serving.tls import triton_ca_from


def embed(
    connection: Connection, embedder: BulkEmbedder, report: IndexReport, max_refused_share: float
) -> None:
    """Embed what the generation of `report` has no current vector of.

    Raises:
        InvalidRequest: the encoder refuses too many items.
        Unavailable: Triton or the database does not answer; what was done is kept.
    """
    register(connection)
    with report.timed("embed"):
        report.embedded = embed_missing(connection, report.generation, embedder)
    report.num_refused = check_failures(connection, report.generation, max_refused_share)
    report.state = generations.read(connection, report.generation).state


def main(arguments: list[str] | None = None) -> int:
    """Refresh from the command line; exit codes as in `serving.command_line`."""
    options = _parser().parse_args(arguments)

    def command() -> object:
        with connect(database_url_from(os.environ)) as connection:
            check_migrated(connection)
            report = IndexReport(generation=generations.require_in_use(connection))
            found = begin(connection, report.generation)
            write_folder(connection, options.items, found, report, options.max_gone_share)
            generations.wait_for_endpoint(connection, report.generation, options.wait_s)
            in_use = served(generations.read(connection, report.generation))
            patience = BulkConfig(ca_file=triton_ca_from(os.environ))
            with TritonBulkEmbedder(in_use, patience) as embedder:
                embed(connection, embedder, report, options.max_refused_share)
        return report.to_json()

    return run(command)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m serving.refresh", description=__doc__)
    parser.add_argument("--items", type=Path, required=True, help="the folder that ingest wrote")
    parser.add_argument("--max-refused-share", type=float, default=0.01)
    parser.add_argument("--max-gone-share", type=float, default=MAX_GONE_SHARE)
    parser.add_argument("--wait-s", type=float, default=120.0, help="for Triton to run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
