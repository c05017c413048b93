"""A whole catalogue into the table `items`: new and changed items are written, gone ones deleted.

Digests say what differs from the last catalogue, so that the work is that of the difference. An
item that the API wrote since then is set back to what the catalogue says; one that the catalogue no
longer has and that the API wrote since then is the API's own and stays.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from psycopg import Connection

from catalog.item import Item
from serving.bulk_load import load_items
from serving.digest_copy import HEADER, TRAILER, binary_rows
from serving.errors import Conflict, InvalidRequest
from serving.locks import SHARE_WRITES

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_T = TypeVar("_T")

ITEMS_PER_STEP = 2_000
MAX_GONE_SHARE = 0.2
"""Share of the last catalogue that may be gone from the next, unless told otherwise."""

_CREATE_INCOMING = (
    'CREATE TEMPORARY TABLE IF NOT EXISTS incoming_catalogue (item_id text COLLATE "C" NOT NULL,'
    " digest bytea NOT NULL, row_number bigint NOT NULL)"
)
_TWICE = (
    "SELECT item_id FROM incoming_catalogue GROUP BY item_id HAVING count(*) > 1"
    " ORDER BY min(row_number) LIMIT 1"
)
_DIFFERING = (
    "SELECT n.row_number FROM incoming_catalogue n"
    " LEFT JOIN catalogue_items c USING (item_id) LEFT JOIN items i USING (item_id)"
    " WHERE (c.digest, c.revision) IS DISTINCT FROM (n.digest, i.revision) ORDER BY n.row_number"
)
_REMEMBER = (
    "INSERT INTO catalogue_items (item_id, digest, revision)"
    " SELECT i.item_id, n.digest, i.revision FROM unnest(%s::text[], %s::bytea[]) AS n (item_id,"
    " digest) JOIN items i ON i.item_id = n.item_id ORDER BY i.item_id FOR KEY SHARE OF i"
    " ON CONFLICT (item_id) DO UPDATE SET digest = EXCLUDED.digest, revision = EXCLUDED.revision"
)
_GONE = (
    "SELECT c.item_id FROM catalogue_items c WHERE NOT EXISTS"
    " (SELECT FROM incoming_catalogue n WHERE n.item_id = c.item_id) ORDER BY c.item_id"
)
# Rows in the order of ids, as the other writers lock them.
_DELETE = (
    "DELETE FROM items WHERE item_id IN (SELECT i.item_id FROM items i JOIN catalogue_items c"
    " ON (c.item_id, c.revision) = (i.item_id, i.revision) WHERE i.item_id = ANY(%s::text[])"
    " ORDER BY i.item_id FOR UPDATE OF i)"
)


class Snapshot(Protocol):
    """A whole catalogue: every digest at little cost, and the items that are asked for."""

    def digests(self) -> "Iterator[RecordBatch]":
        """All rows in order: `item_id` and `digest` (`catalog.digest`)."""
        ...

    def items(self, rows: Sequence[int]) -> Iterator[tuple[Item, bytes]]:
        """The items of some rows, numbered from 0 and ascending, with their digests."""
        ...


@dataclass(kw_only=True)
class Synced:
    """What a catalogue changed."""

    num_items: int = 0
    """Items of the catalogue."""
    num_changed: int = 0
    """Those that were new or changed in the table `items`."""
    num_gone: int = 0
    """Items that were deleted."""


def sync_catalogue(
    connection: Connection,
    catalogue: Snapshot,
    *,
    max_gone_share: float = MAX_GONE_SHARE,
) -> Synced:
    """Make the table `items` what a catalogue says.

    Killed at any moment and run again it ends in the same state.

    Args:
        connection: one in autocommit mode; each step is a transaction of its own.
        catalogue: all of it; items are read where they differ alone.
        max_gone_share: share of the last catalogue's items that may be deleted, 0 to 1.

    Raises:
        InvalidRequest: an id occurs twice.
        Conflict: more items are gone than allowed; nothing has been changed.
    """
    num_items = _send_digests(connection, catalogue)
    gone = [row[0] for row in connection.execute(_GONE)]
    _check_gone(connection, gone, max_gone_share)
    differing = [row[0] for row in connection.execute(_DIFFERING)]
    synced = Synced(num_items=num_items)
    for step in _steps(catalogue.items(differing) if differing else ()):
        synced.num_changed += _write(connection, step)
    for item_ids in _steps(gone):
        synced.num_gone += _delete(connection, item_ids)
    connection.execute("TRUNCATE incoming_catalogue")
    return synced


def _send_digests(connection: Connection, catalogue: Snapshot) -> int:
    """Fill the table `incoming_catalogue`, and say how many items there are."""
    connection.execute(_CREATE_INCOMING)
    connection.execute("TRUNCATE incoming_catalogue")
    num_items = 0
    statement = "COPY incoming_catalogue FROM STDIN WITH (FORMAT binary)"
    with connection.cursor().copy(statement) as copy:
        copy.write(HEADER)
        for batch in catalogue.digests():
            copy.write(binary_rows(batch, num_items))
            num_items += batch.num_rows
        copy.write(TRAILER)
    twice = connection.execute(_TWICE).fetchone()
    if twice is not None:
        raise InvalidRequest(
            f"item_id: expected each id once, got {twice[0]!r} twice",
            field="item_id",
            got=twice[0],
        )
    connection.execute("ANALYZE incoming_catalogue")
    return num_items


def _check_gone(connection: Connection, gone: Sequence[str], max_share: float) -> None:
    (num_before,) = connection.execute("SELECT count(*) FROM catalogue_items").fetchone() or (0,)
    if len(gone) > max_share * num_before:
        raise Conflict(
            f"{len(gone)} of the last catalogue's {num_before} items are gone from this one, the "
            f"first is {gone[0]!r}: expected at most {max_share:.0%}; is it the whole catalogue? "
            "If so, allow more with --max-gone-share"
        )


def _write(connection: Connection, step: Sequence[tuple[Item, bytes]]) -> int:
    with connection.transaction():
        num_changed = load_items(connection, [item for item, _ in step])
        digests = [digest for _, digest in step]
        connection.execute(_REMEMBER, [[item.item_id for item, _ in step], digests])
    return num_changed


def _delete(connection: Connection, item_ids: Sequence[str]) -> int:
    """Delete items as the last catalogue left them; what the API wrote since is forgotten only."""
    with connection.transaction():
        connection.execute(SHARE_WRITES)
        num_gone = connection.execute(_DELETE, [list(item_ids)]).rowcount
        connection.execute(
            "DELETE FROM catalogue_items WHERE item_id = ANY(%s::text[])", [list(item_ids)]
        )
    return num_gone


def _steps(entries: Iterable[_T]) -> Iterator[list[_T]]:
    remaining = iter(entries)
    while step := list(islice(remaining, ITEMS_PER_STEP)):
        yield step
