"""A process that indexes a stock and is killed in the middle: `python -m ... URL GENERATION N`."""

import os
import signal
import sys
from collections.abc import Sequence

from catalog.item import Item
from serving import catch_up
from serving.protocols import EmbeddingFailure, Vector
from tests.serving.stock import ContentEmbedder, connected, index, stock


class KillingEmbedder(ContentEmbedder):
    """Embeds until it was asked for so many items, and then takes its process with it."""

    def __init__(self, generation: str, num_items: int) -> None:
        super().__init__(generation)
        self.num_left = num_items

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """See `BulkEmbedder.embed`."""
        self.num_left -= len(items)
        if self.num_left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(items)


if __name__ == "__main__":
    url, generation, num_items = sys.argv[1:]
    assert int(num_items) > catch_up.ITEMS_PER_STEP
    with connected(url) as connection:
        index(connection, generation, stock(3_000), KillingEmbedder(generation, int(num_items)))
