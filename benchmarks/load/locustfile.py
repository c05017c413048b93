"""The clients, for locust: `locust -f benchmarks/load/locustfile.py --host URL`.

What they ask for is in the file that MODISTE_LOAD_PLAN names; `python -m benchmarks.load` makes it,
starts this and reads what it writes. MODISTE_LOAD_API_KEY is sent as a bearer token if it is there.
"""

import json
import os
import random
import time
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, events, task

from benchmarks.load.calls import Call, Outcome, Reply
from benchmarks.load.plan import Plan
from benchmarks.load.record import record_of
from benchmarks.load.shopper import Shopper, outcome_of

PLAN = Plan.load(Path(os.environ["MODISTE_LOAD_PLAN"]))
KEY = os.environ.get("MODISTE_LOAD_API_KEY")

_numbers = count()
_records: list[bytes] = []


class Client(FastHttpUser):
    """A shopper that waits as people do after every answer."""

    network_timeout = connection_timeout = 30.0
    default_headers = {"Authorization": f"Bearer {KEY}"} if KEY else None

    def on_start(self) -> None:
        """Begin the script."""
        number = next(_numbers)
        self._shopper = Shopper(PLAN, number, random.Random(f"{PLAN.run} {number}"))
        self._script = self._shopper.script()
        self._call = next(self._script)

    def on_stop(self) -> None:
        """Delete what it wrote."""
        script = self._shopper.farewell()
        call = next(script, None)
        while call is not None:
            try:
                call = script.send(self._sent(call))
            except StopIteration:
                return

    def wait_time(self) -> float:
        """Seconds until the next request."""
        return random.uniform(*PLAN.think_s)

    @task
    def go_on(self) -> None:
        """One request."""
        self._call = self._script.send(self._sent(self._call))

    def _sent(self, call: Call) -> Outcome:
        at = time.time()
        with self.client.request(
            call.method, call.path, name=call.kind, json=call.body, catch_response=True
        ) as response:
            seconds = float(response.request_meta["response_time"]) / 1000
            reply = Reply(
                status=response.status_code or 0, document=_decoded(response), seconds=seconds
            )
            outcome = outcome_of(call, reply)
            if outcome.is_good:
                response.success()
            else:
                response.failure("; ".join(outcome.faults))
        _records.append(record_of(call, outcome, at))
        return outcome


def _decoded(response: Any) -> Any:
    try:
        return json.loads(response.content or b"null")
    except ValueError:
        return None


def _say_started(environment: Any, **others: Any) -> None:
    """Tell that the first clients start now, by a file beside the log."""
    Path(PLAN.log).with_suffix(".started").touch()


def _write(environment: Any, **others: Any) -> None:
    """Leave every call behind, once all clients have ended."""
    Path(PLAN.log).write_bytes(b"".join(_records))


events.test_start.add_listener(_say_started)  # type: ignore[no-untyped-call]
events.quitting.add_listener(_write)  # type: ignore[no-untyped-call]
