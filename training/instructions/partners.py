"""Other items that a pair may speak of: a bounded sample of each split and category.

The sample keeps the items whose hash with the seed is smallest, so it is the same in whatever
order they come. Partners are of the item's own split, never of its own variant group.
"""

import hashlib
import heapq
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from catalog.item import Item
from training.instructions.pair import UNSTATED
from training.instructions.roles import Roles

MAX_PARTNERS = 12_288
"""Items kept of all splits and categories together."""
MAX_OF_CATEGORY = 96


@dataclass(frozen=True, slots=True)
class _Kept:
    rank: int
    item: Item

    def __lt__(self, other: "_Kept") -> bool:
        # The heap's first is the one to give up: that with the largest rank.
        return self.rank > other.rank


class Partners:
    """The samples; filled in a first pass over the items, asked in a second."""

    def __init__(self, roles: Roles, seed: int, num_categories: int) -> None:
        """Room for so many items of each category that all stay within `MAX_PARTNERS`."""
        self._roles, self._seed = roles, seed
        room = MAX_PARTNERS // (3 * max(1, num_categories))
        self._room = max(8, min(MAX_OF_CATEGORY, room))
        self._kept: dict[tuple[str, str], list[_Kept]] = {}
        self._usual: dict[tuple[str, str], set[str]] = {}

    def add(self, item: Item, split: str) -> None:
        """Offer an item."""
        rank = ranked(self._seed, "partner", item.item_id)
        for category in self._roles.values(item, "category")[:1]:
            heap = self._kept.setdefault((split, category), [])
            if len(heap) < self._room:
                heapq.heappush(heap, _Kept(rank, item))
            elif rank < heap[0].rank:
                heapq.heapreplace(heap, _Kept(rank, item))

    def draw(
        self,
        rng: random.Random,
        split: str,
        categories: Iterable[str],
        wanted: int,
        *,
        beside: list[Item],
        suits: Callable[[Item], bool],
    ) -> list[Item]:
        """At most `wanted` items of these categories that suit, in random order.

        None is, or is a variant of, an item that it is drawn beside.
        """
        taken = {_group(item) for item in beside}
        offered = [kept.item for c in categories for kept in self._kept.get((split, c), ())]
        found: list[Item] = []
        for item in rng.sample(offered, len(offered)):
            if len(found) == wanted:
                break
            if _group(item) not in taken and suits(item):
                taken.add(_group(item))
                found.append(item)
        return found

    def usual_roles(self, split: str, item: Item, roles: Sequence[str]) -> list[str]:
        """Those of the roles that some item of the same category and split holds something in."""
        category = (self._roles.values(item, "category") or (UNSTATED,))[0]
        key = (split, category)
        if key not in self._usual:
            kept = [entry.item for entry in self._kept.get(key, ())]
            held = {r for r in roles if any(self._roles.values(other, r) for other in kept)}
            self._usual[key] = held
        return [role for role in roles if role in self._usual[key]]

    def categories(self, split: str) -> list[str]:
        """Categories that a split has items of."""
        return sorted(category for own, category in self._kept if own == split)


def ranked(seed: int, *what: str) -> int:
    """64 bits by which things are put in an order that only the seed decides."""
    text = "/".join((str(seed), *what))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def split_of(item: Item, seed: int, shares: dict[str, float]) -> str:
    """The split of an item: that of its variant group."""
    at = ranked(seed, "split", _group(item)) / 2**64
    for name, share in shares.items():
        at -= share
        if at < 0:
            return name
    return next(iter(shares))


def cell_of(item: Item, roles: Roles, seed: int) -> tuple[str, str]:
    """Category and season that an item counts as; one of its seasons where it has several."""
    category = (roles.values(item, "category") or (UNSTATED,))[0]
    seasons = roles.values(item, "season") or (UNSTATED,)
    return category, seasons[ranked(seed, "season", item.item_id) % len(seasons)]


def _group(item: Item) -> str:
    return f"group/{item.variant_group}" if item.variant_group else f"item/{item.item_id}"
