"""Turns, medians and percentiles; no test looks at how long anything took."""

import pytest

from benchmarks.timing import in_turns, median_ratio, percentile


def test_sides_take_turns_forwards_and_backwards_after_a_round_that_does_not_count() -> None:
    calls: list[str] = []
    sides = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    seconds = in_turns(sides, rounds=3)
    assert "".join(calls) == "baabbaab"
    assert {name: len(spent) for name, spent in seconds.items()} == {"a": 3, "b": 3}


def test_the_ratio_is_the_median_of_the_rounds_and_not_that_of_the_sums() -> None:
    assert median_ratio([2.0, 2.0, 900.0], [1.0, 2.0, 300.0]) == 2.0


@pytest.mark.parametrize(("share", "value"), [(0.01, 1.0), (0.5, 2.0), (0.51, 3.0), (1.0, 4.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([3.0, 1.0, 4.0, 2.0], share) == value


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected values and a share in 0..1, got 0 and 0.5"):
        percentile([], 0.5)
