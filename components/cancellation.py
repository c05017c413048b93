"""SIGTERM as an exception, so that a cancelled component can take back what it started.

Kubernetes sends it when a pipeline is cancelled and when a node is drained, and waits for the grace
period of the pod, 30 s, before it kills.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGTERM_STATUS = 128 + signal.SIGTERM


class CancelledError(SystemExit):
    """The component was asked to end; no `except Exception` on the way swallows it."""


@contextmanager
def cancellable() -> Iterator[None]:
    """Raise CancelledError in this block when SIGTERM comes; once, later ones are ignored.

    Only the main thread can.
    """

    def cancel(number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise CancelledError(128 + number)

    before = signal.signal(signal.SIGTERM, cancel)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
