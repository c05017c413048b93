"""Which stored picture a file became, kept in the store: no file is decoded a second time.

Beside the pictures, so that a run on another machine knows it too. Entries are kept in objects of
some hundred lines that are written once and named by their content; a run that is killed loses
those that it had not written yet, and decodes these files again.
"""

import hashlib
import re
import threading

from catalog.objects import ObjectStore

SOURCES = "sources/1/"
"""Where the entries lie; the number goes up with every change of what `normalise` makes."""
ENTRIES = 256
"""Entries of an object."""

_LINE = re.compile(rb"([0-9a-f]{64}) ([0-9a-f]{64})")


class SourceIndex:
    """Digests of pictures' files, with the digest that each is stored under; for several threads.

    A file that is stored as it is has one digest, and no entry.
    """

    def __init__(self, objects: ObjectStore) -> None:
        """Read what earlier runs wrote.

        Raises:
            ObjectsError: the store fails.
        """
        self._objects = objects
        self._lock = threading.Lock()
        self._new: list[str] = []
        self._known: dict[bytes, bytes] = {}
        for name in objects.list(SOURCES):
            for source, stored in _LINE.findall(objects.get(name)):
                self._known[bytes.fromhex(source.decode())] = bytes.fromhex(stored.decode())

    def stored(self, source: str) -> str | None:
        """The digest, in hexadecimal, that a file with this one became."""
        found = self._known.get(bytes.fromhex(source))
        return found.hex() if found else None

    def note(self, source: str, stored: str) -> None:
        """A file with the digest `source` has been stored under `stored`."""
        with self._lock:
            self._known[bytes.fromhex(source)] = bytes.fromhex(stored)
            self._new.append(f"{source} {stored}\n")
            new = self._take() if len(self._new) >= ENTRIES else ""
        self._write(new)

    def flush(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            new = self._take()
        self._write(new)

    def _take(self) -> str:
        new = "".join(sorted(self._new))
        self._new = []
        return new

    def _write(self, text: str) -> None:
        if text:
            name = hashlib.sha256(text.encode()).hexdigest()
            self._objects.put(f"{SOURCES}{name}.txt", text.encode(), "text/plain")
