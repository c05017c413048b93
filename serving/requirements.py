"""What the database must be: versions checked by name, each with its remedy."""

import psycopg

from serving.errors import NotReady

MIN_POSTGRESQL = 16
MIN_PGVECTOR = (0, 8, 5)
PART = "PostgreSQL"

VERSIONS = (
    "SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'vector'"
)
"""Gives what `check_versions` calls available and installed, or no row."""


def check_versions(*, server: int, available: str | None, installed: str | None) -> None:
    """Refuse a server that would answer wrongly or not at all.

    Args:
        server: `server_version_num`, such as 180004 for 18.4.
        available: version of pgvector that the server's files hold; None: there are none.
        installed: version of the extension in this database; None: not created yet.

    Raises:
        NotReady: PostgreSQL or pgvector is missing or too old; says what to do.
    """
    wanted = ".".join(map(str, MIN_PGVECTOR))
    if server // 10_000 < MIN_POSTGRESQL:
        raise NotReady(
            PART,
            f"expected version {MIN_POSTGRESQL} or later, got {server // 10_000}."
            f"{server % 10_000}; move the database to a newer server",
        )
    if available is None and installed is None:
        raise NotReady(
            PART,
            f"expected pgvector {wanted} or later, got a server without the extension 'vector'; "
            f"install pgvector on the server (package postgresql-{server // 10_000}-pgvector)",
        )
    if installed is not None and version(installed) < MIN_PGVECTOR:
        raise NotReady(
            PART,
            f"expected pgvector {wanted} or later, got {installed} in this database; "
            "install a newer pgvector and run ALTER EXTENSION vector UPDATE",
        )
    if installed is None and available is not None and version(available) < MIN_PGVECTOR:
        raise NotReady(
            PART,
            f"expected pgvector {wanted} or later, got {available} on the server; "
            "earlier ones can corrupt an HNSW index: install a newer pgvector",
        )


def check_server(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Refuse a connected server as `check_versions` does.

    Raises:
        NotReady: PostgreSQL or pgvector is missing or too old.
    """
    found = connection.execute(VERSIONS).fetchone()
    available, installed = found if found else (None, None)
    check_versions(
        server=connection.info.server_version,
        available=None if available is None else str(available),
        installed=None if installed is None else str(installed),
    )


def version(text: str) -> tuple[int, ...]:
    """`0.8.10` as numbers that compare; what follows a number's digits is left out.

    Raises:
        ValueError: a part of it does not begin with a digit.
    """
    parts = []
    for part in text.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            raise ValueError(f"pgvector's version: expected numbers and dots, got {text!r}")
        parts.append(int(digits))
    return tuple(parts)
