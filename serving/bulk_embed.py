"""Many items through a generation's Triton, from a step that is no server.

The embedder is the API's own, so its checks hold here too: every answer is of the generation asked
for. A call that fails because Triton is away, slow or still loading is made again a bounded number
of times; an item that the encoder refuses is a failure of that item, told by id.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from catalog.item import Item
from serving.embedder import TritonEmbedder
from serving.errors import Unavailable
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector


class BulkEmbedder(Protocol):
    """Embeds a list of items, however long it takes."""

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """One vector or one failure for each item, in order.

        Raises:
            Unavailable: Triton does not answer, not even after all attempts.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class BulkConfig:
    """How patient to be with Triton; times in seconds."""

    timeout_s: float = 60.0
    """One call of up to `serving.triton_client.MAX_ROWS` items, > 0."""
    attempts: int = 6
    """Calls before giving up, >= 1."""
    backoff_s: float = 0.5
    """Wait before the second attempt; doubled before each further one, > 0."""

    ca_file: Path | None = None
    """Who signs Triton's certificate, PEM; None: it is asked without TLS."""

    def __post_init__(self) -> None:
        """Refuse a patience of nothing."""
        if self.timeout_s <= 0 or self.backoff_s <= 0 or self.attempts < 1:
            raise ValueError(f"expected times above 0 s and at least 1 attempt, got {self}")


class TritonBulkEmbedder:
    """Embeds through one generation's Triton; a context manager that closes its channel."""

    def __init__(self, generation: GenerationInUse, config: BulkConfig | None = None) -> None:
        """Nothing is connected yet."""
        self._generation = generation
        self._config = config or BulkConfig()
        self._runner = asyncio.Runner()
        self._embedder = TritonEmbedder(
            timeout_s=self._config.timeout_s, ca_file=self._config.ca_file
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the channel."""
        self._runner.run(self._embedder.close())
        self._runner.close()

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """One vector or one failure for each item (see `BulkEmbedder.embed`)."""
        pause_s = self._config.backoff_s
        for _ in range(self._config.attempts - 1):
            try:
                return self._once(items)
            except Unavailable:
                time.sleep(pause_s)
                pause_s *= 2
        return self._once(items)

    def _once(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        return self._runner.run(self._embedder.embed(items, self._generation))
