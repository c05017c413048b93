"""When each host may be asked again."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime


class Turns:
    """One request at a time for each host, and a delay after each answer.

    Counted from the end of an answer the delay is never shorter for the server, whose clock
    starts when a request reaches it.
    """

    def __init__(
        self,
        delay_s: float,
        ready: Mapping[str, float],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Hosts wait `delay_s`; `ready` is when each may be asked, by the clock, from before."""
        self._least_s = delay_s
        self._clock = clock
        self._delays: dict[str, float] = {}
        self._ready = dict(ready)

    def delay_s(self, host: str) -> float:
        """Seconds between an answer of this host and the next request."""
        return max(self._least_s, self._delays.get(host, 0.0))

    def wait_s(self, host: str) -> float:
        """Seconds until this host may be asked."""
        return max(0.0, self._ready.get(host, 0.0) - self._clock())

    def slow_down(self, host: str, delay_s: float) -> None:
        """A host asks for a longer delay, from its last answer on."""
        self.keep_delay(host, delay_s)
        self.answered(host)

    def keep_delay(self, host: str, delay_s: float) -> None:
        """A host is known to ask for a longer delay."""
        self._delays[host] = max(self._delays.get(host, 0.0), delay_s)

    def answered(self, host: str) -> float:
        """An answer has come, or none will; returns when the host may be asked again."""
        return self.pause(host, self.delay_s(host))

    def pause(self, host: str, seconds: float) -> float:
        """Leave a host alone for a while; never shortens what it waits already."""
        ready = max(self._ready.get(host, 0.0), self._clock() + seconds)
        self._ready[host] = ready
        return ready


def retry_after_s(header: bytes | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date."""
    text = (header or b"").decode("ascii", errors="replace").strip()
    if text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, when.timestamp() - now)
