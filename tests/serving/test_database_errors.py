"""Every error of psycopg and its pool has its place in the service's tree."""

from collections.abc import Iterator

import psycopg
import psycopg_pool
import pytest
from psycopg import errors as pg

from serving.database_errors import database_errors, kind_of, translated
from serving.errors import (
    Conflict,
    NotReady,
    Refused,
    ServerFailed,
    ServiceError,
    TimedOut,
    Unavailable,
)


def classes(kind: type[psycopg.Error] = psycopg.Error) -> Iterator[type[psycopg.Error]]:
    yield kind
    for child in kind.__subclasses__():
        yield from classes(child)


def test_every_error_of_psycopg_is_mapped() -> None:
    found = set(classes())
    assert len(found) > 200
    for kind in found:
        ours = translated(kind("x"))
        assert isinstance(ours, Unavailable | Conflict) or type(ours) is ServiceError, kind
        assert str(ours).startswith("PostgreSQL"), kind


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (psycopg_pool.PoolTimeout, TimedOut),
        (psycopg_pool.PoolClosed, Refused),
        (psycopg_pool.TooManyRequests, Refused),
        (pg.ConnectionTimeout, TimedOut),
        (pg.QueryCanceled, TimedOut),
        (pg.LockNotAvailable, TimedOut),
        (pg.IdleInTransactionSessionTimeout, TimedOut),
        (pg.AdminShutdown, Refused),
        (pg.CrashShutdown, Refused),
        (pg.CannotConnectNow, Refused),
        (pg.TooManyConnections, Refused),
        (pg.ConnectionFailure, Refused),
        (psycopg.OperationalError, Refused),
        (pg.DiskFull, ServerFailed),
        (pg.OutOfMemory, ServerFailed),
        (pg.InternalError_, ServerFailed),
        (pg.IndexCorrupted, ServerFailed),
        (pg.UndefinedTable, NotReady),
        (pg.UndefinedFunction, NotReady),
        (pg.InvalidCatalogName, NotReady),
        (pg.InvalidPassword, NotReady),
        (pg.StatementTooComplex, ServiceError),
        (pg.SerializationFailure, Conflict),
        (pg.DeadlockDetected, Conflict),
        (pg.UniqueViolation, Conflict),
        (pg.SyntaxError, ServiceError),
        (pg.UntranslatableCharacter, ServiceError),
        (psycopg.DataError, ServiceError),
    ],
)
def test_timeout_refusal_and_server_error_are_kept_apart(
    theirs: type[psycopg.Error], ours: type[ServiceError]
) -> None:
    assert kind_of(theirs("x")) is ours


def test_an_error_in_the_block_is_translated_and_kept_as_the_cause() -> None:
    cause = psycopg.OperationalError("connection to host db.internal user admin failed")
    with pytest.raises(Refused) as caught, database_errors():
        raise cause
    assert caught.value.__cause__ is cause
    assert str(caught.value) == (
        "PostgreSQL: the connection was refused or lost; check that the server runs and try again"
    )


def test_what_is_not_of_the_database_passes_as_it_is() -> None:
    with pytest.raises(KeyError), database_errors():
        raise KeyError("mine")


def test_a_missing_migration_is_told_with_its_remedy() -> None:
    assert "run `python -m serving.migrate`" in str(translated(pg.UndefinedTable("x")))
    assert "(SQLSTATE 42P01)" in str(translated(pg.UndefinedTable("x")))
