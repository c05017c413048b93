"""Which side of a split each item is on.

Shape legend: N items.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.splits.ties import Keys, Ties


@dataclass(frozen=True, kw_only=True)
class SplitConfig:
    """How a catalogue is split.

    Raises:
        ValueError: the shares are not above 0 and 1 together.
    """

    shares: Mapping[str, float]
    """Share of the items on each side, by its name; 1 together."""
    seed: int = 0
    """Another seed, another split."""

    def __post_init__(self) -> None:
        if any(share < 0 for share in self.shares.values()) or not self._is_whole():
            told = ", ".join(f"{name} {share:g}" for name, share in self.shares.items())
            raise ValueError(f"shares: expected 0 or more and 1 together, got {told}")

    def _is_whole(self) -> bool:
        return abs(sum(self.shares.values()) - 1) < 1e-9


@dataclass(frozen=True, kw_only=True)
class Split:
    """The sides of a catalogue's items.

    Attributes:
        side_N: number of each item's side, in the order of `SplitConfig.shares`.
        num_parts: how many sets of items could have been put on a side by themselves.
        largest_part: items of the largest of them.
    """

    side_N: NDArray[np.int64]
    num_parts: int
    largest_part: int


def split(ties: Ties, config: SplitConfig) -> Split:
    """Put items on sides, tied ones on the same.

    A side is drawn by a hash of the seed and of the first name (by spelling) of the items that are
    tied: as a catalogue grows an item keeps its side, unless it comes to be tied to one before it.
    """
    part_N = connected([*ties.by.values()], len(ties.item_ids))
    first: dict[int, str] = {}
    for part, name in zip(part_N.tolist(), ties.names, strict=True):
        if part not in first or name < first[part]:
            first[part] = name
    bounds = np.cumsum([*config.shares.values()])[:-1]
    drawn = {part: _draw(config.seed, name) for part, name in first.items()}
    places = np.array([drawn[part] for part in part_N.tolist()])
    sizes = np.unique(part_N, return_counts=True)[1]
    return Split(
        side_N=np.searchsorted(bounds, places, side="right"),
        num_parts=len(sizes),
        largest_part=int(sizes.max(initial=0)),
    )


def connected(keys: Sequence[Keys], num_items: int) -> NDArray[np.int64]:
    """The lowest number of an item that each item is tied to, over any number of ties, [N]."""
    part_N: NDArray[np.int64] = np.arange(num_items)
    while True:
        before = part_N.copy()
        for key_N in keys:
            tied = key_N >= 0
            lowest = np.full(int(key_N.max(initial=-1)) + 1, num_items)
            np.minimum.at(lowest, key_N[tied], part_N[tied])
            part_N[tied] = lowest[key_N[tied]]
        # What an item was tied to may itself have been tied to another since.
        part_N = part_N[part_N]
        if np.array_equal(part_N, before):
            break
    return part_N


def leaks(split_N: NDArray[np.int64], keys: Mapping[str, Keys]) -> dict[str, int]:
    """How many variant groups, contents and photos are on more than one side."""
    found = {}
    for name, key_N in keys.items():
        tied = key_N >= 0
        pairs = np.unique(np.stack((key_N[tied], split_N[tied])), axis=1)
        found[name] = pairs.shape[1] - len(np.unique(pairs[0]))
    return found


def _draw(seed: int, name: str) -> float:
    """A number from 0 to below 1 that is the same on every machine."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
