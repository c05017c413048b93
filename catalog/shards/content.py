"""What a catalogue holds, as a digest: whether two processes read the same version of it."""

import hashlib
from pathlib import Path

from catalog.readers.detect import parts_of


def content_digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of a folder's parts or JSON documents.

    Args:
        path: the catalogue, as `catalog.readers.detect.find_catalogue` gives it.
    """
    if path.is_file():
        return _of_file(path)
    digest = hashlib.sha256()
    for file in parts_of(path) or _documents(path):
        name = file.relative_to(path).as_posix()
        digest.update(f"{name}\0{_of_file(file)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _documents(folder: Path) -> list[Path]:
    below = sorted(folder.rglob("*"))
    return [path for path in below if path.suffix.lower() == ".json" and path.is_file()]


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
