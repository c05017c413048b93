"""The refresh's benchmark on a few items and a small model, on a real Triton and PostgreSQL."""

from benchmarks.refresh_index import RefreshIndexConfig, measure, next_snapshot
from benchmarks.sample import sample_catalogue
from training.config import smoke


def test_the_refreshed_store_equals_one_that_was_indexed_whole() -> None:
    outcome = measure(RefreshIndexConfig(num_items=300, changed_share=0.1, sizes=smoke()))
    assert outcome.benchmark == "refresh_index"
    assert outcome.figures["stores_are_equal"] is True
    assert outcome.met == (outcome.ratio >= 20.0)


def test_a_snapshot_touches_its_share_of_the_items() -> None:
    catalogue = sample_catalogue(400)
    before = {item.item_id: item for item in catalogue.items}
    after = {item.item_id: item for item in next_snapshot(catalogue, 0.1).items}
    assert len(after.keys() - before.keys()) == len(before.keys() - after.keys()) == 4
    assert sum(after[key] != before[key] for key in after.keys() & before.keys()) == 32
