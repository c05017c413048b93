"""Time as the waits of components see it, so that a test can let it pass."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Seconds, of which only differences mean something, and a way to let some pass."""

    now: Callable[[], float] = time.monotonic
    """Seconds since some moment."""
    pause: Callable[[float], None] = time.sleep
    """Wait so many seconds."""
