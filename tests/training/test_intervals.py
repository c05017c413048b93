"""Intervals against published values, and where they must not lie."""

import math

import numpy as np
import pytest

from training.intervals import (
    Estimate,
    difference_interval,
    mean_estimate,
    share_estimate,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_equals_newcombes_published_table(
    hits: int, n: int, low: float, high: float
) -> None:
    # R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
    assert wilson_interval(hits / n, n) == pytest.approx((low, high), abs=5e-5)


def test_the_wilson_interval_of_nothing_and_of_all_stays_within_zero_to_one() -> None:
    assert wilson_interval(0.0, 3)[0] == 0.0
    assert wilson_interval(1.0, 3) == pytest.approx((0.4385, 1.0), abs=1e-4)


@pytest.mark.parametrize(("share", "n"), [(-0.1, 5), (1.1, 5), (0.5, 0)])
def test_an_impossible_share_is_refused(share: float, n: int) -> None:
    with pytest.raises(ValueError, match="expected a share of 0 to 1 and n > 0"):
        wilson_interval(share, n)


def test_the_estimate_of_hits_has_wilsons_interval() -> None:
    hits = np.arange(263) < 81
    estimate = share_estimate(hits)
    assert (estimate.value, estimate.n) == (81 / 263, 263)
    assert estimate.ci95 == pytest.approx(wilson_interval(81 / 263, 263))


def test_the_estimate_of_shares_is_close_to_the_normal_interval_where_queries_are_many() -> None:
    shares = np.random.RandomState(0).beta(4, 2, size=5000)
    estimate = share_estimate(shares)
    half = 1.96 * shares.std() / math.sqrt(5000)
    assert estimate.ci95 == pytest.approx((shares.mean() - half, shares.mean() + half), abs=2e-4)


def test_the_share_interval_covers_the_truth_in_about_95_of_100_samples() -> None:
    random = np.random.RandomState(1)
    covered = 0
    for _ in range(1000):
        low, high = share_estimate(random.randint(0, 11, size=60) / 10).ci95
        covered += low <= 0.5 <= high
    assert 930 <= covered <= 970


def test_equal_shares_still_have_an_interval_of_some_width() -> None:
    estimate = share_estimate(np.full(4, 1.0))
    assert estimate.ci95 == pytest.approx((0.5101, 1.0), abs=1e-4)


def test_no_query_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least one query to average over, got none"):
        share_estimate(np.empty(0))


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="expected values of 0 to 1"):
        share_estimate(np.array([0.5, 1.5]))


def test_the_mean_of_unbounded_values_has_the_normal_interval() -> None:
    estimate = mean_estimate(np.array([1.0, 2.0, 3.0, 4.0]))
    half = 1.959964 * math.sqrt(5 / 3) / 2
    assert (estimate.value, estimate.n) == (2.5, 4)
    assert estimate.ci95 == pytest.approx((2.5 - half, 2.5 + half), abs=1e-5)


def test_the_difference_interval_equals_newcombes_published_example() -> None:
    # R. G. Newcombe, Statistics in Medicine 17, 1998, p. 873: 56/70 - 48/80, method 10.
    new, old = (
        Estimate(value=hits / n, n=n, ci95=wilson_interval(hits / n, n))
        for hits, n in ((56, 70), (48, 80))
    )
    assert difference_interval(new, old) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_an_estimate_survives_json() -> None:
    estimate = share_estimate(np.array([True, False, True]))
    assert Estimate.from_json(estimate.to_json()) == estimate


@pytest.mark.parametrize(
    "record", [{}, {"value": 1, "n": 2, "ci95": [0]}, {"value": "x", "n": 1, "ci95": [0, 1]}]
)
def test_a_record_that_is_no_estimate_is_refused_with_its_content(
    record: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match="expected value, n and ci95 of two numbers, got"):
        Estimate.from_json(record)
