"""Whether the service can answer requests: looked at in the order of need, cheaply and in time.

However many ask, one look is under way at a time, and its result holds for a moment: probes of
several load balancers cost the database no more than one. Who asks waits for a bounded time; the
look itself goes on, bounded by the time-outs of its parts, and whoever asks next joins it.
"""

import asyncio
import time
from dataclasses import dataclass

from serving.current import CurrentGeneration
from serving.errors import Draining, TimedOut
from serving.protocols import Embedder, Store


@dataclass(frozen=True, kw_only=True)
class ReadinessConfig:
    """How long a look may take, and how long it holds; in seconds."""

    timeout_s: float = 2.5
    """How long one who asks waits, > 0; shorter than the probe's own patience."""
    max_age_s: float = 1.0
    """How long what was seen is told again, >= 0."""

    def __post_init__(self) -> None:
        """Refuse times that cannot be kept."""
        if self.timeout_s <= 0 or self.max_age_s < 0:
            raise ValueError(f"expected timeout_s > 0 and max_age_s >= 0, got {self}")


class Readiness:
    """Tells the generation that can answer, or what is missing."""

    def __init__(
        self,
        current: CurrentGeneration,
        store: Store,
        embedder: Embedder,
        config: ReadinessConfig | None = None,
    ) -> None:
        """Nothing is looked at yet."""
        self._current = current
        self._store = store
        self._embedder = embedder
        self._config = config or ReadinessConfig()
        self._look: asyncio.Task[str] | None = None
        self._seen_at = 0.0
        self._part = ""
        self._is_draining = False

    def drain(self) -> None:
        """From now on it is not ready, since it was told to stop; requests are still answered."""
        self._is_draining = True

    async def check(self) -> str:
        """The generation in use, if it can answer.

        Looked at: PostgreSQL answers, is migrated and has a pgvector that is new enough; a
        generation is in use; its Triton answers an item with a vector of that generation.

        Raises:
            Draining: the service was told to stop.
            Unavailable: the first part that is missing, with the remedy.
            TimedOut: a part that has not answered yet.
        """
        if self._is_draining:
            raise Draining()
        look = self._recent()
        # Not cancelled: that would wait for the database, which may be what does not answer.
        await asyncio.wait({look}, timeout=self._config.timeout_s)
        if look.done():
            return look.result()
        raise TimedOut(self._part, f"no answer within {self._config.timeout_s:g} s; try again")

    def _recent(self) -> "asyncio.Task[str]":
        """The look under way, the one just taken, or a new one."""
        now = time.monotonic()
        if self._look is None or (
            self._look.done() and now - self._seen_at >= self._config.max_age_s
        ):
            self._look = asyncio.create_task(self._see())
            self._look.add_done_callback(self._note)
        return self._look

    async def _see(self) -> str:
        self._part = "PostgreSQL"
        await self._store.ping()
        generation = await self._current.refresh()
        self._part = "Triton"
        await self._embedder.check(generation)
        return generation.generation

    def _note(self, look: "asyncio.Task[str]") -> None:
        """When it was seen; what failed is looked at even if nobody waits for it any more."""
        self._seen_at = time.monotonic()
        if not look.cancelled():
            look.exception()
