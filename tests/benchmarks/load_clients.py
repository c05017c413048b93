"""Clients of `benchmarks.load` without locust: one coroutine each, over any httpx client."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import orjson

from benchmarks.load.calls import Call, Reply, Script
from benchmarks.load.record import Record, record_of
from benchmarks.load.shopper import outcome_of

Alter = Callable[[Call, Any], None]
"""Changes an answer's document on its way to the client: a fault on purpose."""


def as_it_is(call: Call, document: Any) -> None:
    """Changes nothing."""


async def drive(
    client: httpx.AsyncClient,
    script: Script,
    goes_on: Callable[[], bool],
    alter: Alter = as_it_is,
) -> list[Record]:
    """Follow a script to its end, or as long as `goes_on` says; every call as the log has it."""
    records: list[Record] = []
    call: Call | None = next(script)
    while call is not None and goes_on():
        at = time.time()
        answer = await client.request(call.method, call.path, json=call.body)
        document = answer.json()
        alter(call, document)
        outcome = outcome_of(call, Reply(status=answer.status_code, document=document))
        records.append(Record(**orjson.loads(record_of(call, outcome, at))))
        try:
            call = script.send(outcome)
        except StopIteration:
            call = None
    return records


def times(count: int) -> Callable[[], bool]:
    """True so many times."""
    left = iter(range(count))
    return lambda: next(left, None) is not None
