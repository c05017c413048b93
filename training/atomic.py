"""Files that are whole or not there."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `path`, bring it to the disk, then move it into place."""
    # Containers on several nodes have the same process ids.
    beside = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}")
    try:
        write(beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_json(path: Path, document: object) -> None:
    """Write a JSON document atomically, indented, with a final newline."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_atomically(path, lambda beside: beside.write_text(text, encoding="utf-8"))
