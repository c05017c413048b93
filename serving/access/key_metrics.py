"""Prometheus metrics of the keys: how many there are, and whether the newest could be read."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from serving.access.guard import Guard
from serving.access.key_ring import KeyRing


def watch_keys(registry: CollectorRegistry, guard: Guard) -> None:
    """Write out the keys' gauges whenever metrics are read; none where there are no keys."""
    if guard.keys is not None:
        registry.register(_Keys(guard.keys))


class _Keys(Collector):
    """Looks at the file itself, so that a broken one shows before a caller needs it."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def collect(self) -> Iterator[Metric]:
        self._keys.look()
        yield GaugeMetricFamily(
            "modiste_api_keys", "API keys that are accepted.", value=self._keys.num_keys
        )
        yield GaugeMetricFamily(
            "modiste_api_keys_last_reload_successful",
            "1 if the keys are those of the file as it is; 0 if it is broken and they are older.",
            value=int(self._keys.is_current),
        )
