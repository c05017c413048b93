"""How often each caller may ask: a bucket of tokens each, refilled steadily.

Kept as one number a caller, the time at which its bucket is full again (the generic cell rate
algorithm, ITU-T I.371). Buckets are this process's own: with three replicas a caller may ask up to
three times as often.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from serving.access.config import RateConfig
from serving.access.errors import RateLimited


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a caller has left after a request."""

    caller: str
    rate: RateConfig
    remaining: int
    """Requests that would be answered at once."""
    full_in_s: float
    """Seconds until the whole burst is there again."""
    retry_in_s: float | None
    """None: this request is within the limit. Otherwise the seconds until one is."""

    def check(self) -> None:
        """Return if the request is within the limit.

        Raises:
            RateLimited: it is not; says when to come back.
        """
        if self.retry_in_s is not None:
            raise RateLimited(
                self.caller,
                per_s=self.rate.per_s,
                burst=self.rate.burst,
                retry_after_s=math.ceil(self.retry_in_s),
            )

    def headers(self) -> Mapping[str, str]:
        """`RateLimit` and `RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers has them."""
        window_s = math.ceil(self.rate.burst / self.rate.per_s)
        return {
            "RateLimit-Policy": f'"caller";q={self.rate.burst};w={window_s}',
            "RateLimit": f'"caller";r={self.remaining};t={math.ceil(self.full_in_s)}',
        }


class Limiter:
    """The buckets of all callers.

    Args:
        rate: of each caller.
        clock: seconds that only grow.
    """

    def __init__(self, rate: RateConfig, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._step_s = 1 / rate.per_s
        self._window_s = rate.burst * self._step_s
        self._full_at: dict[str, float] = {}
        self._swept_at = clock()

    def take(self, caller: str) -> Budget:
        """Count one request of a caller; one beyond the limit costs nothing."""
        now = self._clock()
        self._sweep(now)
        full_at = max(now, self._full_at.get(caller, now)) + self._step_s
        over_s = full_at - now - self._window_s
        # A millionth of a request is rounding, not a request.
        if over_s > self._step_s * 1e-6:
            return self._budget(caller, full_at - self._step_s - now, over_s)
        self._full_at[caller] = full_at
        return self._budget(caller, full_at - now, None)

    @property
    def num_callers(self) -> int:
        """Buckets that are kept."""
        return len(self._full_at)

    def _budget(self, caller: str, full_in_s: float, retry_in_s: float | None) -> Budget:
        left = (self._window_s - full_in_s) / self._step_s
        return Budget(
            caller=caller,
            rate=self._rate,
            remaining=max(0, math.floor(left + 1e-6)),
            full_in_s=full_in_s,
            retry_in_s=retry_in_s,
        )

    def _sweep(self, now: float) -> None:
        """Forget full buckets, once in the time that fills any: memory follows the callers."""
        if now - self._swept_at < max(self._window_s, 1.0):
            return
        self._swept_at = now
        self._full_at = {name: full for name, full in self._full_at.items() if full > now}
