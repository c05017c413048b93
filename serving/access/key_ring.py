"""The keys in use: read from a file at start, and again whenever that file changes.

Kubernetes replaces a mounted Secret by swapping a symlink, so what is compared is the file that the
path leads to. A file that cannot be read leaves the keys as they were: keys are taken away by a
whole file without them, never by half of one.
"""

import hmac
import logging
import time
from collections.abc import Callable
from pathlib import Path

from serving.access.keys import MAX_FILE_BYTES, Key, KeysFileError, digest_of, parse_keys

LOOK_EVERY_S = 1.0
"""How old what is known of the file may be; a key that is not known has it looked at at once."""

_Stamp = tuple[int, int, int, int]

log = logging.getLogger(__name__)


class KeyRing:
    """The keys of a file.

    Args:
        path: the file.
        clock: seconds that only grow.

    Raises:
        KeysFileError: the file cannot be read, or is not of its form.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._stamp: _Stamp | None = None
        self._keys: tuple[Key, ...] = ()
        self._fault: str | None = None
        self._looked_at = clock()
        self._read()

    @property
    def num_keys(self) -> int:
        """How many keys are accepted."""
        return len(self._keys)

    @property
    def is_current(self) -> bool:
        """Whether the keys are those of the file as it is now."""
        return self._fault is None

    def find(self, text: str) -> Key | None:
        """The key with this text, or None."""
        digest = digest_of(text)
        if self._clock() - self._looked_at >= LOOK_EVERY_S:
            self.look()
        found = self._match(digest)
        if found is None and self.look():
            found = self._match(digest)
        return found

    def look(self) -> bool:
        """Take the file's keys if it has changed; gives whether it was read."""
        self._looked_at = self._clock()
        try:
            return self._read()
        except KeysFileError as error:
            if str(error) != self._fault:
                self._fault = str(error)
                log.error("the keys stay as they were: %s", error, extra={"keys": self.num_keys})
            return False

    def _match(self, digest: bytes) -> Key | None:
        """Every digest is compared, each in constant time: the answer's time tells nothing."""
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def _read(self) -> bool:
        """Read the file if it is not the one that was read last."""
        try:
            # Taken first: what is written while the file is read is seen as a change next time.
            stamp = _stamp(self._path)
            if stamp == self._stamp:
                return False
            with self._path.open("rb") as file:
                raw = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            self._stamp = None
            raise KeysFileError(f"{self._path}: cannot be read: {error.strerror}") from error
        self._stamp = stamp
        self._keys = self._parsed(raw)
        self._fault = None
        log.info("keys read", extra={"keys": self.num_keys, "file": str(self._path)})
        return True

    def _parsed(self, raw: bytes) -> tuple[Key, ...]:
        if len(raw) > MAX_FILE_BYTES:
            raise KeysFileError(f"{self._path}: expected at most {MAX_FILE_BYTES:,} bytes")
        try:
            return parse_keys(raw)
        except KeysFileError as error:
            raise KeysFileError(f"{self._path}: {error}") from error


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
