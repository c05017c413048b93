"""Many items and many vectors into the database at once, by COPY.

Each call is one transaction that shares the write lock, so a promotion sees all of it or nothing.
"""

from collections.abc import Sequence

from pgvector import HalfVector
from pgvector.psycopg import register_vector
from psycopg import Connection, sql

from catalog.item import Item
from serving.item_rows import CONTENT, UPSERT_INCOMING, values_of
from serving.locks import SHARE_WRITES
from serving.protocols import Vector
from serving.vector_tables import vector_table

_CREATE_ITEMS = sql.SQL("CREATE TEMPORARY TABLE incoming_items ({columns}) ON COMMIT DROP").format(
    columns=sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in CONTENT)
)
_CREATE_VECTORS = (
    "CREATE TEMPORARY TABLE incoming_vectors (item_id text, revision bigint, embedding halfvec)"
    " ON COMMIT DROP"
)

# Items deleted since are left out, and locked against deletion until the end. A newer vector, as
# written by the API meanwhile, stays.
_UPSERT_VECTORS = sql.SQL(
    "INSERT INTO {table} (item_id, revision, embedding)"
    " SELECT n.item_id, n.revision, n.embedding FROM incoming_vectors n"
    " JOIN items i ON i.item_id = n.item_id ORDER BY i.item_id FOR KEY SHARE OF i"
    " ON CONFLICT (item_id) DO UPDATE SET revision = EXCLUDED.revision,"
    " embedding = EXCLUDED.embedding WHERE {table}.revision < EXCLUDED.revision"
)


def load_items(connection: Connection, items: Sequence[Item]) -> int:
    """Write items, each id once; those that are there unchanged keep their revision.

    Returns:
        How many are new or changed.
    """
    with connection.transaction():
        connection.execute(SHARE_WRITES)
        connection.execute(_CREATE_ITEMS)
        with connection.cursor().copy("COPY incoming_items FROM STDIN") as copy:
            for item in items:
                copy.write_row(values_of(item))
        return connection.execute(UPSERT_INCOMING).rowcount


def load_vectors(
    connection: Connection, generation: str, rows: Sequence[tuple[str, int, Vector]]
) -> None:
    """Write vectors of a generation.

    Args:
        connection: one that `register` prepared.
        rows: item id, the revision the vector was made from, the vector.
    """
    with connection.transaction():
        connection.execute(SHARE_WRITES)
        connection.execute(_CREATE_VECTORS)
        with connection.cursor().copy(
            "COPY incoming_vectors FROM STDIN WITH (FORMAT binary)"
        ) as copy:
            copy.set_types(["text", "int8", "halfvec"])
            for item_id, revision, vector in rows:
                copy.write_row((item_id, revision, HalfVector(vector)))
        connection.execute(_UPSERT_VECTORS.format(table=vector_table(generation)))


def record_failures(
    connection: Connection, generation: str, rows: Sequence[tuple[str, int, str]]
) -> None:
    """Keep which items a generation's encoder refused, at which revision and why.

    An older vector of such an item goes: what it describes is no longer there.
    """
    if not rows:
        return
    item_ids, revisions, reasons = zip(*rows, strict=True)
    with connection.transaction():
        connection.execute(SHARE_WRITES)
        connection.execute(
            "INSERT INTO embedding_failures (generation, item_id, revision, reason)"
            " SELECT %s, n.item_id, n.revision, n.reason"
            " FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS n (item_id, revision, reason)"
            " JOIN items i ON i.item_id = n.item_id ORDER BY i.item_id FOR KEY SHARE OF i"
            " ON CONFLICT (generation, item_id) DO UPDATE SET revision = EXCLUDED.revision,"
            " reason = EXCLUDED.reason WHERE embedding_failures.revision < EXCLUDED.revision",
            [generation, list(item_ids), list(revisions), list(reasons)],
        )
        connection.execute(
            sql.SQL(
                "DELETE FROM {table} v USING unnest(%s::text[], %s::bigint[]) AS n (item_id, rev)"
                " WHERE v.item_id = n.item_id AND v.revision < n.rev"
            ).format(table=vector_table(generation)),
            [list(item_ids), list(revisions)],
        )


def register(connection: Connection) -> None:
    """Teach a connection the vector types, which COPY needs."""
    register_vector(connection)
