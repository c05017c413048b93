"""The vector table of a generation: made, asked what it lacks, indexed, dropped.

A row is current while its revision is that of its item. A row that is not is still compared in
searches until the item is embedded again: better an older vector than an item that vanished.
"""

import re
from dataclasses import dataclass, replace

from psycopg import Connection, sql
from psycopg import errors as pg

from catalog.item import Item
from serving.errors import UnknownGeneration
from serving.item_rows import COLUMNS, item_of

_GENERATION = re.compile(r"g\d{4,9}")

# Lacks a current vector, and is not known to be refused by this generation's encoder.
_MISSING = sql.SQL(
    " FROM items i LEFT JOIN {table} v ON v.item_id = i.item_id"
    " LEFT JOIN embedding_failures f ON f.generation = {generation} AND f.item_id = i.item_id"
    " WHERE v.revision IS DISTINCT FROM i.revision AND f.revision IS DISTINCT FROM i.revision"
)


@dataclass(frozen=True, kw_only=True)
class HnswConfig:
    """How the HNSW index is built."""

    m: int = 24
    """Links of a row in each layer, 2..100."""
    ef_construction: int = 128
    """Candidates looked at for each new row, at least 2 * m."""
    memory_mb: int = 256
    """`maintenance_work_mem` of the build: a graph that fits is built many times faster."""
    workers: int = 1
    """Parallel workers beside the process itself; 0 needs no shared memory."""

    def __post_init__(self) -> None:
        """Refuse what PostgreSQL would refuse later."""
        if not 2 <= self.m <= 100:
            raise ValueError(f"m: expected 2..100, got {self.m}")
        if not 2 * self.m <= self.ef_construction <= 1000:
            raise ValueError(
                f"ef_construction: expected {2 * self.m}..1000, got {self.ef_construction}"
            )
        if self.memory_mb < 1 or self.workers < 0:
            raise ValueError(
                "memory_mb and workers: expected at least 1 and 0, got "
                f"{self.memory_mb} and {self.workers}"
            )

    def without_workers(self) -> "HnswConfig":
        """The same index, built by one process, which needs no shared memory."""
        return replace(self, workers=0)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An item without a current vector."""

    revision: int
    item: Item


def vector_table(generation: str) -> sql.Identifier:
    """The name of a generation's table, quoted.

    Raises:
        UnknownGeneration: it is no generation's id.
    """
    if not _GENERATION.fullmatch(generation):
        raise UnknownGeneration(
            f"generation: expected an id such as g0001, got {generation!r:.40}",
            field="generation",
            got=generation,
        )
    return sql.Identifier(f"vectors_{generation}")


def exists(connection: Connection, generation: str) -> bool:
    """Whether the generation has a table."""
    vector_table(generation)
    row = connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL", [f"vectors_{generation}"]
    ).fetchone()
    return row is not None and bool(row[0])


def create(connection: Connection, generation: str, dimension: int) -> None:
    """Make the table if it is not there."""
    if exists(connection, generation):
        return
    connection.execute(
        sql.SQL(
            'CREATE TABLE IF NOT EXISTS {table} (item_id text COLLATE "C" PRIMARY KEY'
            " REFERENCES items ON DELETE CASCADE, revision bigint NOT NULL,"
            " embedding halfvec({dimension}) NOT NULL)"
        ).format(table=vector_table(generation), dimension=sql.Literal(dimension))
    )


def drop(connection: Connection, generation: str, *, lock_timeout_s: float) -> bool:
    """Drop the table, unless readers hold it (or `items`, which it refers to) for too long.

    Returns:
        Whether it is gone; if not, it is harmless, and the next promotion tries again.
    """
    with connection.transaction():
        connection.execute(
            "SELECT set_config('lock_timeout', %s, true)", [f"{lock_timeout_s * 1000:.0f}"]
        )
        statement = sql.SQL("DROP TABLE IF EXISTS {table}").format(table=vector_table(generation))
        try:
            with connection.transaction():
                connection.execute(statement)
        except pg.LockNotAvailable:
            return False
    return True


def count_missing(connection: Connection, generation: str) -> int:
    """How many items have no current vector and no recorded failure."""
    query = sql.SQL("SELECT count(*)") + _missing(generation)
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def read_missing(
    connection: Connection, generation: str, *, after: str = "", limit: int
) -> list[Missing]:
    """The next items without a current vector, by id.

    Args:
        after: the last id of the read before; the empty text starts.
    """
    query = sql.SQL("SELECT i.revision, {columns}").format(columns=COLUMNS)
    query += _missing(generation) + sql.SQL(" AND i.item_id > %s ORDER BY i.item_id LIMIT %s")
    rows = connection.execute(query, [after, limit]).fetchall()
    return [Missing(revision=row[0], item=item_of(row[1:])) for row in rows]


def has_index(connection: Connection, generation: str) -> bool:
    """Whether the table has a finished HNSW index."""
    row = connection.execute(
        "SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
        " JOIN pg_am a ON a.oid = c.relam"
        " WHERE x.indrelid = to_regclass(%s) AND a.amname = 'hnsw' AND x.indisvalid",
        [f"vectors_{generation}"],
    ).fetchone()
    return row is not None and row[0] > 0


def build_index(connection: Connection, generation: str, config: HnswConfig) -> None:
    """Build the HNSW index if there is none; it is there as a whole or not at all.

    Raises:
        psycopg.errors.DiskFull: shared memory for parallel workers is too small.
    """
    if has_index(connection, generation):
        return
    with connection.transaction():
        connection.execute(
            "SELECT set_config('maintenance_work_mem', %s, true),"
            " set_config('max_parallel_maintenance_workers', %s, true)",
            [f"{config.memory_mb}MB", str(config.workers)],
        )
        connection.execute(
            # Inner product: stored vectors have unit length, so it orders as the cosine does, and
            # the index compares the very numbers that exact search compares.
            sql.SQL(
                "CREATE INDEX {name} ON {table} USING hnsw (embedding halfvec_ip_ops)"
                " WITH (m = {m}, ef_construction = {ef})"
            ).format(
                name=sql.Identifier(f"vectors_{generation}_hnsw"),
                table=vector_table(generation),
                m=sql.Literal(config.m),
                ef=sql.Literal(config.ef_construction),
            )
        )


def analyze(connection: Connection, generation: str) -> None:
    """Tell the planner what was loaded, rather than wait for autovacuum."""
    connection.execute("ANALYZE items")
    connection.execute(sql.SQL("ANALYZE {table}").format(table=vector_table(generation)))


def _missing(generation: str) -> sql.Composed:
    return _MISSING.format(table=vector_table(generation), generation=sql.Literal(generation))
