"""How many pixels may be decoded at a time, by all threads together."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class PixelBudget:
    """Lets threads decode as long as their pictures have few pixels enough together."""

    def __init__(self, max_pixels: int) -> None:
        """At most `max_pixels` at a time; a picture that has more of them waits to be alone."""
        self._max = max_pixels
        self._in_use = 0
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, num_pixels: int) -> Iterator[None]:
        """Wait until there is room for a picture, and keep it while it is decoded."""
        with self._changed:
            self._changed.wait_for(lambda: self._fits(num_pixels))
            self._in_use += num_pixels
        try:
            yield
        finally:
            with self._changed:
                self._in_use -= num_pixels
                self._changed.notify_all()

    def _fits(self, num_pixels: int) -> bool:
        return self._in_use == 0 or self._in_use + num_pixels <= self._max
