"""A process that syncs a stock and is killed in the middle: `python -m ... URL ITEMS KILLED_AT`."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence

from catalog.item import Item
from serving.catalogue_sync import sync_catalogue
from tests.serving.stock import InMemory, connected, stock


class Killed(InMemory):
    """Gives the digests of all items, and then only some of the items."""

    def __init__(self, num_items: int, killed_at: int) -> None:
        super().__init__(stock(num_items))
        self._killed_at = killed_at

    def items(self, rows: Sequence[int]) -> Iterator[tuple[Item, bytes]]:
        """The items of some rows, until the process is killed."""
        yield from super().items(rows[: self._killed_at])
        os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, num_items: int, killed_at: int) -> None:
    """Sync until killed."""
    with connected(url) as connection:
        sync_catalogue(connection, Killed(num_items, killed_at))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
