"""What a catalogue holds, as a digest: whether two processes read the same version of it."""

import hashlib
from pathlib import Path


def content_digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of a folder's JSON documents.

    Args:
        path: the catalogue, as `catalog.readers.detect.find_catalogue` gives it.
    """
    if path.is_file():
        return _of_file(path)
    digest = hashlib.sha256()
    for document in sorted(path.rglob("*")):
        if document.suffix.lower() == ".json" and document.is_file():
            name = document.relative_to(path).as_posix()
            digest.update(f"{name}\0{_of_file(document)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
