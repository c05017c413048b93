"""Prometheus metrics of one application, in a registry of its own; `docs/serving.md` lists them.

Labels take few values: routes are templates, methods the usual ones, outcomes the kinds of
`serving.errors`. What stands in a request never becomes a label.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from serving.errors import ServiceError
from serving.index_gauges import IndexGauges

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods with a label of their own; whatever else a caller makes up is `other`."""

REJECTIONS: Mapping[str, str] = {
    "unauthenticated": "unauthenticated",
    "forbidden": "forbidden",
    "rate-limited": "rate_limited",
    "too-large": "too_large",
}
"""Kinds of problems that are counted as rejections, and the reason of each."""

# Seconds; a recommendation takes a few milliseconds, a time-out some seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What is counted, and how it is written out."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._histogram(
            "modiste_http_request_duration_seconds",
            "Time from a request's first byte to its answer's last, by route and outcome.",
            "method",
            "route",
            "outcome",
        )
        self._triton = self._histogram(
            "modiste_triton_request_duration_seconds", "Time of one call to Triton.", "outcome"
        )
        self._database = self._histogram(
            "modiste_database_operation_duration_seconds",
            "Time of one operation of the store, waiting for a connection included.",
            "operation",
            "outcome",
        )
        self._in_flight = Gauge(
            "modiste_http_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self._items = self._counter(
            "modiste_items_received", "Items by what became of them.", "outcome"
        )
        self._rejected = self._counter(
            "modiste_requests_rejected", "Requests turned away at the door.", "reason"
        )
        for outcome in ("accepted", "refused"):
            self._items.labels(outcome)
        for reason in REJECTIONS.values():
            self._rejected.labels(reason)
        self.index = IndexGauges()
        self.registry.register(self.index)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def observe_request(self, method: str, route: str, outcome: str, seconds: float) -> None:
        """Count an answer; `outcome` is its status code or its problem's kind."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, outcome).observe(seconds)
        if outcome in REJECTIONS:
            self._rejected.labels(REJECTIONS[outcome]).inc()

    @contextmanager
    def triton(self) -> Iterator[None]:
        """Time a call to Triton, failed ones included."""
        with _timed(lambda outcome: self._triton.labels(outcome)):
            yield

    @contextmanager
    def database(self, operation: str) -> Iterator[None]:
        """Time an operation of the store, failed ones included."""
        with _timed(lambda outcome: self._database.labels(operation, outcome)):
            yield

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count a request while it is being answered."""
        with self._in_flight.track_inprogress():
            yield

    def observe_items(self, *, num_accepted: int, num_refused: int) -> None:
        """Count items of a write."""
        self._items.labels("accepted").inc(num_accepted)
        self._items.labels("refused").inc(num_refused)

    def watch_pool(self, pool_use: Callable[[], Mapping[str, int]]) -> None:
        """Write out the connection pool's gauges whenever metrics are read."""
        self.registry.register(_Pool(pool_use))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return bytes(generate_latest(self.registry))

    def _histogram(self, name: str, documentation: str, *labels: str) -> Histogram:
        return Histogram(name, documentation, labels, buckets=_BUCKETS, registry=self.registry)

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self.registry)


@contextmanager
def _timed(histogram: Callable[[str], Histogram]) -> Iterator[None]:
    """Observe the time of a block in the histogram of its outcome: `ok`, or what it failed with."""
    started = time.perf_counter()
    outcome = "internal"
    try:
        yield
        outcome = "ok"
    except ServiceError as error:
        outcome = error.kind
        raise
    except (asyncio.CancelledError, GeneratorExit):
        outcome = "cancelled"
        raise
    finally:
        histogram(outcome).observe(time.perf_counter() - started)


class _Pool(Collector):
    """Reads the pool when it is asked, so that nothing has to be told to it."""

    def __init__(self, pool_use: Callable[[], Mapping[str, int]]) -> None:
        self._pool_use = pool_use

    def collect(self) -> Iterator[Metric]:
        use = dict(self._pool_use())
        waiting = use.pop("waiting")
        family = GaugeMetricFamily(
            "modiste_database_pool_connections", "Connections of the pool.", labels=["state"]
        )
        for state, number in {**use, "in_use": use["size"] - use["available"]}.items():
            family.add_metric([state], number)
        yield family
        yield GaugeMetricFamily(
            "modiste_database_pool_requests_waiting",
            "Requests that wait for a connection of the pool.",
            value=waiting,
        )
