"""A server that says that it will stop before it does.

Load balancers learn with a delay that a replica goes: first its readiness is refused, while
requests go on being answered, each with `Connection: close` so that clients who keep connections
look for another replica. Only then does the listener close, and what is under way ends.
"""

import logging
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

_CLOSE = (b"connection", b"close")

log = logging.getLogger(__name__)


class DrainingServer(uvicorn.Server):
    """Uvicorn's server with a delay between the signal and the end.

    Args:
        config: uvicorn's own.
        drain_s: how long requests are taken after the first signal, >= 0; a second signal ends
            that at once.
        on_drain: called at the first signal, inside its handler: may set a flag, not more.
    """

    def __init__(
        self, config: uvicorn.Config, *, drain_s: float, on_drain: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._drain_s = drain_s
        self._on_drain = on_drain
        self._ends_at: float | None = None
        self._is_told = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; at the second signal, or where no time is given for it, end."""
        is_first = self._ends_at is None
        if is_first:
            self._on_drain()
            self._ends_at = time.monotonic() + self._drain_s
        if not is_first or self._drain_s <= 0:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Called by uvicorn ten times a second: whether it is time to end."""
        should_exit = await super().on_tick(counter)
        if self._ends_at is None:
            return should_exit
        if not self._is_told:
            self._is_told = True
            log.info("told to stop", extra={"drain_s": self._drain_s})
        headers = self.server_state.default_headers
        if _CLOSE not in headers:
            self.server_state.default_headers = [*headers, _CLOSE]
        return should_exit or time.monotonic() >= self._ends_at
