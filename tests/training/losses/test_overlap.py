"""The overlap of two views, recomputed with plain loops."""

import math

import pytest
import torch

from training.losses.overlap import overlap_loss, overlap_target

# Three views of two fields (the first takes two values) and two words; 0 is padding.
STD = torch.tensor([[[1, 2], [4, 0]], [[1, 0], [5, 0]], [[0, 0], [0, 0]]])
ROWS = torch.tensor([[1, 2], [2, 0], [0, 0]])
THERE = torch.tensor([[True, True], [True, False], [False, False]])
WEIGHT = torch.tensor([1.0, 0.5])
FEATURES: list[dict[object, float]] = [
    {1: 1 / math.sqrt(2), 2: 1 / math.sqrt(2), 4: 0.5, "w1": 0.25, "w2": 0.25},
    {1: 1.0, 5: 0.5, "w2": 0.25},
    {},
]


def cosine(a: dict[object, float], b: dict[object, float]) -> float:
    lengths = [math.sqrt(sum(v * v for v in x.values())) for x in (a, b)]
    dot = sum(value * b.get(key, 0.0) for key, value in a.items())
    return dot / (lengths[0] * lengths[1]) if all(lengths) else 0.0


def test_the_target_is_the_cosine_of_binary_features() -> None:
    target = overlap_target(STD, ROWS, THERE, WEIGHT, 0.25)
    expected = [[cosine(a, b) for b in FEATURES] for a in FEATURES]
    torch.testing.assert_close(target, torch.tensor(expected))


def test_a_catalogue_without_standard_fields_overlaps_in_words() -> None:
    none = torch.zeros((3, 0, 2), dtype=torch.int64)
    target = overlap_target(none, ROWS, THERE, torch.zeros(0), 0.25)
    assert float(target[0, 1]) == pytest.approx(1 / math.sqrt(2))


def test_the_loss_is_the_mean_squared_difference() -> None:
    emb = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    target = torch.tensor([[1.0, 0.5], [0.5, 1.0]])
    assert float(overlap_loss(emb, emb, target)) == pytest.approx(2 * 0.25 / 4)


def test_parts_of_a_batch_average_to_the_whole() -> None:
    emb = torch.nn.functional.normalize(torch.randn(4, 3, generator=torch.manual_seed(0)), dim=1)
    target = torch.rand(4, 4, generator=torch.manual_seed(1))
    parts = [overlap_loss(emb[i : i + 2], emb, target, offset=i) for i in (0, 2)]
    assert float(sum(parts)) / 2 == pytest.approx(float(overlap_loss(emb, emb, target)))


def test_a_target_of_another_batch_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the target of 2 views has shape \(3, 3\)"):
        overlap_loss(torch.eye(2), torch.eye(2), torch.zeros(3, 3))
