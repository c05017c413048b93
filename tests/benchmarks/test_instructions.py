"""The benchmark of instruction data, on a few items."""

from benchmarks.instructions import InstructionsConfig, measure


def test_rates_and_memory_of_making_and_checking_are_told_and_nothing_is_found() -> None:
    outcome = measure(InstructionsConfig(num_items=40, num_pairs=60))
    assert (outcome.figures["items"], outcome.figures["pairs"]) == (40, 60)
    assert outcome.figures["findings"] == 0
    assert set(outcome.figures) >= {"pairs_per_s", "peak_mib", "checked_pairs_per_s"}
