"""Settings of a run: named runs, changes by name, and refusals that say what is known."""

import pytest

from training.config import RUNS, TrainConfig, configure


def test_every_named_run_is_a_full_configuration() -> None:
    assert all(isinstance(build(), TrainConfig) for build in RUNS.values())


def test_settings_change_by_name_in_the_kind_they_have() -> None:
    config = configure("default", ["epochs=3", "temperature=0.1", "first_view.word_drop=0.2"])
    assert (config.epochs, config.temperature, config.first_view.word_drop) == (3, 0.1, 0.2)
    assert configure("default", ["compile=true"]).compile is True


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("epoch=3", "unknown setting 'epoch': known are epochs,"),
        ("epochs", "a setting is name=value, got 'epochs'"),
        ("epochs=many", "setting epochs: 'many' is no int"),
        ("compile=maybe", "setting compile: 'maybe' is no bool"),
        ("epochs=0", "epochs is above 0, got 0"),
        ("learning_rate=nan", "learning_rate is a finite number, got nan"),
        ("overlap_weight=inf", "overlap_weight is a finite number, got inf"),
        ("embedding_dim=4001", "embedding_dim is at most 4,000, got 4,001"),
        ("batch_size=1", "batch_size is at least 2"),
        ("holdout_share=1", "holdout_share is below 1"),
        ("precision=int8", "precision is one of"),
        ("first_view=3", "only views have settings of their own"),
        ("epochs.x=3", "only views have settings of their own"),
        ("first_view.word_drop=1", "view word_drop is a rate"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(setting: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        configure("default", [setting])


def test_an_unknown_run_is_refused_with_those_known() -> None:
    with pytest.raises(ValueError, match="unknown run 'fast': known are default, smoke"):
        configure("fast", [])
