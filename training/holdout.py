"""Which items are kept out of training, so that evaluation asks for items never seen."""

import numpy as np
from numpy.typing import NDArray


def split_holdout(
    num_items: int, *, max_items: int, max_share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to train on, ascending, and rows held out, in the order drawn.

    Args:
        num_items: how many items the catalogue has.
        max_items: held out at most.
        max_share: held out at most, as a share of all.
        seed: of `numpy.random.RandomState`, whose stream never changes between versions.

    Raises:
        ValueError: fewer than two items are left to train on.
    """
    order = np.random.RandomState(seed).permutation(num_items).astype(np.int64)
    held_out = order[: min(max_items, int(num_items * max_share))]
    train = np.sort(order[len(held_out) :])
    if len(train) < 2:
        raise ValueError(f"training needs at least 2 items, got {len(train)} of {num_items}")
    return train, held_out
