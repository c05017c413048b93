"""NT-Xent: each view's partner against all other views of the batch.

Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations"
(SimCLR), 2020, equation 1; the pairs are two random views of one item as in SimCSE (Gao et
al., 2021). Written as one cross-entropy over the similarity matrix.

Shape legend: N items of this process, A items of all processes, D embedding size.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def nt_xent(
    first_ND: Tensor,
    second_ND: Tensor,
    *,
    temperature: float,
    first_AD: Tensor | None = None,
    second_AD: Tensor | None = None,
    offset: int = 0,
) -> Tensor:
    """Mean loss of this process's 2N views against the 2A views of all.

    Args:
        first_ND: unit-length embeddings of the first views, float32 [N, D].
        second_ND: those of the second views of the same items, [N, D].
        temperature: divides the similarities, above 0.
        first_AD: the first views of all processes, in the order of ranks, gradient included;
            `first_ND` itself where there is one process.
        second_AD: likewise the second views.
        offset: row of `first_AD` that holds this process's first item.

    Returns:
        The loss, a scalar. Its mean over processes of equal N is the loss of the whole batch.

    Raises:
        ValueError: temperature is not above 0, or the views differ in shape.
    """
    if temperature <= 0:
        raise ValueError(f"temperature is above 0, got {temperature}")
    if first_ND.shape != second_ND.shape:
        raise ValueError(f"views differ in shape: {first_ND.shape} and {second_ND.shape}")
    first_AD = first_ND if first_AD is None else first_AD
    second_AD = second_ND if second_AD is None else second_AD
    num_items, num_all = len(first_ND), len(first_AD)
    sim = torch.cat((first_ND, second_ND)) @ torch.cat((first_AD, second_AD)).T / temperature
    row = torch.arange(num_items, device=sim.device) + offset
    itself, partner = torch.cat((row, row + num_all)), torch.cat((row + num_all, row))
    sim = sim.scatter(1, itself[:, None], float("-inf"))
    return F.cross_entropy(sim, partner)
