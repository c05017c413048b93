"""Prometheus metrics of one application, in a registry of its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Seconds; a recommendation takes a few milliseconds, a time-out some seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What is counted, and how it is written out."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "modiste_request_seconds",
            "Time from a request's first byte to its answer's last, by route and outcome.",
            ("method", "route", "outcome"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._triton = Histogram(
            "modiste_triton_seconds",
            "Time of one call to Triton.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._database = Histogram(
            "modiste_database_seconds",
            "Time of one operation of the store, waiting for a connection included.",
            ("operation",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "modiste_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self._items = Counter(
            "modiste_items_received",
            "Items by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._generation = Info(
            "modiste_generation", "The generation that answered last.", registry=self.registry
        )
        self._generation_seen = ""

    def observe_request(self, method: str, route: str, outcome: str, seconds: float) -> None:
        """Count an answer; `outcome` is its status code or its problem's kind."""
        self._requests.labels(method, route, outcome).observe(seconds)

    def observe_triton(self, seconds: float) -> None:
        """Count a call to Triton."""
        self._triton.observe(seconds)

    @contextmanager
    def database(self, operation: str) -> Iterator[None]:
        """Time an operation of the store, failed ones included."""
        with self._database.labels(operation).time():
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

    def observe_generation(self, generation: str) -> None:
        """Remember which generation answered."""
        if generation != self._generation_seen:
            self._generation_seen = generation
            self._generation.info({"generation": generation})

    def watch_pool(self, pool_use: Callable[[], Mapping[str, int]]) -> None:
        """Write out the connection pool's gauges whenever metrics are read."""
        self.registry.register(_Pool(pool_use))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return bytes(generate_latest(self.registry))


class _Pool(Collector):
    """Reads the pool when it is asked, so that nothing has to be told to it."""

    def __init__(self, pool_use: Callable[[], Mapping[str, int]]) -> None:
        self._pool_use = pool_use

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "modiste_database_pool_connections", "Connections of the pool.", labels=["state"]
        )
        for state, number in self._pool_use().items():
            family.add_metric([state], number)
        yield family
