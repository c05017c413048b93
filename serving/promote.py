"""Put a generation in use, or not: `python -m serving.promote --generation g0002 --metrics FILE`.

1. The gate compares its metrics with those of the generation in use (`serving.gate`). Worse beyond
   the margin: it is refused for good, with its reasons, and nothing else changes.
2. Items written since it was indexed are embedded (`serving.switch`).
3. One transaction switches. The one before is kept, with its vectors, for a rollback; those older
   are retired and their vectors dropped.

`--rollback` goes back to the one before (or to `--generation`, while it is still indexed) with the
same care and no gate. Prints one line of JSON with `promoted`; a refusal is a decision too: exit
code 0.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from psycopg import Connection
from psycopg.types.json import Jsonb

from serving import switch
from serving.bulk_embed import BulkConfig, BulkEmbedder, TritonBulkEmbedder
from serving.bulk_load import register
from serving.catch_up import embed_missing, served
from serving.command_line import connect, database_url_from, run
from serving.errors import Conflict, InvalidRequest
from serving.gate import MARGIN, judge
from serving.generations import in_use, mark, previous, read
from serving.locks import Lock, lock_session
from serving.migrate import check_migrated
from serving.protocols import GenerationInUse
from serving.tls import triton_ca_from

LOCK_TIMEOUT_S = 120.0
MAX_REFUSED_SHARE = 0.01

Decision = dict[str, object]
OpenEmbedder = Callable[[GenerationInUse], AbstractContextManager[BulkEmbedder]]


class Promotion:
    """Decides and switches, on one connection, one process at a time."""

    def __init__(
        self,
        connection: Connection,
        open_embedder: OpenEmbedder = TritonBulkEmbedder,
        *,
        max_refused_share: float = MAX_REFUSED_SHARE,
    ) -> None:
        """Wait until no other process promotes.

        Raises:
            TimedOut: another one does for longer than `LOCK_TIMEOUT_S`.
        """
        self._connection = connection
        self._open_embedder = open_embedder
        self._max_refused_share = max_refused_share
        lock_session(connection, Lock.PROMOTE, what="promotion", timeout_s=LOCK_TIMEOUT_S)
        register(connection)

    def promote(
        self, generation: str, metrics: Mapping[str, object], margin: float = MARGIN
    ) -> Decision:
        """Judge a generation and, unless it is worse, put it in use. Can be run again.

        Raises:
            Conflict: it is not indexed, or items are written too fast (see `switch_to`).
            InvalidRequest: metrics or margin cannot be used (see `judge`).
            UnknownGeneration: there is none with this id.
            Unavailable: Triton or the database does not answer; the generation in use stays.
        """
        found, current = read(self._connection, generation), in_use(self._connection)
        if found.state == "refused":
            return self._refused(generation, current, [found.reason or "refused before"], {})
        self._check_indexed(generation)
        if generation == current:
            return self._switched(generation, {})
        against = read(self._connection, current).metrics if current else None
        verdict = judge(metrics, against, margin)
        details: Decision = {
            "margin": margin,
            "compared": verdict.compared,
            "left_out": list(verdict.left_out),
        }
        self._keep_metrics(generation, metrics)
        if verdict.reasons:
            return self._refused(generation, current, list(verdict.reasons), details)
        return self._switched(generation, details)

    def rollback(self, generation: str | None = None) -> Decision:
        """Go back to the generation before, or to an indexed one by name; no gate is asked.

        Raises:
            Conflict: there is none before, or it is not indexed any more.
        """
        target = generation or self._previous()
        self._check_indexed(target)
        return self._switched(target, {"rollback": True}, retires=False)

    def _switched(self, generation: str, details: Decision, *, retires: bool = True) -> Decision:
        connection = self._connection
        before = in_use(connection)
        with self._open_embedder(served(read(connection, generation))) as embedder:
            done = switch.switch_to(connection, generation, embedder, self._max_refused_share)
        retired = switch.retire_older(connection) if retires else []
        return {
            "generation": generation,
            "promoted": True,
            "reasons": [],
            "in_use": generation,
            "before": before,
            "caught_up": asdict(done),
            "retired": retired,
            "tables_to_drop": switch.drop_tables(connection),
            **details,
        }

    def _refused(
        self, generation: str, current: str | None, reasons: list[str], details: Decision
    ) -> Decision:
        connection = self._connection
        # The one kept for a rollback stays: it was in use, and nothing about it changed.
        if generation != self._previous_or_none():
            mark(connection, generation, "refused", "; ".join(reasons))
        if current is not None:
            # The catalogue's changes were written for the new generation: the one that stays in
            # use must find them too.
            with self._open_embedder(served(read(connection, current))) as embedder:
                embed_missing(connection, current, embedder)
        return {
            "generation": generation,
            "promoted": False,
            "reasons": reasons,
            "in_use": current,
            "tables_to_drop": switch.drop_tables(connection),
            **details,
        }

    def _check_indexed(self, generation: str) -> None:
        state = read(self._connection, generation).state
        if state != "indexed":
            raise Conflict(
                f"{generation} is {state}: expected an indexed generation; "
                f"run python -m serving.index --generation {generation} first"
            )

    def _keep_metrics(self, generation: str, metrics: Mapping[str, object]) -> None:
        self._connection.execute(
            "UPDATE generations SET metrics = %s, updated_at = now() WHERE generation = %s",
            [Jsonb(metrics), generation],
        )

    def _previous(self) -> str:
        previous = self._previous_or_none()
        if previous is None:
            raise Conflict("rollback: expected a generation before the one in use, got none")
        return previous

    def _previous_or_none(self) -> str | None:
        return previous(self._connection)


def main(arguments: list[str] | None = None) -> int:
    """Promote from the command line; exit codes as in `serving.command_line`."""
    parser = argparse.ArgumentParser(prog="python -m serving.promote", description=__doc__)
    parser.add_argument("--generation")
    parser.add_argument("--metrics", type=Path, help="metrics.json of its evaluation")
    parser.add_argument("--margin", type=float, default=MARGIN)
    parser.add_argument("--rollback", action="store_true")
    options = parser.parse_args(arguments)
    if not options.rollback and not (options.generation and options.metrics):
        parser.error("give --generation and --metrics, or --rollback")

    def command() -> object:
        metrics = {} if options.rollback else _metrics(options.metrics)
        with connect(database_url_from(os.environ)) as connection:
            check_migrated(connection)
            patience = BulkConfig(ca_file=triton_ca_from(os.environ))
            promotion = Promotion(connection, partial(TritonBulkEmbedder, config=patience))
            if options.rollback:
                return promotion.rollback(options.generation)
            return promotion.promote(options.generation, metrics, options.margin)

    return run(command)


def _metrics(path: Path) -> Mapping[str, object]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            f"{path}: expected JSON in UTF-8, got {error}", field="metrics"
        ) from error
    if not isinstance(document, dict):
        raise InvalidRequest(f"{path}: expected an object, got {document!r:.80}", field="metrics")
    return document


if __name__ == "__main__":
    sys.exit(main())
