"""What a snapshot of a catalogue holds, field by field, counted in one pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from catalog.encoder import split_words
from catalog.item import Item
from catalog.table import ITEMS, read_items

NOTHING = ""
"""Stands among a field's values for the items that have none."""


@dataclass(kw_only=True)
class Snapshot:
    """Counts over the items of a snapshot.

    Attributes:
        num_items: all of them.
        values: of each standard field how many items have each value, `NOTHING` for none.
        filled: of each field how many items have it; names as in an item's JSON.
        words: how often each word of the reinforced fields occurs, once an item.
        numbers: the numbers of each metadata field that holds some.
    """

    num_items: int = 0
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    filled: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, item: Item) -> None:
        """Count one more item."""
        self.num_items += 1
        for name, values in item.clothes.items():
            self.values[name].update(values)
            self.filled[f"clothes.{name}"] += 1
        for name, texts in item.reinforced.items():
            self.words.update(split_words(texts))
            self.filled[f"reinforced_feature_value.{name}"] += 1
        for name in ("image", "variant_group"):
            self.filled[name] += getattr(item, name) is not None
        for name, value in item.metadata.items():
            self.filled[f"metadata.{name}"] += 1
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.numbers[name].append(float(value))

    def shares(self, name: str) -> Counter[str]:
        """How many items have each value of a standard field, or none."""
        counts = Counter(self.values.get(name, {}))
        counts[NOTHING] = self.num_items - self.filled[f"clothes.{name}"]
        return counts


def take_snapshot(folder: Path) -> Snapshot:
    """Count the items of an items folder.

    Raises:
        CatalogueError: it is none.
    """
    return count(read_items(folder / ITEMS))


def count(items: Iterable[Item]) -> Snapshot:
    """Count some items."""
    snapshot = Snapshot()
    for item in items:
        snapshot.add(item)
    return snapshot
