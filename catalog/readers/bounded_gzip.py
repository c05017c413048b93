"""Gzip that is not unpacked without end: a few megabytes may stand for gigabytes of blank lines."""

import gzip
from typing import BinaryIO

from catalog.readers.source import CatalogueError

MAX_RATIO = 200
"""Bytes that a packed byte may stand for. Tables have 5 to 50; nothing but repetition has more."""
FREE_BYTES = 64 * 2**20
"""What is unpacked without looking at the ratio."""


class BoundedGzip(gzip.GzipFile):
    """A GzipFile that is given up where it unpacks to far more than any table does."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Unpack `file`, which messages call `name`."""
        super().__init__(fileobj=file)
        self._packed, self._shown = file, name

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes; raises CatalogueError beyond the ratio."""
        return self._checked(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        """Some of what comes next; raises CatalogueError beyond the ratio."""
        return self._checked(super().read1(size))

    def readline(self, size: int | None = -1) -> bytes:
        """A line, or its first `size` bytes; raises CatalogueError beyond the ratio."""
        return self._checked(super().readline(size))

    def _checked(self, data: bytes) -> bytes:
        unpacked, packed = self.tell(), self._packed.tell()
        if unpacked > FREE_BYTES and unpacked > MAX_RATIO * packed:
            raise CatalogueError(
                f"{self._shown}: {packed:,} bytes of gzip hold more than {unpacked:,} bytes, "
                f"{MAX_RATIO} times as many: this is no table of products; if it is one, unpack it"
            )
        return data
