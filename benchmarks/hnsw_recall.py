"""Recall of the index: `python -m benchmarks.hnsw_recall`.

Fills the real store with clustered unit vectors, asks it for the ten nearest through
`PostgresStore.search`, as the API does, and compares with exact search over the same rows: without
a filter and with filters that keep 50, 10, 1 and 0.1 % of the rows, whatever their vectors are.
There are so many rows that the filter of 10 % is answered by the index too. One more filter, of
which nothing is promised, keeps half of the clusters: half of the queries lie in the other half,
the hardest case for a scan that filters as it goes. Queries are stored vectors, as recommendations
ask for, and means of two.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import psycopg

from benchmarks.outcome import Outcome
from benchmarks.servers import own_folder, postgres
from benchmarks.stock import Vectors, clustered_vectors, put_in_use, unit
from benchmarks.timing import progress
from catalog.item import Item
from catalog.schema import Schema
from serving.database import PoolConfig
from serving.filters import parse_filters
from serving.index import IndexReport
from serving.protocols import CursorState, Filters, Page, Query
from serving.store import PostgresStore
from serving.vector_tables import HnswConfig

TARGET = 0.99
SCHEMA = Schema(standard={"color": ("Black", "White")}, reinforced=("name",))
CASES: Mapping[str, Mapping[str, object]] = {
    "all": {},
    "50%": {"metadata.half": 0},
    "50%_of_clusters": {"metadata.cluster_half": 1},
    "10%": {"metadata.tenth": 0},
    "1%": {"metadata.hundredth": 0},
    "0.1%": {"metadata.thousandth": 0},
}
"""Filters by the share of the rows that they keep."""

UNPROMISED = "50%_of_clusters"

GENERATION = "g0001"


@dataclass(frozen=True, kw_only=True)
class RecallConfig:
    """How much is measured."""

    num_items: int = 85_000
    """Vectors in the table."""
    dimension: int = 128
    """Values of a vector."""
    num_clusters: int = 1000
    """Clusters they lie in."""
    num_queries: int = 100
    """Queries of each case; half are stored vectors, half means of two."""
    k: int = 10
    """Neighbours asked for."""
    hnsw: HnswConfig = field(default_factory=HnswConfig)
    """How the index is built."""


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What one filter gave."""

    recall: float
    """Share of the exact answers found, ties counted as found."""
    is_complete: bool
    """Every answer had k rows."""
    seconds: float
    """Median of one search."""
    exact_seconds: float
    """Median of one exact search."""

    def to_json(self) -> dict[str, object]:
        """As it is printed."""
        return {
            "recall_at_k": self.recall,
            "always_k_rows": self.is_complete,
            "ms": self.seconds * 1000,
            "exact_ms": self.exact_seconds * 1000,
            "speedup": self.exact_seconds / self.seconds,
        }


def measure(config: RecallConfig) -> Outcome:
    """Fill a database and measure every case."""
    with own_folder() as folder, postgres(folder) as url:
        vectors, cluster = clustered_vectors(
            config.num_items, dimension=config.dimension, num_clusters=config.num_clusters
        )
        items = [_item(n, int(c) * 2 // config.num_clusters) for n, c in enumerate(cluster)]
        progress(f"hnsw_recall: filling and indexing {config.num_items} vectors")
        with psycopg.connect(url, autocommit=True) as connection:
            report = put_in_use(connection, SCHEMA, items, vectors, config.hnsw)
        results = asyncio.run(_measure_cases(url, items, vectors, config))
    return _outcome(config, report, results)


async def _measure_cases(
    url: str, items: Sequence[Item], vectors: Vectors, config: RecallConfig
) -> dict[str, CaseResult]:
    store = PostgresStore(PoolConfig(url=url, max_connections=1))
    await store.open()
    try:
        results = {}
        for name, raw in CASES.items():
            queries = _queries(items, vectors, parse_filters(dict(raw), SCHEMA), config)
            results[name] = await _measure_case(store, queries)
            progress(f"hnsw_recall {name}: {results[name]}")
        return results
    finally:
        await store.close()


async def _measure_case(store: PostgresStore, queries: Sequence[Query]) -> CaseResult:
    """Each query both ways, one after the other; the first one warms up and is not timed."""
    seconds: list[float] = []
    exact_seconds: list[float] = []
    recalls, is_complete = [], True
    for query in queries:
        page, spent = await _timed(store, query, None)
        # A cursor that has seen nothing goes on in exact order: all matching rows are compared.
        start = CursorState(generation=query.generation, vector=query.vector)
        exact, exact_spent = await _timed(store, query, start)
        seconds.append(spent)
        exact_seconds.append(exact_spent)
        recalls.append(recall_of(page, exact))
        is_complete = is_complete and len(page.hits) == len(exact.hits) == query.k
    return CaseResult(
        recall=statistics.fmean(recalls),
        is_complete=is_complete,
        seconds=statistics.median(seconds[1:]),
        exact_seconds=statistics.median(exact_seconds[1:]),
    )


async def _timed(
    store: PostgresStore, query: Query, cursor: CursorState | None
) -> tuple[Page, float]:
    started = time.perf_counter()
    page = await store.search(query, cursor)
    return page, time.perf_counter() - started


def recall_of(page: Page, exact: Page) -> float:
    """Share of the exact answer's rows that the page has, or equals in score."""
    worst = exact.hits[-1].score
    return sum(hit.score >= worst for hit in page.hits) / len(exact.hits)


def _queries(
    items: Sequence[Item], vectors: Vectors, filters: Filters, config: RecallConfig
) -> list[Query]:
    """Stored vectors, each without its own item, and means of two of one cluster or of two."""
    random = np.random.default_rng(1)
    rows = random.choice(len(vectors), size=(config.num_queries, 2), replace=False)
    queries = []
    for number, pair in enumerate(rows.tolist()):
        liked = pair[: 1 + number % 2]
        [vector] = unit(vectors[liked].mean(axis=0, keepdims=True, dtype=np.float64))
        queries.append(
            Query(
                generation=GENERATION,
                vector=vector,
                k=config.k,
                filters=filters,
                exclude=tuple(items[row].item_id for row in liked),
            )
        )
    return queries


def _item(number: int, cluster_half: int) -> Item:
    """An item whose metadata decides which filters it passes, whatever its vector is."""
    metadata = {
        "half": number % 2,
        "tenth": number % 10,
        "hundredth": number % 100,
        "thousandth": number % 1000,
        "cluster_half": cluster_half,
    }
    return Item(
        item_id=f"sku-{number:06d}",
        clothes={"color": (SCHEMA.standard["color"][number % 2],)},
        metadata=metadata,
    )


def _outcome(
    config: RecallConfig, report: IndexReport, results: Mapping[str, CaseResult]
) -> Outcome:
    promised = [result for name, result in results.items() if name != UNPROMISED]
    lowest = min(result.recall for result in promised)
    return Outcome(
        benchmark="hnsw_recall",
        ratio=lowest,
        target=TARGET,
        met=lowest >= TARGET and all(result.is_complete for result in results.values()),
        figures={
            "vectors": config.num_items,
            "dimension": config.dimension,
            "k": config.k,
            "queries": config.num_queries,
            "cases": {name: result.to_json() for name, result in results.items()},
            "hnsw": report.hnsw,
            "fill_seconds": report.seconds,
        },
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hnsw_recall", description=__doc__)
    parser.add_argument("--items", type=int, default=RecallConfig.num_items)
    parser.add_argument("--queries", type=int, default=RecallConfig.num_queries)
    options = parser.parse_args(arguments)
    print(measure(RecallConfig(num_items=options.items, num_queries=options.queries)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
