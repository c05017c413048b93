"""The switch of the generation in use: one transaction that no write can fall between.

Before it, everything written meanwhile is embedded without holding anyone up. Then, under the lock
that every write shares, what came in at the very end is embedded too, and the one row that says
which generation answers is changed. So the new generation has a current vector for every item that
was ever acknowledged, from its first answer on.
"""

from psycopg import Connection

from serving import vector_tables
from serving.bulk_embed import BulkEmbedder
from serving.catch_up import Embedded, check_failures, embed_missing, embed_step
from serving.errors import Conflict
from serving.generations import in_use
from serving.locks import Lock, lock_transaction

MAX_ATTEMPTS = 5
"""How often the catch-up is tried before writers are said to be too fast for it."""

MAX_LAST_ITEMS = 64
"""Items embedded while writers wait."""

LOCK_TIMEOUT_S = 30.0
DROP_TIMEOUT_S = 0.5
# Dropping a table locks `items` too, which it refers to: readers wait that long at most.


def switch_to(
    connection: Connection, generation: str, embedder: BulkEmbedder, max_refused_share: float
) -> Embedded:
    """Make an indexed generation the one in use; it is already where it is.

    Raises:
        Conflict: it is not indexed, or items are written faster than they are embedded.
        InvalidRequest: its encoder refuses too many items.
        Unavailable: Triton or the database does not answer; the generation in use stays.
    """
    for _ in range(MAX_ATTEMPTS):
        done = embed_missing(connection, generation, embedder)
        check_failures(connection, generation, max_refused_share)
        if _switched(connection, generation, embedder, done):
            return done
    raise Conflict(
        f"{generation}: expected fewer than {MAX_LAST_ITEMS} items written while the others are "
        f"embedded, got more {MAX_ATTEMPTS} times; promote when fewer are written"
    )


def retire_older(connection: Connection) -> list[str]:
    """Retire indexed generations older than the one in use, save the one kept for a rollback."""
    rows = connection.execute(
        "UPDATE generations g SET state = 'retired', updated_at = now(),"
        " reason = 'replaced by ' || u.generation FROM generation_in_use u"
        " WHERE g.state = 'indexed' AND g.generation <> u.generation"
        " AND g.generation IS DISTINCT FROM u.previous"
        " AND substr(g.generation, 2)::integer < substr(u.generation, 2)::integer"
        " RETURNING g.generation"
    ).fetchall()
    return sorted(str(row[0]) for row in rows)


def drop_tables(connection: Connection) -> list[str]:
    """Drop the vector tables of retired and refused generations.

    Returns:
        Generations whose table is still read from, to be dropped by the next promotion.
    """
    rows = connection.execute(
        "SELECT generation FROM generations WHERE state IN ('retired', 'refused')"
        " AND to_regclass('vectors_' || generation) IS NOT NULL ORDER BY generation"
    ).fetchall()
    return [
        generation
        for (generation,) in rows
        if not vector_tables.drop(connection, generation, lock_timeout_s=DROP_TIMEOUT_S)
    ]


def _switched(
    connection: Connection, generation: str, embedder: BulkEmbedder, done: Embedded
) -> bool:
    with connection.transaction():
        lock_transaction(
            connection, Lock.WRITE, what="the lock of item writes", timeout_s=LOCK_TIMEOUT_S
        )
        left = vector_tables.read_missing(connection, generation, limit=MAX_LAST_ITEMS + 1)
        if len(left) > MAX_LAST_ITEMS:
            return False
        if left:
            embed_step(connection, generation, embedder, left, done)
        _check_fit(connection, generation)
        connection.execute(
            "INSERT INTO generation_in_use AS u (generation) VALUES (%s)"
            " ON CONFLICT (is_only) DO UPDATE SET previous = u.generation,"
            " generation = EXCLUDED.generation, switched_at = now()"
            " WHERE u.generation <> EXCLUDED.generation",
            [generation],
        )
    return True


def _check_fit(connection: Connection, generation: str) -> None:
    """Lock the generation's row and see that nobody retired it or took its index meanwhile."""
    row = connection.execute(
        "SELECT state FROM generations WHERE generation = %s FOR UPDATE", [generation]
    ).fetchone()
    state = row[0] if row else "unknown"
    if state != "indexed" or not vector_tables.has_index(connection, generation):
        raise Conflict(
            f"{generation} is {state}: expected an indexed generation with its HNSW index; "
            f"{in_use(connection) or 'none'} stays in use"
        )
