"""A folder that a step writes: there as a whole or not at all, and in nobody else's place."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.bundle import move_into_place
from catalog.disk import json_text
from catalog.readers.source import CatalogueError


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A new folder to write into, which becomes `out` at the end of the block."""
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        move_into_place(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_replaceable(out: Path, mark: str, what: str) -> None:
    """Refuse to replace anything but a folder of the same kind.

    Args:
        out: the folder to write.
        mark: the name of a file that every folder of the kind holds.
        what: the kind, for the message: `items folder`.

    Raises:
        CatalogueError: something else is there.
    """
    is_free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not is_free and not (out / mark).is_file():
        raise CatalogueError(
            f"{out}: is there already and is no {what}; choose another, or remove it"
        )


def check_apart(out: Path, *read: Path) -> None:
    """Refuse to write over what is read.

    Raises:
        CatalogueError: `out` is one of the files of `read`.
    """
    for path in read:
        if out.exists() and path.exists() and out.samefile(path):
            raise CatalogueError(f"{out}: is what is read; choose another file to write")


def write_json(path: Path, document: object) -> None:
    """Write a document as a person reads it."""
    path.write_text(json_text(document), encoding="utf-8")
