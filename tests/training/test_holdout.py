"""What is held out: the rows of the protocol, and products whole."""

import numpy as np
import pytest

from training.holdout import split_holdout


def test_without_variants_the_rows_are_the_first_of_the_permutation() -> None:
    train, held_out = split_holdout([None] * 50, max_items=12, max_share=0.5, seed=3)
    order = np.random.RandomState(3).permutation(50)
    assert held_out.tolist() == order[:12].tolist()
    assert train.tolist() == sorted(order[12:].tolist())


def test_variants_are_held_out_together_or_not_at_all() -> None:
    groups = [f"product-{row // 3}" if row % 4 else None for row in range(300)]
    train, held_out = split_holdout(groups, max_items=60, max_share=1.0, seed=0)
    sides = ({groups[row] for row in rows} - {None} for rows in (train, held_out))
    assert not set.intersection(*sides)
    assert sorted([*train, *held_out]) == list(range(300))
    assert len(held_out) == 60


def test_a_product_that_there_is_no_room_for_is_passed_over() -> None:
    groups = ["large"] * 9 + [None]
    train, held_out = split_holdout(groups, max_items=2, max_share=1.0, seed=0)
    assert held_out.tolist() == [9]
    assert train.tolist() == list(range(9))


def test_too_few_items_to_train_on_are_refused() -> None:
    with pytest.raises(ValueError, match="training needs at least 2 items, got 1 of 2"):
        split_holdout([None, None], max_items=1, max_share=1.0, seed=0)
