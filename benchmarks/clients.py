"""Clients that each send one request after the other, and how long every answer took."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType

import psycopg
from psycopg import sql

from serving.database import PoolConfig, session_settings

Call = Callable[[int], None]
"""Sends the request of a number, waits for its answer and checks it."""

OpenClient = Callable[[], AbstractContextManager[Call]]


def latencies(open_client: OpenClient, *, num_clients: int, num_calls: int) -> list[float]:
    """Seconds of every call, of all clients together.

    Args:
        open_client: gives a client with a connection of its own, which stays open.
        num_clients: how many run at once, each in a thread.
        num_calls: of each client; a few more before them are not counted.
    """
    ready = threading.Barrier(num_clients)

    def run(client: int) -> list[float]:
        with open_client() as call:
            for number in range(5):
                call(number)
            ready.wait(timeout=60)
            return [_seconds_of(call, client * num_calls + number) for number in range(num_calls)]

    with ThreadPoolExecutor(num_clients) as pool:
        return [spent for found in pool.map(run, range(num_clients)) for spent in found]


def _seconds_of(call: Call, number: int) -> float:
    started = time.perf_counter()
    call(number)
    return time.perf_counter() - started


class HttpClient:
    """POSTs JSON bodies over one connection that is kept alive."""

    def __init__(self, port: int, path: str, bodies: Sequence[Mapping[str, object]]) -> None:
        """A client of a server on loopback; call number n sends body n, from the start again."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._path = path
        self._bodies = [json.dumps(body).encode() for body in bodies]

    def __enter__(self) -> Call:
        """The call."""
        return self._post

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def _post(self, number: int) -> None:
        body = self._bodies[number % len(self._bodies)]
        self._connection.request(
            "POST", self._path, body, headers={"Content-Type": "application/json"}
        )
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise ValueError(f"{self._path}: expected 200, got {answer.status}: {content[:300]!r}")


class SqlClient:
    """Runs one statement over one connection, set as those of the API are."""

    def __init__(
        self,
        url: str,
        statement: sql.Composed,
        parameters: Sequence[Mapping[str, object]],
        *,
        num_rows: int,
        settings: Mapping[str, str],
    ) -> None:
        """Call number n runs the statement with parameters n, from the start again.

        Args:
            url: of the database.
            statement: with named parameters.
            parameters: a set of them for each call.
            num_rows: that every answer must have.
            settings: beside those of the API's connections.
        """
        self._connection = psycopg.connect(url, autocommit=True)
        self._statement, self._parameters, self._num_rows = statement, parameters, num_rows
        for name, value in {**session_settings(PoolConfig(url=url)), **settings}.items():
            self._connection.execute("SELECT set_config(%s, %s, false)", [name, value])

    def __enter__(self) -> Call:
        """The call."""
        return self._run

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, number: int) -> None:
        values = self._parameters[number % len(self._parameters)]
        rows = self._connection.execute(self._statement, values).fetchall()
        if len(rows) != self._num_rows:
            raise ValueError(f"expected {self._num_rows} rows, got {len(rows)}")
