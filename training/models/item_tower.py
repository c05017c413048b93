"""The item tower: standard and reinforced tokens that attend to each other, pooled.

Shape legend: B items, S standard fields, M values of a field, W words, G n-grams of a word,
T tokens of one side (S or W, plus one that is always there), H hidden size.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class ItemTowerConfig:
    """Sizes of the tower; the first four follow from the encoder and the schema.

    Raises:
        ValueError: a size is not positive, or `hidden_dim` is no multiple of `num_heads`.
    """

    num_std_ids: int
    """Rows of the table of standard values, padding included."""
    num_std_fields: int
    """S: how many standard fields the schema has."""
    num_re_fields: int
    """Rows of the table of reinforced fields, padding and "any field" included."""
    num_buckets: int
    """Rows of the n-gram table, padding not included."""
    hidden_dim: int = 128
    """H: width of the tokens and of the output."""
    num_heads: int = 4
    """Heads of each attention."""
    num_layers: int = 1
    """How many times the two sides attend to each other."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < (0 if name == "num_std_fields" else 1):
                raise ValueError(f"item tower {name} is positive, got {value}")
        if self.hidden_dim % self.num_heads:
            raise ValueError(
                f"hidden_dim {self.hidden_dim} is no multiple of num_heads {self.num_heads}"
            )


