"""Agreement of two sets of embeddings, against plain loops."""

import numpy as np
import pytest
from numpy.typing import NDArray

from training.agreement import (
    AgreementConfig,
    DisagreementError,
    compare,
    largest_difference,
    neighbour_agreement,
)


def unit_rows(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Random unit vectors, float32 [count, 8]."""
    rows = np.random.default_rng(seed).normal(size=(count, 8))
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1)[:, None]).astype(np.float32)
    return unit


def nearest(rows: NDArray[np.float32], item: int, k: int) -> set[int]:
    """The k nearest others of an item."""
    others = [other for other in range(len(rows)) if other != item]
    return set(sorted(others, key=lambda other: -float(rows[item] @ rows[other]))[:k])


def test_the_largest_difference_is_over_all_values() -> None:
    one = unit_rows(20)
    other = one.copy()
    other[13, 5] += 0.25
    assert largest_difference(one, other) == pytest.approx(0.25)
    assert largest_difference(one, one) == 0


def test_a_nan_is_an_infinite_difference() -> None:
    one, other = unit_rows(3), unit_rows(3)
    other[1, 1] = np.nan
    assert largest_difference(one, other) == float("inf")


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected embeddings \(3, 8\), got \(4, 8\)"):
        largest_difference(unit_rows(3), unit_rows(4))


def test_neighbours_are_those_of_plain_loops() -> None:
    one, other = unit_rows(40, seed=1), unit_rows(40, seed=2)
    shared = [len(nearest(one, item, 5) & nearest(other, item, 5)) / 5 for item in range(40)]
    got = neighbour_agreement(one, other, num_neighbours=5, tolerance=0)
    assert got == pytest.approx(np.mean(shared))
    assert neighbour_agreement(one, one, num_neighbours=5, tolerance=0) == 1


def test_which_of_equally_near_items_is_named_does_not_matter() -> None:
    one = np.repeat(unit_rows(4), 10, axis=0)
    other = one + np.random.default_rng(0).normal(scale=1e-6, size=one.shape).astype(np.float32)
    assert neighbour_agreement(one, other, num_neighbours=3, tolerance=1e-4) == 1


def test_a_single_item_has_no_neighbours_to_disagree_on() -> None:
    assert neighbour_agreement(unit_rows(1), unit_rows(1), num_neighbours=10, tolerance=0) == 1


def test_a_comparison_says_what_is_beyond_which_bound() -> None:
    one = unit_rows(30)
    report = compare(one, {"same": one, "other": unit_rows(30, seed=9)}, AgreementConfig())
    assert report["implementations"]["same"] == {"largest_difference": 0, "neighbours": 1}
    values, neighbours = report["faults"]
    assert values.startswith("other: expected values within 0.0001 of PyTorch's, got a difference")
    assert neighbours.startswith("other: expected at least 0.99 of the nearest 10 to be PyTorch's")
    assert str(DisagreementError(report["faults"])) == f"{values}; {neighbours}"


@pytest.mark.parametrize(
    ("name", "value"), [("max_difference", 0), ("min_neighbours", 1.1), ("num_neighbours", 0)]
)
def test_a_bound_out_of_range_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected .*, got {value}"):
        AgreementConfig(**{name: value})  # type: ignore[arg-type]
