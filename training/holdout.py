"""Which items are kept out of training, so that evaluation asks for items never seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def split_holdout(
    groups: Sequence[str | None], *, max_items: int, max_share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to train on, ascending, and rows held out, in the order drawn.

    The variants of a product are held out together, or not at all where there is no room for all.

    Args:
        groups: the variant group of each item, None for an item that has none.
        max_items: held out at most.
        max_share: held out at most, as a share of all.
        seed: of `numpy.random.RandomState`, whose stream never changes between versions.

    Raises:
        ValueError: fewer than two items are left to train on.
    """
    num_items = len(groups)
    order = np.random.RandomState(seed).permutation(num_items)
    held_out = _drawn(order.tolist(), groups, min(max_items, int(num_items * max_share)))
    is_kept = np.ones(num_items, np.bool_)
    is_kept[held_out] = False
    train = np.flatnonzero(is_kept)
    if len(train) < 2:
        raise ValueError(f"training needs at least 2 items, got {len(train)} of {num_items}")
    return train, np.array(held_out, np.int64)


def _drawn(order: Sequence[int], groups: Sequence[str | None], room: int) -> list[int]:
    """At most `room` rows in this order, each with all of its group behind it."""
    members: dict[str, list[int]] = {}
    for row in order:
        if (group := groups[row]) is not None:
            members.setdefault(group, []).append(row)
    drawn: list[int] = []
    seen: set[str] = set()
    for row in order:
        if len(drawn) == room:
            break
        group = groups[row]
        if group is None:
            drawn.append(row)
        elif group not in seen:
            seen.add(group)
            if len(drawn) + len(members[group]) <= room:
                drawn += members[group]
    return drawn
