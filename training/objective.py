"""What a training step minimises: NT-Xent of the two views plus the overlap loss of the second.

Shape legend: A items of the batch, N of them this process's own, D embedding size, S standard
fields.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from training.distributed import World
from training.losses.nt_xent import nt_xent
from training.losses.overlap import overlap_loss, overlap_target
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
            model: maps the arrays of a `ViewBatch` to embeddings.
            views: of the whole batch, the A first views before the A second ones.
            world: which of the items are this process's own.
        """
        value_rows, values, word_rows, tagged, grams = (
            torch.from_numpy(array).to(world.device, non_blocking=True) for array in views
        )
        num_items = len(value_rows) // 2
        own = world.part(num_items)
        mine = torch.arange(own.start, own.stop, device=world.device)
        rows = torch.cat((mine, mine + num_items))
        with autocast(world.device, self.precision):
            emb = model(value_rows[rows], values, word_rows[rows], tagged, grams).float()
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
        second = slice(num_items, None)
        values_AS1M = values[value_rows[second]]
        target_AA = overlap_target(
            values_AS1M[..., 1:],
            tagged[word_rows[second], 1],
            word_rows[second] > 0,
            self.field_weight_S[values_AS1M[..., 0]],
            self.word_weight,
        )
        overlap = overlap_loss(second_ND, second_AD, target_AA, offset=own.start)
        return StepLoss(contrast + self.overlap_weight * overlap, contrast, overlap)
