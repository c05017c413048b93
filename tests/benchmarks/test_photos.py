"""The benchmark of pictures, on a few."""

from benchmarks.photos import PhotosConfig, measure


def test_rates_are_told_and_a_second_run_changes_nothing() -> None:
    outcome = measure(PhotosConfig(num_photos=6, size=(60, 80), rounds=1))
    assert outcome.met is True
    assert outcome.figures["photos"] == 6
    rates = {"photos_per_s", "photos_per_s_one_at_a_time", "photos_per_s_again"}
    assert rates < outcome.figures.keys()