class ItemTower(nn.Module):
    """Maps an encoded item to a hidden vector (not normalised)."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.config = config
        self.values = ValueTokens(config)
        self.words = WordTokens(config)
        self.layers = nn.ModuleList(CrossLayer(config) for _ in range(config.num_layers))
        self.pool = Pool(config)

    def forward(self, std_ids_BSM: Tensor, re_ids_BWG: Tensor) -> Tensor:
        """Embed a batch as the encoder gives it.

        Args:
            std_ids_BSM: numbers of standard values, int32 or int64 [B, S, M], 0 is padding.
            re_ids_BWG: field number and n-gram numbers of each word, [B, W, 1 + G].

        Returns:
            Hidden vectors, float32 [B, H].
        """
        word_BWH = self.words.embed(re_ids_BWG[..., 1:])
        return self.combine(std_ids_BSM, re_ids_BWG[..., 0], word_BWH)

    def forward_shared(
        self, std_ids_BSM: Tensor, field_ids_BW: Tensor, word_rows_BW: Tensor, grams_UG: Tensor
    ) -> Tensor:
        """The same for words given as rows of a table of the batch's distinct words.

        A batch repeats most of its words, so embedding each once is what makes training fast.

        Args:
            std_ids_BSM: as in `forward`.
            field_ids_BW: number of the field of each word, 0 is padding.
            word_rows_BW: row of `grams_UG` that holds each word's n-grams.
            grams_UG: n-gram numbers of the distinct words [U, G].

        Returns:
            Hidden vectors, float32 [B, H], equal to `forward` on the expanded ids.
        """
        word_BWH = F.embedding(word_rows_BW, self.words.embed(grams_UG))
        return self.combine(std_ids_BSM, field_ids_BW, word_BWH)

    def combine(self, std_ids_BSM: Tensor, field_ids_BW: Tensor, word_BWH: Tensor) -> Tensor:
        """Cross-attend and pool tokens whose words are embedded already, to [B, H]."""
        std_BTH, std_mask_BT = self.values(std_ids_BSM)
        re_BTH, re_mask_BT = self.words(field_ids_BW, word_BWH)
        for layer in self.layers:
            std_BTH, re_BTH = layer(std_BTH, std_mask_BT, re_BTH, re_mask_BT)
        hidden_BH: Tensor = self.pool(std_BTH, std_mask_BT, re_BTH, re_mask_BT)
        return hidden_BH


class ValueTokens(nn.Module):
    """One token a standard field: the mean of its values plus the field's own vector."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.table = _table(config.num_std_ids, config.hidden_dim)
        self.field_SH = nn.Parameter(torch.zeros(config.num_std_fields, config.hidden_dim))
        self.first_H = nn.Parameter(torch.zeros(config.hidden_dim))

    def forward(self, ids_BSM: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens [B, 1 + S, H] and which of them are there, bool [B, 1 + S]."""
        there_BSM = ids_BSM > 0
        sum_BSH = self.table(ids_BSM).sum(2)
        count_BS1 = there_BSM.sum(2, keepdim=True).clamp(min=1)
        token_BSH = sum_BSH / count_BS1 + self.field_SH
        return _with_first(self.first_H, token_BSH, there_BSM.any(2))


class WordTokens(nn.Module):
    """One token a word: the mean of its hashed n-grams plus its field's vector."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.table = _table(1 + config.num_buckets, config.hidden_dim)
        self.fields = _table(config.num_re_fields, config.hidden_dim)
        nn.init.zeros_(self.fields.weight)
        self.first_H = nn.Parameter(torch.zeros(config.hidden_dim))

    def embed(self, grams_xG: Tensor) -> Tensor:
        """Word vectors [..., H] of n-gram numbers [..., G]; 0 is padding."""
        count_x1 = (grams_xG > 0).sum(-1, keepdim=True).clamp(min=1)
        word_xH: Tensor = self.table(grams_xG).sum(-2) / count_x1.sqrt()
        return word_xH

    def forward(self, field_ids_BW: Tensor, word_BWH: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens [B, 1 + W, H] and which of them are there, bool [B, 1 + W]."""
        token_BWH = word_BWH + self.fields(field_ids_BW)
        return _with_first(self.first_H, token_BWH, field_ids_BW > 0)


class CrossLayer(nn.Module):
    """Standard tokens attend to reinforced ones and the other way round, both then mixed."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.std_to_re = CrossAttention(config)
        self.re_to_std = CrossAttention(config)
        self.std_mlp = Mlp(config)
        self.re_mlp = Mlp(config)

    def forward(
        self, std_BTH: Tensor, std_mask_BT: Tensor, re_BTH: Tensor, re_mask_BT: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Both sides' tokens after one exchange; each reads the other as it was before."""
        new_std_BTH = std_BTH + self.std_to_re(std_BTH, std_mask_BT, re_BTH, re_mask_BT)
        new_re_BTH = re_BTH + self.re_to_std(re_BTH, re_mask_BT, std_BTH, std_mask_BT)
        return (
            new_std_BTH + on_tokens(self.std_mlp, new_std_BTH, std_mask_BT),
            new_re_BTH + on_tokens(self.re_mlp, new_re_BTH, re_mask_BT),
        )


class CrossAttention(nn.Module):
    """Multi-head attention from one side's tokens to the other's, normalised before."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.num_heads = config.num_heads
        width = config.hidden_dim
        self.query = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        self.key_value = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width))
        self.out = _silent(nn.Linear(config.hidden_dim, config.hidden_dim))

    def forward(
        self, x_BQH: Tensor, x_mask_BQ: Tensor, other_BTH: Tensor, mask_BT: Tensor
    ) -> Tensor:
        """What each of the Q tokens takes from the other side, [B, Q, H]."""
        query = self._heads(on_tokens(self.query, x_BQH, x_mask_BQ))
        key, value = on_tokens(self.key_value, other_BTH, mask_BT).chunk(2, dim=-1)
        attended = F.scaled_dot_product_attention(
            query, self._heads(key), self._heads(value), attn_mask=mask_BT[:, None, None, :]
        )
        return on_tokens(self.out, attended.transpose(1, 2).flatten(2), x_mask_BQ)

    def _heads(self, x_BTH: Tensor) -> Tensor:
        batch, tokens, width = x_BTH.shape
        return x_BTH.view(batch, tokens, self.num_heads, width // self.num_heads).transpose(1, 2)


class Mlp(nn.Module):
    """A pre-normalised two-layer perceptron on each token."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.hidden_dim)
        self.up = nn.Linear(config.hidden_dim, 2 * config.hidden_dim)
        self.down = _silent(nn.Linear(2 * config.hidden_dim, config.hidden_dim))

    def forward(self, x_BTH: Tensor) -> Tensor:
        """What is added to each token, [B, T, H]."""
        out_BTH: Tensor = self.down(F.gelu(self.up(self.norm(x_BTH))))
        return out_BTH


class Pool(nn.Module):
    """Each side's weighted sum of tokens, joined to one vector."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.std_weight = _silent(nn.Linear(config.hidden_dim, 1))
        self.re_weight = _silent(nn.Linear(config.hidden_dim, 1))
        # A word starts at half the weight of a field: items have more words than fields.
        nn.init.constant_(self.re_weight.bias, math.log(math.sqrt(2) - 1))
        self.join = nn.Linear(2 * config.hidden_dim, config.hidden_dim)
        with torch.no_grad():
            self.join.weight.copy_(torch.eye(config.hidden_dim).repeat(1, 2))
            self.join.bias.zero_()

    def forward(
        self, std_BTH: Tensor, std_mask_BT: Tensor, re_BTH: Tensor, re_mask_BT: Tensor
    ) -> Tensor:
        """Hidden vectors [B, H]."""
        std_BH = _weighted_sum(std_BTH, self.std_weight(std_BTH), std_mask_BT)
        re_BH = _weighted_sum(re_BTH, self.re_weight(re_BTH), re_mask_BT)
        hidden_BH: Tensor = self.join(torch.cat((std_BH, re_BH), dim=-1))
        return hidden_BH


def on_tokens(layer: nn.Module, x_BTH: Tensor, mask_BT: Tensor) -> Tensor:
    """A layer that works on each token by itself, in training on the tokens that are there only.

    Views drop half of what is known, so most of a training batch is padding. What stands at
    padding in the result differs between training and not, and is never looked at.
    """
    if not layer.training:
        whole_BTK: Tensor = layer(x_BTH)
        return whole_BTK
    (place_P,) = mask_BT.flatten().nonzero(as_tuple=True)
    there_PK: Tensor = layer(x_BTH.flatten(0, 1).index_select(0, place_P))
    spread = there_PK.new_zeros(mask_BT.numel(), there_PK.shape[-1])
    spread = spread.index_copy(0, place_P, there_PK)
    return spread.view(*mask_BT.shape, there_PK.shape[-1])


def _weighted_sum(token_BTH: Tensor, weight_BT1: Tensor, mask_BT: Tensor) -> Tensor:
    """Sum of the tokens that are there, each with a positive weight of its own, [B, H].

    A sum and not a mean: an item of which more is known lies further out before the head
    normalises it, as the rows of a TF-IDF matrix do.
    """
    weight_BT1 = F.softplus(weight_BT1) * mask_BT.unsqueeze(-1)
    return (weight_BT1 * token_BTH).sum(1)


def _silent(layer: nn.Linear) -> nn.Linear:
    """A layer that starts at zero, so that what it is added to passes unchanged at first."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _table(num_rows: int, hidden_dim: int) -> nn.Embedding:
    table = nn.Embedding(num_rows, hidden_dim, padding_idx=0)
    nn.init.normal_(table.weight, std=hidden_dim**-0.5)
    with torch.no_grad():
        table.weight[0].zero_()
    return table


def _with_first(first_H: Tensor, token_BTH: Tensor, mask_BT: Tensor) -> tuple[Tensor, Tensor]:
    """Put the token that is always there in front, so that attention never has nothing to see."""
    first_B1H = first_H.expand(token_BTH.shape[0], 1, -1)
    return torch.cat((first_B1H, token_BTH), 1), F.pad(mask_BT, (1, 0), value=True)
