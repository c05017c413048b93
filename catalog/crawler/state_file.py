"""A crawl's SQLite file: whole transactions, and one error where it cannot be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.readers.source import CatalogueError


class StateError(CatalogueError):
    """The state of a crawl cannot be written, as where the disk is full."""


@contextmanager
def state_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise StateError(
            f"{path}: {error}; see that the disk has room and may be written"
        ) from error


class Transaction:
    """Everything within is written, or nothing."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        """A transaction of the file at `path`."""
        self._database = database
        self._path = path

    def __enter__(self) -> None:
        with state_errors(self._path):
            self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            with state_errors(self._path):
                self._database.commit()
        # Also what could not be committed; SQLite has rolled some of it back by itself.
        if self._database.in_transaction:
            with state_errors(self._path):
                self._database.rollback()
