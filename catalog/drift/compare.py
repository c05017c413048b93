"""How far the fields of one snapshot are from those of the one before.

The population stability index of two distributions p and q over the same bins is the sum of
(q - p) ln(q / p): 0 where they are equal. A bin that one side lacks counts as half an item there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from catalog.drift.changes import Changes
from catalog.drift.snapshot import Snapshot

MOVED, SHIFTED = 0.1, 0.25
"""Indices from which a field has moved, and has shifted; the usual ones for this index."""

_MAX_LISTED = 20
_NUM_BINS = 10


def compare(old: Snapshot, new: Snapshot, changes: Changes) -> dict[str, Any]:
    """Everything that differs, as JSON takes it."""
    return {
        "items": {
            "old": changes.num_old,
            "new": changes.num_new,
            "added": changes.added,
            "gone": changes.gone,
            "changed": changes.changed,
            "examples": changes.examples,
        },
        "standard": [_standard(name, old, new) for name in sorted({*old.values, *new.values})],
        "numbers": [
            _numbers(name, old.numbers.get(name, []), new.numbers.get(name, []))
            for name in sorted({*old.numbers, *new.numbers})
        ],
        "fill": [_fill(name, old, new) for name in sorted({*old.filled, *new.filled})],
        "words": _words(old.words, new.words),
    }


def stability_index(old: Mapping[Any, int], new: Mapping[Any, int]) -> float:
    """The population stability index of two counts by bin, 0 or above."""
    num_old, num_new = sum(old.values()), sum(new.values())
    if not num_old or not num_new:
        return 0.0
    bins = sorted({*old, *new})
    p = np.array([max(old.get(one, 0), 0.5) for one in bins]) / num_old
    q = np.array([max(new.get(one, 0), 0.5) for one in bins]) / num_new
    return float(((q - p) * np.log(q / p)).sum())


def verdict(index: float) -> str:
    """An index in a word."""
    return "shifted" if index >= SHIFTED else "moved" if index >= MOVED else "stable"


def largest(drift: Mapping[str, Any]) -> float:
    """The largest index of a comparison; 0 where there is none."""
    return max((one["index"] for part in ("standard", "numbers") for one in drift[part]), default=0)


def _standard(name: str, old: Snapshot, new: Snapshot) -> dict[str, Any]:
    before, after = old.shares(name), new.shares(name)
    index = stability_index(before, after)
    return {
        "field": f"clothes.{name}",
        "index": index,
        "verdict": verdict(index),
        "new_values": _only_in(after, before),
        "vanished_values": _only_in(before, after),
        "moved_most": _moved_most(before, after, old.num_items, new.num_items),
    }


def _only_in(these: Counter[str], those: Counter[str]) -> dict[str, int]:
    found = {value: n for value, n in these.most_common() if n and value and not those[value]}
    return dict(list(found.items())[:_MAX_LISTED])


def _moved_most(
    before: Counter[str], after: Counter[str], num_old: int, num_new: int
) -> list[dict[str, Any]]:
    """The values whose share of the items changed most."""
    shares = {
        value: (before[value] / max(1, num_old), after[value] / max(1, num_new))
        for value in {*before, *after}
    }
    order = sorted(shares, key=lambda value: (-abs(shares[value][1] - shares[value][0]), value))
    return [
        {"value": value or None, "old": shares[value][0], "new": shares[value][1]}
        for value in order[:3]
        if shares[value][0] != shares[value][1]
    ]


def _numbers(name: str, old: Sequence[float], new: Sequence[float]) -> dict[str, Any]:
    index = stability_index(*_binned(old, new))
    return {
        "field": f"metadata.{name}",
        "index": index,
        "verdict": verdict(index),
        "old_median": float(np.median(old)) if old else None,
        "new_median": float(np.median(new)) if new else None,
    }


def _binned(old: Sequence[float], new: Sequence[float]) -> tuple[Counter[int], Counter[int]]:
    """Counts in the bins that the old numbers fill equally."""
    if not old or not new:
        return Counter(), Counter()
    edges = np.unique(np.quantile(old, np.linspace(0, 1, _NUM_BINS + 1)[1:-1]))
    before, after = (
        np.searchsorted(edges, numbers, side="left").tolist() for numbers in (old, new)
    )
    return Counter(before), Counter(after)


def _fill(name: str, old: Snapshot, new: Snapshot) -> dict[str, Any]:
    return {
        "field": name,
        "old": old.filled[name] / max(1, old.num_items),
        "new": new.filled[name] / max(1, new.num_items),
    }


def _words(old: Counter[str], new: Counter[str]) -> dict[str, Any]:
    unseen = Counter({word: n for word, n in new.items() if word not in old})
    return {
        "unseen_share": sum(unseen.values()) / max(1, sum(new.values())),
        "unseen": len(unseen),
        "commonest_unseen": dict(unseen.most_common(_MAX_LISTED)),
    }
