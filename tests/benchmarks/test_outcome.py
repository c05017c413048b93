"""The line that a benchmark prints."""

import json

import pytest

from benchmarks.outcome import Outcome, rounded


def test_an_outcome_is_one_line_of_json_with_ratio_target_and_whether_it_is_met() -> None:
    outcome = Outcome(
        benchmark="one",
        ratio=2 / 3,
        target=0.5,
        met=True,
        figures={"items_per_s": 1234.5678, "cases": {"all": [0.123456]}},
    )
    line = outcome.line()
    assert "\n" not in line
    document = json.loads(line)
    assert document.pop("cores") >= 1
    assert document.pop("machine")
    assert document == {
        "benchmark": "one",
        "items_per_s": 1235.0,
        "cases": {"all": [0.1235]},
        "ratio": 0.6667,
        "target": 0.5,
        "met": True,
    }


def test_counts_and_names_are_not_rounded() -> None:
    assert rounded({"items": 123456, "name": "1.23456", "met": None}) == {
        "items": 123456,
        "name": "1.23456",
        "met": None,
    }


def test_a_figure_that_is_no_number_is_refused() -> None:
    outcome = Outcome(benchmark="one", ratio=float("nan"), target=None, met=None, figures={})
    with pytest.raises(ValueError, match="not JSON compliant"):
        outcome.line()
