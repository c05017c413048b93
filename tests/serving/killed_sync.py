"""A process that syncs a stock and is killed in the middle: `python -m ... URL ITEMS KILLED_AT`."""

import os
import signal
import sys
from collections.abc import Iterator

from catalog.item import Item
from serving.catalogue_sync import sync_catalogue
from tests.serving.stock import connected, stock


def main(url: str, num_items: int, killed_at: int) -> None:
    """Give all items once, for their digests, and then only some."""
    passes = 0

    def items() -> Iterator[Item]:
        nonlocal passes
        passes += 1
        for number, item in enumerate(stock(num_items)):
            if passes == 2 and number == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    with connected(url) as connection:
        sync_catalogue(connection, items)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
