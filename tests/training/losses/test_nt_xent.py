"""NT-Xent, recomputed with plain loops and held against pytorch-metric-learning's."""

import math

import pytest
import torch
from pytorch_metric_learning.losses import NTXentLoss
from torch import Tensor
from torch.nn import functional as F

from training.losses.nt_xent import nt_xent


def unit(count: int, *, seed: int, size: int = 8) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(count, size, generator=generator), dim=1)


def by_loops(first: Tensor, second: Tensor, temperature: float) -> float:
    views: list[list[float]] = [*first.tolist(), *second.tolist()]
    count, losses = len(first), list[float]()
    for i, view in enumerate(views):
        sims = [sum(a * b for a, b in zip(view, other, strict=True)) for other in views]
        partner = (i + count) % (2 * count)
        others = [math.exp(s / temperature) for j, s in enumerate(sims) if j != i]
        losses.append(math.log(sum(others)) - sims[partner] / temperature)
    return sum(losses) / len(losses)


@pytest.mark.parametrize("temperature", [0.05, 0.5])
def test_it_is_the_loss_of_plain_loops(temperature: float) -> None:
    first, second = unit(5, seed=1), unit(5, seed=2)
    expected = by_loops(first, second, temperature)
    assert float(nt_xent(first, second, temperature=temperature)) == pytest.approx(expected, 1e-5)


def test_it_equals_pytorch_metric_learning() -> None:
    first, second = unit(64, seed=3), unit(64, seed=4)
    labels = torch.arange(64).repeat(2)
    reference = NTXentLoss(temperature=0.07)(torch.cat((first, second)), labels)
    assert abs(float(nt_xent(first, second, temperature=0.07)) - float(reference)) < 1e-5


def test_parts_of_a_batch_average_to_the_whole_gradients_included() -> None:
    first, second = unit(6, seed=5).requires_grad_(), unit(6, seed=6).requires_grad_()
    whole = nt_xent(first, second, temperature=0.1)
    parts = [
        nt_xent(
            first[start : start + 3],
            second[start : start + 3],
            temperature=0.1,
            first_AD=first,
            second_AD=second,
            offset=start,
        )
        for start in (0, 3)
    ]
    mean = torch.stack(parts).mean()
    torch.testing.assert_close(mean, whole)
    of_whole = torch.autograd.grad(whole, (first, second))
    of_parts = torch.autograd.grad(mean, (first, second))
    for expected, got in zip(of_whole, of_parts, strict=True):
        torch.testing.assert_close(got, expected)


def test_a_temperature_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="temperature is above 0, got 0"):
        nt_xent(unit(2, seed=1), unit(2, seed=2), temperature=0)


def test_views_of_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="views differ in shape"):
        nt_xent(unit(2, seed=1), unit(3, seed=2), temperature=1)
