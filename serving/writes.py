"""Writes of the API: items with their vectors, in one transaction with the generation in use.

Every such transaction shares a lock that the switch of the generation takes for itself alone. So
while a write runs no switch happens, and a write that waited for a switch sees the new generation
and is refused, to be embedded again. No acknowledged write is ever missing in the generation that
answers.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, sql

from catalog.item import Item
from serving.errors import GenerationChanged, InvalidRequest
from serving.item_rows import UPSERT_ARRAYS, values_of, vector_text
from serving.locks import SHARE_WRITES
from serving.protocols import MAX_BATCH, Deleted, Upserted, Vector
from serving.search import no_generation
from serving.vector_tables import vector_table

# The items were written before, in the same transaction, so their rows are locked and their
# revisions final.
_UPSERT_VECTORS = sql.SQL(
    "INSERT INTO {table} (item_id, revision, embedding)"
    " SELECT i.item_id, i.revision, n.embedding::halfvec"
    " FROM unnest(%s::text[], %s::text[]) AS n (item_id, embedding)"
    " JOIN items i ON i.item_id = n.item_id ORDER BY i.item_id"
    " ON CONFLICT (item_id) DO UPDATE SET revision = EXCLUDED.revision,"
    " embedding = EXCLUDED.embedding WHERE {table}.revision < EXCLUDED.revision"
)

# In the order of ids, as the other writers lock them.
_DELETE = (
    "DELETE FROM items WHERE item_id IN (SELECT item_id FROM items"
    " WHERE item_id = ANY(%s::text[]) ORDER BY item_id FOR UPDATE) RETURNING item_id"
)


def check_batch(items: Sequence[Item], vectors: Sequence[Vector]) -> None:
    """Refuse a batch that cannot be written as one.

    Raises:
        InvalidRequest: it is too large, an id occurs twice, or vectors and items differ in number.
    """
    if len(items) > MAX_BATCH or len(vectors) != len(items):
        raise InvalidRequest(
            f"items: expected at most {MAX_BATCH} items and as many vectors, "
            f"got {len(items)} and {len(vectors)}",
            field="items",
            got=len(items),
            allowed=MAX_BATCH,
        )
    seen: set[str] = set()
    for item in items:
        if item.item_id in seen:
            raise InvalidRequest(
                f"item_id: expected each id once in a batch, got {item.item_id!r} twice",
                field="item_id",
                got=item.item_id,
            )
        seen.add(item.item_id)


async def upsert(
    connection: AsyncConnection, items: Sequence[Item], vectors: Sequence[Vector], generation: str
) -> Upserted:
    """Write a checked batch; the caller's transaction commits it.

    Raises:
        GenerationChanged: another generation is in use.
        NotReady: none is in use.
        InvalidRequest: a vector has not the generation's dimension.
    """
    await connection.execute(SHARE_WRITES)
    # A statement of its own, so that it sees what was committed while the lock was waited for.
    in_use, dimension = await _in_use(connection)
    if in_use != generation:
        raise GenerationChanged(
            f"generation: expected {in_use}, which is in use by now, got vectors of {generation}; "
            "embed the items again"
        )
    if wrong := [vector.shape for vector in vectors if vector.shape != (dimension,)]:
        raise InvalidRequest(
            f"vector: expected {dimension} values, got shape {wrong[0]}", field="vector"
        )
    num_changed = 0
    if items:
        columns = [list(column) for column in zip(*map(values_of, items), strict=True)]
        num_changed = (await connection.execute(UPSERT_ARRAYS, columns)).rowcount
        await connection.execute(
            _UPSERT_VECTORS.format(table=vector_table(generation)),
            [[item.item_id for item in items], [vector_text(vector) for vector in vectors]],
        )
    return Upserted(
        generation=in_use, num_changed=num_changed, num_unchanged=len(items) - num_changed
    )


async def delete(connection: AsyncConnection, item_ids: Sequence[str]) -> Deleted:
    """Delete items; their vectors of every generation go with them.

    Raises:
        NotReady: no generation is in use.
    """
    in_use, _ = await _in_use(connection)
    cursor = await connection.execute(_DELETE, [list(item_ids)])
    rows = await cursor.fetchall()
    return Deleted(generation=in_use, item_ids=tuple(sorted(row[0] for row in rows)))


async def _in_use(connection: AsyncConnection) -> tuple[str, int]:
    cursor = await connection.execute(
        "SELECT g.generation, g.dimension FROM generation_in_use u"
        " JOIN generations g ON g.generation = u.generation"
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    if row is None:
        raise no_generation()
    return str(row[0]), int(row[1])
