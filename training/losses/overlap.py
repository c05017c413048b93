"""Overlap loss: two views lie as close as the features that they share say.

NT-Xent alone spreads items evenly and so spends the embedding on telling them apart; neighbours
then agree less in their attributes than plain one-hot vectors do. This loss holds the cosine of
every two views of a batch to the cosine of their binary features (values and words), which is
what a random projection keeps in expectation and 128 values keep only after training.

Shape legend: B views, N views of this process, D embedding size, S standard fields, M values of
a field, W words, U distinct words of the batch, V numbers of standard values.
"""

import torch
from torch import Tensor


def overlap_target(
    std_ids_BSM: Tensor,
    word_rows_BW: Tensor,
    there_BW: Tensor,
    weight_BS: Tensor,
    word_weight: float,
) -> Tensor:
    """Cosine of the binary features of every two views.

    Args:
        std_ids_BSM: numbers of standard values, 0 is padding.
        word_rows_BW: row of each word among the batch's distinct words.
        there_BW: which of those words the view has, bool.
        weight_BS: weight of each standard field, [B, S] or [S]; an item's values of a field
            share it.
        word_weight: weight of a word.

    Returns:
        float32 [B, B] from 0 to 1; a view without any feature has 0 with all.
    """
    there_BSM = std_ids_BSM > 0
    share_BS = weight_BS / there_BSM.sum(2).clamp(min=1).sqrt()
    values_BV = _spread(std_ids_BSM, share_BS[:, :, None] * there_BSM)
    words_BU = _spread(word_rows_BW, word_weight * there_BW.to(values_BV.dtype))
    feature = torch.nn.functional.normalize(torch.cat((values_BV, words_BU), 1), dim=1)
    return feature @ feature.T


def overlap_loss(emb_ND: Tensor, all_BD: Tensor, target_BB: Tensor, *, offset: int = 0) -> Tensor:
    """Mean squared difference of the views' cosines from their target.

    Args:
        emb_ND: unit-length embeddings of this process's views.
        all_BD: those of all processes, in the order of ranks, gradient included.
        target_BB: from `overlap_target`.
        offset: row of `all_BD` that holds this process's first view.

    Returns:
        A scalar; its mean over processes of equal N is that of the whole batch.

    Raises:
        ValueError: the target is not of the batch's size.
    """
    if target_BB.shape != (len(all_BD), len(all_BD)):
        raise ValueError(f"the target of {len(all_BD)} views has shape {tuple(target_BB.shape)}")
    target_NB = target_BB[offset : offset + len(emb_ND)]
    return (emb_ND @ all_BD.T - target_NB).square().mean()


def _spread(ids: Tensor, weight: Tensor) -> Tensor:
    """Rows of ids as weighted columns; where an id is repeated the largest weight counts."""
    ids, weight = ids.flatten(1).long(), weight.flatten(1)
    columns = int(ids.max()) + 1 if ids.numel() else 1
    spread = weight.new_zeros(len(ids), columns)
    return spread.scatter_reduce(1, ids, weight, "amax")
