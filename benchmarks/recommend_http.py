"""A recommendation over HTTP: `python -m benchmarks.recommend_http`.

`POST /v1/recommend` for a stored item, on the API's own process and a real PostgreSQL, over
connections that are kept alive, by one client and by eight; in turns with the statement that ranks
(`serving.ranking_sql`), sent over psycopg with the item's vector and the settings of the API's
connections. What HTTP takes on top: the API looks the item's vector up and the generation in use,
reads both in snapshots, and makes JSON of the rows.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import psycopg
from psycopg import sql

from benchmarks.clients import HttpClient, OpenClient, SqlClient, latencies
from benchmarks.outcome import Outcome
from benchmarks.sample import sample_catalogue
from benchmarks.servers import api, own_folder, postgres
from benchmarks.stock import Vectors, clustered_vectors, put_in_use
from benchmarks.timing import percentile, progress
from catalog.item import Item
from serving.item_rows import vector_text
from serving.ranking_sql import Limits, Target, first_page_sql, with_items_sql
from serving.search import SearchConfig
from serving.vector_tables import vector_table

K = 10
GENERATION = "g0001"
NUM_CLIENTS = (1, 8)


@dataclass(frozen=True, kw_only=True)
class RecommendConfig:
    """How much is measured."""

    num_items: int = 2000
    """Items of the sample catalogue."""
    copies: int = 10
    """How often each of them is stored, under ids of its own and with other vectors."""
    dimension: int = 128
    """Values of a vector."""
    num_liked: int = 200
    """Items that recommendations are asked for, in turn."""
    rounds: int = 10
    """How often each side takes its turn."""
    calls: int = 64
    """Calls of a turn, over all clients; a multiple of 8."""


def measure(config: RecommendConfig) -> Outcome:
    """Fill a database, start the API on it and measure."""
    catalogue = sample_catalogue(config.num_items)
    items = [
        replace(item, item_id=f"{item.item_id}-{copy}")
        for copy in range(config.copies)
        for item in catalogue.items
    ]
    vectors, _ = clustered_vectors(len(items), dimension=config.dimension, num_clusters=200)
    with own_folder() as folder, postgres(folder) as url:
        progress(f"recommend_http: filling and indexing {len(items)} items")
        with psycopg.connect(url, autocommit=True) as connection:
            report = put_in_use(connection, catalogue.schema, items, vectors)
        ef_search = str(report.hnsw["ef_search"])
        with api(folder, url) as port:
            sides = {
                "http": _http(port, items, config),
                "sql": _sql(url, items, vectors, ef_search, config),
            }
            spent = _in_turns(sides, config)
    return _outcome(spent, len(items))


def _http(port: int, items: Sequence[Item], config: RecommendConfig) -> OpenClient:
    bodies = [{"positive": [items[row].item_id], "k": K} for row in _liked(items, config)]
    return partial(HttpClient, port, "/v1/recommend", bodies)


def _sql(
    url: str, items: Sequence[Item], vectors: Vectors, ef_search: str, config: RecommendConfig
) -> OpenClient:
    parameters = [
        {"vector": vector_text(vectors[row]), "liked": [items[row].item_id]}
        for row in _liked(items, config)
    ]
    return partial(
        SqlClient,
        url,
        _ranking(),
        parameters,
        num_rows=K + 1,
        settings={"hnsw.ef_search": ef_search},
    )


def _ranking() -> sql.Composed:
    """The statement that `serving.search` ranks a first page with."""
    target = Target(
        table=vector_table(GENERATION),
        vector=sql.SQL("{}::halfvec").format(sql.Placeholder("vector")),
        conditions=(),
        exclude=sql.SQL("{}::text[]").format(sql.Placeholder("liked")),
    )
    search = SearchConfig()
    limits = Limits(
        rows=K + 1,
        max_exact_rows=search.max_exact_rows,
        oversample=search.oversample,
        min_candidates=search.min_candidates,
    )
    return with_items_sql(first_page_sql(target, limits), extra="num_matching")


def _liked(items: Sequence[Item], config: RecommendConfig) -> range:
    """Rows of the items asked for, spread over the catalogue."""
    return range(0, len(items), max(1, len(items) // config.num_liked))


def _in_turns(
    sides: Mapping[str, OpenClient], config: RecommendConfig
) -> dict[tuple[str, int], list[float]]:
    """Seconds of all calls, by side and number of clients; the first round is not counted."""
    spent: dict[tuple[str, int], list[float]] = {}
    for number in range(config.rounds + 1):
        for num_clients in NUM_CLIENTS:
            for name, open_client in sides.items():
                num_calls = config.calls // num_clients
                found = latencies(open_client, num_clients=num_clients, num_calls=num_calls)
                if number:
                    spent.setdefault((name, num_clients), []).extend(found)
        progress(f"recommend_http {number}/{config.rounds}")
    return spent


def _outcome(spent: Mapping[tuple[str, int], Sequence[float]], num_items: int) -> Outcome:
    p50, p99 = (
        {key: percentile(all_of, share) * 1000 for key, all_of in spent.items()}
        for share in (0.5, 0.99)
    )
    figures: dict[str, object] = {"items": num_items, "k": K}
    for num_clients in NUM_CLIENTS:
        http, sql_ = ("http", num_clients), ("sql", num_clients)
        figures[f"clients_{num_clients}"] = {
            "p50_ms": p50[http],
            "p99_ms": p99[http],
            "sql_p50_ms": p50[sql_],
            "sql_p99_ms": p99[sql_],
            "overhead_p50_ms": p50[http] - p50[sql_],
            "overhead_p99_ms": p99[http] - p99[sql_],
            "calls": len(spent[http]),
        }
    return Outcome(
        benchmark="recommend_http",
        ratio=p50["http", 1] / p50["sql", 1],
        target=None,
        met=None,
        figures=figures,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recommend_http", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=RecommendConfig.rounds)
    options = parser.parse_args(arguments)
    print(measure(RecommendConfig(rounds=options.rounds)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
