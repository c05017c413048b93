"""Files that are written whole or not at all, and what is said where the disk is full."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def disk_fault(error: OSError, place: Path | str) -> str:
    """One line on what the system refused, with the remedy where no space is left.

    Args:
        error: what was raised.
        place: where was written or read, for errors that do not say so.
    """
    where = error.filename if isinstance(error.filename, str) else place
    return f"{str(where)[:300]}: {reason(error)}"


def reason(error: OSError) -> str:
    """What the system says, with the remedy where no space is left."""
    # Arrow's errors have the system's reason on later lines, but its number too.
    why = os.strerror(error.errno) if error.errno else (str(error).splitlines() or ["failed"])[0]
    remedy = "; make room or choose another place, then run it again"
    return f"{why}{remedy if error.errno in _FULL else ''}"


@contextmanager
def whole_files(*paths: Path) -> Iterator[list[Path]]:
    """New files to write instead of some, each of which takes its place at the end of the block.

    Where the block fails, or does not write one, what was there before is as it was.
    """
    partial = [path.with_name(f".{path.name}.partial") for path in paths]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        for written, path in zip(partial, paths, strict=True):
            if written.exists():
                written.replace(path)
    finally:
        for written in partial:
            written.unlink(missing_ok=True)


def write_whole(texts: Mapping[Path, str]) -> None:
    """Write text files in UTF-8, all of them or none, in the order given.

    Raises:
        OSError: one cannot be written; what was there before is as it was.
    """
    with whole_files(*texts) as partial:
        for path, text in zip(partial, texts.values(), strict=True):
            path.write_text(text, encoding="utf-8")


def json_text(document: object) -> str:
    """A document as a person reads it."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
