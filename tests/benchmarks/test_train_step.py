"""The training step's benchmark on a few items: that both sides train, not how fast."""

import math
from collections.abc import Iterator

import pytest
import torch

from benchmarks.per_item_training import PerItemCollate, PerItemTraining
from benchmarks.sample import sample_catalogue
from benchmarks.train_step import TrainStepConfig, loss_difference, measure
from catalog.encoder import ItemEncoder
from training.config import smoke
from training.optimizer import build_optimizer
from training.train import build_model
from training.views import ViewConfig

WHOLE = ViewConfig(field_drop=0.0, word_drop=0.0, untagged=0.0)


@pytest.fixture(autouse=True)
def same_threads() -> Iterator[None]:
    """The benchmark sets torch's threads; later tests get theirs back."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def test_the_line_has_both_speeds_their_ratio_and_the_difference_of_the_losses() -> None:
    config = TrainStepConfig(num_items=24, batch_size=8, rounds=1, steps=1, threads=1)
    outcome = measure(config)
    figures = outcome.figures
    assert outcome.benchmark == "train_step"
    assert outcome.target == 20
    assert outcome.ratio > 0
    for name in ("items_per_s", "items_per_s_nt_xent_alone", "reference_items_per_s"):
        speed = figures[name]
        assert isinstance(speed, float)
        assert speed > 0
    assert figures["batch_size"] == 8


def test_the_two_losses_are_equal() -> None:
    assert loss_difference(256) <= 1e-5


def test_the_reference_sees_every_feature_where_views_drop_nothing() -> None:
    catalogue = sample_catalogue(6)
    encoder = ItemEncoder(catalogue.schema, catalogue.encoder_config)
    std_ids, re_ids = PerItemCollate(encoder, (WHOLE, WHOLE), seed=0)(catalogue.items)
    encoded = encoder.encode([*catalogue.items, *catalogue.items])
    assert std_ids.numpy().tolist() == encoded.std_ids.tolist()
    assert re_ids.numpy().tolist() == encoded.re_ids.tolist()


def test_the_reference_drops_fields_and_words_and_tells_words_without_their_field() -> None:
    catalogue = sample_catalogue(40)
    encoder = ItemEncoder(catalogue.schema, catalogue.encoder_config)
    sparse = ViewConfig(field_drop=0.5, word_drop=0.5, untagged=0.5)
    std_ids, re_ids = PerItemCollate(encoder, (sparse, WHOLE), seed=0)(catalogue.items)
    first, second = std_ids.any(2).chunk(2)
    assert 0.35 < first.sum() / second.sum() < 0.65
    words, all_words = re_ids[:, :, 1].chunk(2)
    assert 0.35 < (words > 0).sum() / (all_words > 0).sum() < 0.65
    fields = re_ids[:40, :, 0]
    untagged = ((fields == 1) | (fields == 0)).all(1)
    assert 0 < untagged.sum() < 40


def test_the_reference_learns() -> None:
    catalogue = sample_catalogue(32)
    encoder = ItemEncoder(catalogue.schema, catalogue.encoder_config)
    config = smoke()
    model = build_model(encoder, config)
    optimizer = build_optimizer(model, config)
    training = PerItemTraining(catalogue.items, encoder, model, optimizer, config)
    losses = [training.step() for _ in range(8)]
    assert all(map(math.isfinite, losses))
    assert min(losses[4:]) < losses[0]
