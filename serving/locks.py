"""The advisory locks that order what several processes do to one database.

Two-number keys: the first is ours, so that other applications of the same database do not clash.
"""

from enum import IntEnum

from psycopg import Connection
from psycopg import errors as pg

from serving.errors import TimedOut

CLASS = 0x6D6F64
"""The letters `mod`."""


class Lock(IntEnum):
    """What a lock is for; INDEX is followed by the numbers of the generations."""

    MIGRATE = 1
    ALLOCATE = 2
    WRITE = 3
    """Shared by every write of items, exclusive for the switch of the generation in use."""
    PROMOTE = 4
    RECALL = 5
    INDEX = 1_000


SHARE_WRITES = f"SELECT pg_advisory_xact_lock_shared({CLASS}, {Lock.WRITE:d})"
"""To be run first in a transaction that writes items: until its end no switch can happen."""


def lock_session(connection: Connection, number: int, *, what: str, timeout_s: float) -> None:
    """Take a lock until the connection ends, so that a killed process leaves none behind.

    Raises:
        TimedOut: another process holds it for longer than `timeout_s`.
    """
    _lock(connection, "SELECT pg_advisory_lock(%s, %s)", number, what=what, timeout_s=timeout_s)


def lock_transaction(connection: Connection, number: int, *, what: str, timeout_s: float) -> None:
    """Take a lock until the end of the transaction that is open.

    Raises:
        TimedOut: others hold it for longer than `timeout_s`.
    """
    statement = "SELECT pg_advisory_xact_lock(%s, %s)"
    _lock(connection, statement, number, what=what, timeout_s=timeout_s)


def _lock(
    connection: Connection, statement: str, number: int, *, what: str, timeout_s: float
) -> None:
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{timeout_s * 1000:.0f}"])
    try:
        connection.execute(statement.encode(), [CLASS, number])
    except pg.LockNotAvailable as error:
        raise TimedOut(
            "PostgreSQL",
            f"{what} is held by another process for more than {timeout_s:g} s; "
            "wait for it to end, or end it",
        ) from error
