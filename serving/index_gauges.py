"""What is known of the generation in use and of its index, as gauges.

What is not known is not written out: a zero would be taken for a size or a recall. What was
measured on another generation than the one in use is forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, kw_only=True)
class IndexSize:
    """How large a generation's vector table is."""

    generation: str
    num_items: int
    """Rows."""
    num_bytes: int
    """Table, HNSW index and key together, on disk."""


@dataclass(frozen=True, kw_only=True)
class RecallSample:
    """How well a generation's index answered a sample of queries."""

    generation: str
    recall: float
    """Share of the ten nearest by exact search that the service's search gave, 0..1."""
    num_queries: int
    """How many stored items were asked about."""
    sampled_at: datetime
    """When, by the database's clock."""


class IndexGauges(Collector):
    """Remembers what the service last saw; keeps nothing of a generation that is not in use."""

    def __init__(self) -> None:
        self._generation: str | None = None
        self._size: IndexSize | None = None
        self._recall: RecallSample | None = None

    def observe_generation(self, generation: str) -> None:
        """The generation that is in use, as the database says."""
        self._generation = generation

    def observe_size(self, size: IndexSize) -> None:
        """The size of the index in use."""
        self._size = size

    def observe_recall(self, sample: RecallSample) -> None:
        """The last sample of the index in use, whichever replica took it."""
        self._recall = sample

    def collect(self) -> Iterator[Metric]:
        """The gauges of what is known."""
        if self._generation is not None:
            yield _of_generation(
                "modiste_generation_info", "The generation in use.", self._generation, 1
            )
        if self._size is not None and self._size.generation == self._generation:
            yield from _size_gauges(self._size)
        if self._recall is not None and self._recall.generation == self._generation:
            yield from _recall_gauges(self._recall)


def _size_gauges(size: IndexSize) -> Iterator[Metric]:
    yield _of_generation(
        "modiste_index_items",
        "Items with a vector of the generation in use.",
        size.generation,
        size.num_items,
    )
    yield _of_generation(
        "modiste_index_bytes",
        "Bytes of the vector table of the generation in use, its indexes included.",
        size.generation,
        size.num_bytes,
    )


def _recall_gauges(sample: RecallSample) -> Iterator[Metric]:
    yield _of_generation(
        "modiste_index_recall_ratio",
        "Share of the ten nearest by exact search that searches find, sampled.",
        sample.generation,
        sample.recall,
    )
    yield GaugeMetricFamily(
        "modiste_index_recall_sampled_timestamp_seconds",
        "When the recall of the index in use was last sampled.",
        value=sample.sampled_at.timestamp(),
    )


def _of_generation(
    name: str, documentation: str, generation: str, value: float
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, documentation, labels=["generation"])
    family.add_metric([generation], value)
    return family
