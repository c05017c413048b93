"""Bulk embedding's benchmark on a few items and a small model, on a real Triton."""

from benchmarks.bulk_embed import BulkEmbedConfig, measure
from training.config import smoke


def test_the_line_has_both_speeds_and_both_sides_embed_alike() -> None:
    outcome = measure(BulkEmbedConfig(num_items=150, rounds=1, sizes=smoke()))
    figures = outcome.figures
    assert outcome.benchmark == "bulk_embed"
    assert outcome.target == 0.5
    assert outcome.met == (outcome.ratio >= 0.5)
    assert figures["items"] == 150
    for name in ("items_per_s", "reference_items_per_s", "direct_items_per_s"):
        speed = figures[name]
        assert isinstance(speed, float)
        assert speed > 0
    difference = figures["largest_difference"]
    assert isinstance(difference, float)
    assert difference < 1e-4
