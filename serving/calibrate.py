"""How far HNSW scans of a generation must look: measured on its own vectors, not guessed.

Recall depends on the data. So after the index is built, sample queries are answered exactly and
through the index with growing `hnsw.ef_search`, until enough of the exact answers are found: so
many that it is not the luck of the sample, by two standard errors. The queries are vectors of the
catalogue and means of two of them, as recommendations ask for; they look for more rows than pages
have, because a filter that keeps half of the rows asks for as much.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from psycopg import Connection, sql

from serving.vector_tables import vector_table


@dataclass(frozen=True, kw_only=True)
class CalibrationConfig:
    """What recall is promised, and how it is measured."""

    target: float = 0.99
    """Share of the exact answers that scans must find, 0..1."""
    k: int = 20
    """Rows each query looks for."""
    num_queries: int = 128
    """Queries the share is measured on; half are stored vectors, half means of two."""
    candidates: tuple[int, ...] = (80, 160, 320, 640, 1000)
    """Values of `ef_search` to try, growing, each 1..1000."""

    def __post_init__(self) -> None:
        """Refuse what cannot be measured."""
        if not 0.0 < self.target <= 1.0 or min(self.k, self.num_queries) < 1:
            raise ValueError(f"expected a target in 0..1 and counts of at least 1, got {self}")
        if not self.candidates or list(self.candidates) != sorted(self.candidates):
            raise ValueError(f"candidates: expected growing values, got {self.candidates}")


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What was found."""

    ef_search: int
    """The first that reached the target, or the last tried."""
    recall: float | None
    """Share of the exact answers found with it, ties counted as found; None without vectors."""


def calibrate(
    connection: Connection, generation: str, config: CalibrationConfig | None = None
) -> Calibration:
    """Measure, and keep the result in the generation's row."""
    config = config or CalibrationConfig()
    queries = _queries(connection, generation, config)
    ef_search, recall = config.candidates[0], None
    if queries:
        with connection.transaction():
            ef_search, recall = _search(connection, generation, queries, config)
    connection.execute(
        "UPDATE generations SET ef_search = %s WHERE generation = %s", [ef_search, generation]
    )
    return Calibration(ef_search=ef_search, recall=recall)


def _search(
    connection: Connection, generation: str, queries: list[str], config: CalibrationConfig
) -> tuple[int, float]:
    exact = [_scores(connection, generation, query, config.k, by_index=False) for query in queries]
    ef_search, recall = config.candidates[0], 0.0
    connection.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
    connection.execute("SET LOCAL enable_seqscan = off")
    for ef_search in config.candidates:
        connection.execute("SELECT set_config('hnsw.ef_search', %s, true)", [str(ef_search)])
        found = [
            _scores(connection, generation, query, config.k, by_index=True) for query in queries
        ]
        recall, error = _recall(exact, found)
        if recall - 2 * error >= config.target:
            break
    return ef_search, recall


def _recall(exact: list[list[float]], found: list[list[float]]) -> tuple[float, float]:
    """Share of rows that are at least as near as the exact answer's last, and its standard error.

    Every query counts the same; where there is one alone its error is 0.
    """
    shares = [
        sum(score >= best[-1] for score in scores) / len(best)
        for best, scores in zip(exact, found, strict=True)
    ]
    spread = stdev(shares) if len(shares) > 1 else 0.0
    return fmean(shares), spread / sqrt(len(shares))


def _queries(connection: Connection, generation: str, config: CalibrationConfig) -> list[str]:
    """Vectors as texts: stored ones in a fixed random order, then means of neighbours in it."""
    rows = connection.execute(
        sql.SQL(
            "SELECT one::text, l2_normalize(one + lead(one) OVER (ORDER BY place))::text FROM"
            " (SELECT embedding::vector AS one, row_number() OVER (ORDER BY hashtext(item_id),"
            " item_id) AS place FROM {}) placed WHERE place <= %s ORDER BY place"
        ).format(vector_table(generation)),
        [config.num_queries // 2 + 1],
    ).fetchall()
    stored, means = zip(*rows, strict=True) if rows else ((), ())
    return [*stored[: config.num_queries // 2], *(mean for mean in means if mean is not None)]


def _scores(
    connection: Connection, generation: str, query: str, k: int, *, by_index: bool
) -> list[float]:
    """Scores of the k nearest, best first.

    The exact order is by an expression that the index cannot give.
    """
    distance = sql.SQL("embedding <#> {}::halfvec").format(sql.Literal(query))
    order = distance if by_index else sql.SQL("-({}) DESC").format(distance)
    rows = connection.execute(
        sql.SQL("SELECT -({distance}) FROM {table} ORDER BY {order} LIMIT {k}").format(
            distance=distance,
            table=vector_table(generation),
            order=order,
            k=sql.Literal(k),
        )
    ).fetchall()
    return [float(row[0]) for row in rows]
