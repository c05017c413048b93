"""Locks that a dead process cannot keep: the kernel gives them back with the process."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.processes import start_time


class LockTaken(Exception):  # noqa: N818 - reads as what it says
    """Another process holds the lock."""

    def __init__(self, path: Path, pid: int | None) -> None:
        """The lock at `path` is held, by `pid` as far as is known."""
        super().__init__(f"{path} is held by process {pid or 'unknown'}")
        self.pid = pid


@contextmanager
def locked(path: Path, timeout_s: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path`, with our process id in it.

    Args:
        path: the file; it stays when the lock is given back.
        timeout_s: how long to wait for another process to give it back.

    Raises:
        LockTaken: another process held it all that time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout_s
    with path.open("a+") as file:
        while not _try_lock(file.fileno()):
            if time.monotonic() >= deadline:
                raise LockTaken(path, holder(path))
            time.sleep(0.1)
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"pid": os.getpid(), "start_time": start_time(os.getpid())}))
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def holder(path: Path) -> int | None:
    """Id of the living process that holds a lock; None where nobody does."""
    try:
        known = json.loads(path.read_text() or "{}")
    except FileNotFoundError:
        return None
    except ValueError:
        # Its holder is just writing it.
        return None
    pid = known.get("pid")
    if pid is None or start_time(pid) != known["start_time"]:
        return None
    return int(pid)
