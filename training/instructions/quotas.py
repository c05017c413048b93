"""How many pairs each cell of category and season gets, and each of its items."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def fair_shares(wanted: int, capacity: Mapping[Key, int]) -> dict[Key, int]:
    """Shares as equal as capacities allow, `wanted` in all or as many as there is room for.

    What a full cell cannot take is shared among the others. Cells with the most room get one more
    where it does not divide evenly.
    """
    shares = dict.fromkeys(capacity, 0)
    left = min(wanted, sum(capacity.values()))
    by_room = sorted(capacity, key=lambda key: capacity[key])
    for number, key in enumerate(by_room):
        shares[key] = min(capacity[key], left // (len(by_room) - number))
        left -= shares[key]
    return shares


class Allotment:
    """Hands a cell's pairs out to its items as they come, without knowing them beforehand."""

    def __init__(self, pairs: int, num_items: int, max_per_item: int) -> None:
        """So many pairs for so many items, of which none has more than `max_per_item`."""
        self._pairs, self._num_items, self._max = pairs, num_items, max_per_item
        self._seen = self.made = 0

    def next(self) -> int:
        """How many the next item shall have; what items before it lacked is added."""
        self._seen += 1
        due = self._pairs * min(self._seen, self._num_items) // max(1, self._num_items)
        return max(0, min(self._max, due - self.made))

    @property
    def missing(self) -> int:
        """Pairs that were not made."""
        return max(0, self._pairs - self.made)
