"""What ties items of a catalogue together: one product, the same words and values, the same photo.

Shape legend: N items.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.digest import content_key
from catalog.table import read_items

Keys = NDArray[np.int64]
"""A number for each item, the same for items that are tied, -1 for one that nothing ties; [N]."""


@dataclass(frozen=True, kw_only=True)
class Ties:
    """The items of a catalogue and what ties them.

    Attributes:
        item_ids: of all items, in the catalogue's order.
        names: what an item's side is drawn from where nothing else ties it: `group:` and its
            variant group, else `id:` and its id.
        by: numbers of variant groups, contents and photos.
        placeholders: photos that more items share than one product has, and how many; they tie
            nothing.
    """

    item_ids: list[str]
    names: list[str]
    by: Mapping[str, Keys]
    placeholders: Mapping[str, int]


def find_ties(items: Path, *, max_sharing: int = 100) -> Ties:
    """Read what ties the items of a Parquet file of an items folder.

    Args:
        items: the file.
        max_sharing: items that may share a photo; one that more share says "no photo".

    Raises:
        CatalogueError: the file is absent, damaged, or has other columns.
    """
    item_ids: list[str] = []
    names: list[str] = []
    groups, contents, photos = _Numbers(), _Numbers(), _Numbers()
    for item in read_items(items):
        group = item.variant_group
        item_ids.append(item.item_id)
        names.append(f"group:{group}" if group else f"id:{item.item_id}")
        groups.add(group)
        contents.add(content_key(item))
        photos.add(item.image)
    photo_keys, placeholders = photos.without_common(max_sharing)
    by = {"variant_group": groups.keys(), "content": contents.keys(), "photo": photo_keys}
    return Ties(item_ids=item_ids, names=names, by=by, placeholders=placeholders)


class _Numbers:
    """Numbers what it is given, in the order of first appearance."""

    def __init__(self) -> None:
        self._number_of: dict[str | bytes, int] = {}
        self._numbers: list[int] = []

    def add(self, value: str | bytes | None) -> None:
        number_of = self._number_of
        self._numbers.append(-1 if not value else number_of.setdefault(value, len(number_of)))

    def keys(self) -> Keys:
        return np.array(self._numbers, np.int64)

    def without_common(self, limit: int) -> tuple[Keys, dict[str, int]]:
        """The numbers, -1 for values that more than `limit` have, and those values."""
        keys = self.keys()
        counts = np.bincount(keys[keys >= 0], minlength=len(self._number_of))
        common = {
            str(value): int(counts[n]) for value, n in self._number_of.items() if counts[n] > limit
        }
        keys[np.isin(keys, np.flatnonzero(counts > limit))] = -1
        return keys, common
