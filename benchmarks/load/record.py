"""The log of a run: one JSON line a call, small enough to be kept of every one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.load.calls import Call, Outcome


@dataclass(frozen=True, kw_only=True)
class Record:
    """One call as it was logged."""

    kind: str
    at: float
    """When it was sent, seconds since the epoch."""
    seconds: float
    status: int
    generation: str | None
    faults: list[str]
    body: Mapping[str, object] | None = None
    """What was asked, where the answer is a page."""
    scores: list[tuple[str, float]] | None = None
    """Ids and scores of a page."""


def record_of(call: Call, outcome: Outcome, at: float) -> bytes:
    """The line of a call."""
    reply = outcome.reply
    line: dict[str, object] = {
        "kind": call.kind,
        "at": at,
        "seconds": reply.seconds,
        "status": reply.status,
        "generation": reply.generation,
        "faults": outcome.faults,
    }
    if reply.status == 200 and "items" in reply.document and call.body is not None:
        body = {key: value for key, value in call.body.items() if key != "cursor"}
        line["body"] = body
        line["scores"] = [(item["item_id"], item["score"]) for item in reply.document["items"]]
    return orjson.dumps(line) + b"\n"


def read_records(path: Path) -> list[Record]:
    """All calls of a run, in the order they ended."""
    return [Record(**orjson.loads(line)) for line in path.read_bytes().splitlines()]
