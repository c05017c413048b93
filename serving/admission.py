"""How much is worked on at once: what comes beyond waits its turn, and beyond that is sent away.

Everything that a request needs (connections, Triton, this process's own time) is shared by those
that are worked on. With few of those each is quick, and a time limit that passes tells of a part
that is away. With hundreds all would be slow together, and time out wherever each happened to be.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from serving.errors import Overloaded


@dataclass(frozen=True, kw_only=True)
class AdmissionConfig:
    """How many may work, how many may wait, and for how long."""

    max_working: int = 16
    """Requests worked on at once, >= 1."""
    max_waiting: int = 1_000
    """Requests that wait for their turn, >= 0; one more is sent away at once."""
    timeout_s: float = 10.0
    """How long a request waits before it is sent away, > 0."""

    def __post_init__(self) -> None:
        """Refuse a door that lets nobody in."""
        if self.max_working < 1 or self.max_waiting < 0 or self.timeout_s <= 0:
            raise ValueError(
                "max_working, max_waiting, timeout_s: expected at least 1, 0, more than 0; "
                f"got {self.max_working}, {self.max_waiting}, {self.timeout_s}"
            )


class Admission:
    """The door: first come, first served."""

    def __init__(self, config: AdmissionConfig) -> None:
        self._config = config
        self._places = asyncio.Semaphore(config.max_working)
        self._num_waiting = 0

    @property
    def num_waiting(self) -> int:
        """Requests that wait for their turn."""
        return self._num_waiting

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A place to work at, given back at the end of the block; never taken twice by one request.

        Raises:
            Overloaded: too many wait already, or it waited too long.
        """
        await self._wait()
        try:
            yield
        finally:
            self._places.release()

    async def _wait(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._num_waiting >= self._config.max_waiting:
            raise Overloaded(f"{self._num_waiting} requests wait already")
        self._num_waiting += 1
        try:
            async with asyncio.timeout(self._config.timeout_s):
                await self._places.acquire()
        except TimeoutError as error:
            raise Overloaded(f"no turn came within {self._config.timeout_s:g} s") from error
        finally:
            self._num_waiting -= 1
