"""What the service does while nobody asks: it looks at the generation in use and at its index.

- Which generation is in use, every `generation_every_s`: a switch made elsewhere is known, and
  shown, within that time even where no request comes.
- The index's size, every `size_every_s`, and its recall (see `recall.py`).

A look that fails is logged and done again when it is due; what was known before stays.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from serving.current import CurrentGeneration
from serving.errors import ServiceError
from serving.index_gauges import IndexGauges, IndexSize, RecallSample
from serving.recall import RecallConfig

log = logging.getLogger(__name__)


class WatchedIndex(Protocol):
    """What can be told of a generation's index."""

    async def index_size(self, generation: str) -> IndexSize:
        """Its size now."""
        ...

    async def sampled_recall(self, generation: str, config: RecallConfig) -> RecallSample | None:
        """The last sample of its recall, which may be taken for this."""
        ...


@dataclass(frozen=True, kw_only=True)
class WatchConfig:
    """How often each thing is looked at; in seconds."""

    generation_every_s: float = 10.0
    """A switch is noticed within this time, > 0."""
    size_every_s: float = 60.0
    """Counting rows reads the table's key, > 0."""
    recall: RecallConfig | None = None
    """How recall is sampled; None: it is not."""

    def __post_init__(self) -> None:
        """Refuse to look without a pause."""
        if min(self.generation_every_s, self.size_every_s) <= 0:
            raise ValueError(f"expected times above 0, got {self}")


class IndexWatch:
    """Keeps the gauges of the index true.

    Args:
        current: knows the generation in use.
        index: looks at its index.
        gauges: is told what was seen.
    """

    def __init__(
        self,
        current: CurrentGeneration,
        index: WatchedIndex,
        gauges: IndexGauges,
        config: WatchConfig | None = None,
    ) -> None:
        self._current = current
        self._index = index
        self._gauges = gauges
        self._config = config or WatchConfig()

    async def look_at_generation(self) -> None:
        """Ask which generation is in use."""
        await self._current.refresh()

    async def look_at_size(self) -> None:
        """Measure the index in use."""
        generation = await self._current.refresh()
        self._gauges.observe_size(await self._index.index_size(generation.generation))

    async def look_at_recall(self, config: RecallConfig) -> None:
        """Take, or take over, a sample of the index in use."""
        generation = await self._current.refresh()
        sample = await self._index.sampled_recall(generation.generation, config)
        if sample is not None:
            self._gauges.observe_recall(sample)

    async def run(self) -> None:
        """Look at everything, again and again, until cancelled."""
        config = self._config
        looks = [
            every(config.generation_every_s, self.look_at_generation),
            every(config.size_every_s, self.look_at_size),
        ]
        if config.recall is not None:
            recall = config.recall
            # More often than it is sampled: what another replica sampled is told soon.
            pause_s = min(config.size_every_s, recall.every_s)
            looks.append(every(pause_s, lambda: self.look_at_recall(recall)))
        async with asyncio.TaskGroup() as running:
            for look in looks:
                running.create_task(look)


async def every(pause_s: float, look: Callable[[], Awaitable[None]]) -> None:
    """Look, now and after each pause; what goes wrong is logged and ends nothing."""
    task = asyncio.current_task()
    while True:
        try:
            await look()
        except ServiceError as error:
            log.warning("a look in the background failed: %s", error.detail)
        except Exception:
            log.exception("a look in the background failed by a fault of ours")
        # A statement that is cancelled may end as an error of the database: then the cancellation
        # is not raised any more, and can only be seen here.
        if task is not None and task.cancelling():
            return
        await asyncio.sleep(pause_s)
