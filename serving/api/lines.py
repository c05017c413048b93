"""A stream of JSON Lines, cut into batches: never more in memory than one batch."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

MAX_LINES = 256
"""Lines of one batch: a few Triton batches, one transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line that is not blank."""

    number: int
    """From 1, blank lines counted."""
    raw: bytes
    """Its bytes without the end of line; only its beginning if it is too long."""
    is_too_long: bool = False


@dataclass
class _Splitter:
    """Cuts chunks of bytes into lines, forgetting what is beyond a line's limit."""

    max_line_bytes: int
    number: int = 0
    pending: bytearray = field(default_factory=bytearray)
    is_too_long: bool = False

    def feed(self, chunk: bytes) -> list[Line]:
        """The lines that end in this chunk."""
        *ends, rest = chunk.split(b"\n")
        found = [line for end in ends if (line := self._end(end))]
        self._add(rest)
        return found

    def close(self) -> list[Line]:
        """The last line, if it has no end."""
        line = self._end(b"")
        return [line] if line else []

    def _add(self, piece: bytes) -> None:
        room = self.max_line_bytes - len(self.pending)
        self.is_too_long |= len(piece) > room
        self.pending += piece[: max(room, 0)]

    def _end(self, piece: bytes) -> Line | None:
        self._add(piece)
        self.number += 1
        raw, is_too_long = bytes(self.pending), self.is_too_long
        self.pending.clear()
        self.is_too_long = False
        if not raw.strip():
            return None
        return Line(number=self.number, raw=raw, is_too_long=is_too_long)


async def batches(
    chunks: AsyncIterator[bytes], *, max_line_bytes: int, max_batch_bytes: int
) -> AsyncIterator[list[Line]]:
    """The lines of a stream, some at a time, in order.

    Args:
        chunks: the stream's bytes, cut anywhere.
        max_line_bytes: what is longer is given as `is_too_long`, without its end.
        max_batch_bytes: a batch ends with the line that reaches this, or with `MAX_LINES` lines.
    """
    splitter = _Splitter(max_line_bytes=max_line_bytes)
    batch: list[Line] = []
    num_bytes = 0
    async for chunk in chunks:
        for line in splitter.feed(chunk):
            batch.append(line)
            num_bytes += len(line.raw)
            if len(batch) >= MAX_LINES or num_bytes >= max_batch_bytes:
                yield batch
                batch, num_bytes = [], 0
    batch += splitter.close()
    if batch:
        yield batch
