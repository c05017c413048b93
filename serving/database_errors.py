"""What psycopg and its pool raise, in the service's own words.

The map goes by SQLSTATE, the only part of PostgreSQL's answer that is stable over versions
and languages; an error without one never reached the server, or lost it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import psycopg_pool
from psycopg import errors as pg

from serving.errors import (
    Conflict,
    NotReady,
    Refused,
    ServerFailed,
    ServiceError,
    TimedOut,
    Unavailable,
)

PART = "PostgreSQL"

# The longest prefix wins: a whole SQLSTATE before its class of two characters.
BY_SQLSTATE: dict[str, type[ServiceError]] = {
    "08": Refused,  # connection exception
    "22": ServiceError,  # a value that we should have refused before: our fault
    "23": Conflict,  # integrity constraint
    "25P03": TimedOut,  # idle in transaction
    "25P04": TimedOut,  # transaction timeout
    "28": NotReady,  # wrong user or password
    "3D": NotReady,  # no such database
    "3F": NotReady,  # no such schema
    "40": Conflict,  # serialization, deadlock
    "42": ServiceError,  # a statement that cannot be right: our fault
    "42501": NotReady,  # no privilege
    "42704": NotReady,  # no such type: pgvector is missing
    "42883": NotReady,  # no such function: pgvector is missing or too old
    "42P01": NotReady,  # no such table: not migrated
    "42703": NotReady,  # no such column: not migrated
    "53300": Refused,  # too many connections
    "54": ServiceError,  # a statement beyond the server's limits: trying again cannot help
    "55P03": TimedOut,  # lock not available in time
    "57014": TimedOut,  # statement timeout
    "57P": Refused,  # shutting down, crashed, starting up
    "58": ServerFailed,  # disk and system
    "XX": ServerFailed,  # internal, corrupted
}

# The classes that come without a SQLSTATE, most derived first.
BY_CLASS: tuple[tuple[type[Exception], type[ServiceError]], ...] = (
    (psycopg_pool.PoolTimeout, TimedOut),
    (psycopg_pool.PoolClosed, Refused),
    (psycopg_pool.TooManyRequests, Refused),
    (pg.ConnectionTimeout, TimedOut),
    (pg.CancellationTimeout, TimedOut),
    (psycopg.OperationalError, Refused),
    (psycopg.InterfaceError, Refused),
    (psycopg.DataError, ServiceError),
    (psycopg.ProgrammingError, ServiceError),
    (psycopg.IntegrityError, Conflict),
    (psycopg.Error, ServerFailed),
)

REMEDY: dict[type[ServiceError], str] = {
    Refused: "the connection was refused or lost; check that the server runs and try again",
    TimedOut: "no answer within the time allowed; check that the server runs, "
    "and look for what keeps it busy",
    NotReady: "the database is not as needed; run `python -m serving.migrate`, "
    "and check the user and the pgvector extension",
    ServerFailed: "the server answered with an error; its log has the whole of it",
}


def kind_of(error: psycopg.Error) -> type[ServiceError]:
    """The class of the service's tree that stands for a psycopg error."""
    state = error.sqlstate or ""
    for length in range(len(state), 1, -1):
        if state[:length] in BY_SQLSTATE:
            return BY_SQLSTATE[state[:length]]
    if state:
        return ServerFailed
    return next(ours for theirs, ours in BY_CLASS if isinstance(error, theirs))


def translated(error: psycopg.Error) -> ServiceError:
    """The service's error for a psycopg error; connection strings never come along.

    Only the server's primary message is quoted: libpq's own texts may hold host and user.
    """
    kind = kind_of(error)
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    said = error.diag.message_primary
    if not issubclass(kind, Unavailable):
        return kind(f"{PART}{code}: {said or 'the statement was refused'}")
    quoted = f"; it said: {said}" if said else ""
    return kind(PART, f"{REMEDY[kind]}{code}{quoted}")


@contextmanager
def database_errors() -> Iterator[None]:
    """Translate whatever psycopg raises in the block.

    Raises:
        ServiceError: of `serving.errors`, from the psycopg error.
    """
    try:
        yield
    except psycopg.Error as error:
        raise translated(error) from error
