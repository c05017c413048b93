"""What a training step minimises: NT-Xent of the two views plus the overlap loss of the second.

Shape legend: A items of the batch, N of them this process's own, D embedding size, S standard
fields.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.distributed import World
from training.losses.nt_xent import nt_xent
from training.losses.overlap import overlap_loss, overlap_target
from training.models.tokens import Places, places_of
from training.precision import Precision, autocast
from training.views import ViewBatch


class StepLoss(NamedTuple):
    """The loss of this process and the parts it is the weighted sum of, all scalars."""

    total: Tensor
    nt_xent: Tensor
    overlap: Tensor


@dataclass(frozen=True, kw_only=True)
class Objective:
    """The loss of a batch of view pairs."""

    temperature: float
    """Of NT-Xent, above 0."""
    overlap_weight: float
    """Weight of the overlap loss, 0 or above."""
    word_weight: float
    """Weight of a word in an overlap."""
    field_weight_S: Tensor
    """Weight of each standard field in an overlap, float32, on the model's device."""
    precision: Precision = "auto"
    """Arithmetic of the model; losses are always in float32."""

    def __call__(self, model: nn.Module, views: ViewBatch, world: World) -> StepLoss:
        """Run the model on this process's views and compare them with everybody's.

        Args:
            model: maps what `ItemTower.forward_shared` takes to embeddings.
            views: of the whole batch, the A first views before the A second ones.
            world: which of the items are this process's own.
        """
        num_items = len(views.value_rows) // 2
        own = world.part(num_items)
        arguments = _arguments(views, own, world.device)
        with autocast(world.device, self.precision):
            emb = model(*arguments).float()
        first_ND, second_ND = emb.chunk(2)
        first_AD, second_AD = world.gather(first_ND), world.gather(second_ND)
        contrast = nt_xent(
            first_ND,
            second_ND,
            temperature=self.temperature,
            first_AD=first_AD,
            second_AD=second_AD,
            offset=own.start,
        )
        if not self.overlap_weight:
            return StepLoss(contrast, contrast, contrast.new_zeros(()))
        target_AA = self._overlap_target(views, num_items, world.device)
        overlap = overlap_loss(second_ND, second_AD, target_AA, offset=own.start)
        return StepLoss(contrast + self.overlap_weight * overlap, contrast, overlap)

    def _overlap_target(self, views: ViewBatch, num_items: int, device: torch.device) -> Tensor:
        """Of the second views of all items, [A, A]."""
        values_AS1M = _moved(views.values[views.value_rows[num_items:]], device)
        word_rows_AW = views.word_rows[num_items:]
        return overlap_target(
            values_AS1M[..., 1:],
            _moved(views.tagged[word_rows_AW, 1], device),
            _moved(word_rows_AW > 0, device),
            self.field_weight_S[values_AS1M[..., 0]],
            self.word_weight,
        )


def _arguments(
    views: ViewBatch, own: slice, device: torch.device
) -> tuple[Places, Tensor, Places, Tensor, Tensor]:
    """What the model takes of both views of a process's own items."""
    num_items = len(views.value_rows) // 2
    mine = np.arange(own.start, own.stop)
    rows = np.concatenate((mine, mine + num_items))
    return (
        places_of(views.value_rows[rows], len(views.values)).to(device),
        _moved(views.values, device),
        places_of(views.word_rows[rows], len(views.tagged)).to(device),
        _moved(views.tagged, device),
        _moved(views.grams, device),
    )


def _moved(array: NDArray[Any], device: torch.device) -> Tensor:
    return torch.from_numpy(array).to(device, non_blocking=True)
