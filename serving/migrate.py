"""Bring the database to the schema of this code: `python -m serving.migrate`.

Migrations are the files `migrations/NNNN_name.sql`, applied once each, in order, one transaction
each, under a lock that makes a second process wait. What was applied is kept with its SHA-256: a
file that changed afterwards, or a number that this code does not have, stops everything.
"""

import argparse
import hashlib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection

from serving.command_line import connect, database_url_from, run
from serving.errors import NotReady
from serving.locks import Lock, lock_session
from serving.requirements import PART, check_server

FOLDER = Path(__file__).with_name("migrations")
LOCK_TIMEOUT_S = 60.0
APPLIED = "SELECT number, name, checksum FROM schema_migrations ORDER BY number"

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One step of the schema."""

    number: int
    """1, 2, ... without a gap."""
    name: str
    """The file's name."""
    statements: bytes
    checksum: str
    """SHA-256 of the file, in hexadecimal."""


def read_migrations(folder: Path) -> list[Migration]:
    """The migrations of a folder, in order.

    Raises:
        NotReady: a file has another name than NNNN_name.sql, or the numbers have a gap.
    """
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    for expected, migration in enumerate(found, start=1):
        if migration.number != expected:
            raise NotReady(
                PART, f"{migration.name}: expected number {expected:04d}; number without a gap"
            )
    return found


def pending(known: Sequence[Migration], applied: Sequence[tuple[int, str, str]]) -> list[Migration]:
    """The migrations still to be applied.

    Args:
        known: those of this code, in order.
        applied: number, name and checksum of those the database has.

    Raises:
        NotReady: the database has one that this code knows differently.
    """
    by_number = {migration.number: migration for migration in known}
    for number, _, checksum in applied:
        migration = by_number.get(number)
        if migration is None:
            # Of a newer release, which leaves this one working: replicas of both run side by side
            # in an upgrade, and a release can be taken back.
            continue
        if migration.checksum != checksum:
            raise NotReady(
                PART,
                f"migration {migration.name} was changed after it was applied (SHA-256 "
                f"{checksum[:12]} then, {migration.checksum[:12]} now); restore the file and put "
                "the change into a new migration",
            )
    done = {number for number, _, _ in applied}
    return [migration for migration in known if migration.number not in done]


def migrate(connection: Connection, folder: Path = FOLDER) -> list[str]:
    """Apply what is missing.

    Returns:
        Names of the migrations that were applied now; empty where all were there.

    Raises:
        NotReady: versions or migrations do not fit (see `check_versions`, `pending`).
        TimedOut: another process migrates for longer than `LOCK_TIMEOUT_S`.
    """
    check_server(connection)
    known = read_migrations(folder)
    lock_session(connection, Lock.MIGRATE, what="the migration lock", timeout_s=LOCK_TIMEOUT_S)
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, name text"
            " NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        steps = pending(known, connection.execute(APPLIED).fetchall())
        for migration in steps:
            _apply(connection, migration)
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock_all()")
    return [migration.name for migration in steps]


def check_migrated(connection: Connection, folder: Path = FOLDER) -> None:
    """Refuse a database that is not at the schema of this code.

    Raises:
        NotReady: a migration is missing or changed, or the versions do not fit.
    """
    check_server(connection)
    found = connection.execute("SELECT to_regclass('schema_migrations') IS NOT NULL").fetchone()
    applied = connection.execute(APPLIED).fetchall() if found and found[0] else []
    check_applied(read_migrations(folder), applied)


def check_applied(known: Sequence[Migration], applied: Sequence[tuple[int, str, str]]) -> None:
    """Refuse a list of applied migrations that is not that of this code.

    Raises:
        NotReady: a migration is missing or changed.
    """
    if missing := pending(known, applied):
        raise NotReady(
            PART, f"migration {missing[0].name} is not applied; run `python -m serving.migrate`"
        )


def _read(path: Path) -> Migration:
    name = _NAME.fullmatch(path.name)
    if name is None:
        raise NotReady(PART, f"{path.name}: expected a name like 0001_items.sql")
    statements = path.read_bytes()
    return Migration(
        number=int(name[1]),
        name=path.name,
        statements=statements,
        checksum=hashlib.sha256(statements).hexdigest(),
    )


def _apply(connection: Connection, migration: Migration) -> None:
    with connection.transaction():
        connection.execute(migration.statements)
        connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES (%s, %s, %s)",
            [migration.number, migration.name, migration.checksum],
        )


def main(arguments: list[str] | None = None) -> int:
    """Migrate the database of the environment; exit codes as in `serving.command_line`."""
    argparse.ArgumentParser(prog="python -m serving.migrate", description=__doc__).parse_args(
        arguments
    )

    def command() -> object:
        with connect(database_url_from(os.environ)) as connection:
            return {"applied": migrate(connection)}

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
