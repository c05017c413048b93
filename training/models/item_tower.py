"""The item tower: standard and reinforced tokens that attend to each other, pooled.

Shape legend: B items, S standard fields, M values of a field, W words, G n-grams of a word,
T places of one side (S or W, plus one that always holds a token), H hidden size. Of a batch: U
distinct words, E distinct pairs of a field and a word, V distinct sets of values of a field.
x stands for the places of one of `training.models.tokens`' layouts.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.models.exchange import Exchange, Mlp, silent
from training.models.tokens import PaddedTokens, Places, SharedTokens, Tokens


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
        self.layers = nn.ModuleList(
            Exchange(config.hidden_dim, config.num_heads) for _ in range(config.num_layers)
        )
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

    def combine(self, std_ids_BSM: Tensor, field_ids_BW: Tensor, word_BWH: Tensor) -> Tensor:
        """The same for words that are embedded already."""
        fields_S = torch.arange(std_ids_BSM.shape[1], device=std_ids_BSM.device)
        std_BSH = self.values.embed(fields_S, std_ids_BSM)
        re_BWH = self.words.tag(field_ids_BW, word_BWH)
        return self._pooled(
            _padded(self.values.first_H, std_BSH, (std_ids_BSM > 0).any(2)),
            _padded(self.words.first_H, re_BWH, field_ids_BW > 0),
        )

    def forward_shared(
        self,
        value_places: Places,
        values_V1M: Tensor,
        word_places: Places,
        tagged_E2: Tensor,
        grams_UG: Tensor,
    ) -> Tensor:
        """The same for a batch whose distinct tokens are held once each, as in training.

        Args:
            value_places: row of `values_V1M` that each field has, a place before them for the
                token that is always there.
            values_V1M: number of a standard field and the numbers of its values [V, 1 + M];
                row 0 counts for nothing, whatever stands there.
            word_places: row of `tagged_E2` that each word is, likewise.
            tagged_E2: number of a reinforced field and row of `grams_UG`; row 0 likewise.
            grams_UG: n-gram numbers of the distinct words [U, G].

        Returns:
            Hidden vectors, float32 [B, H], equal to `forward` on the expanded ids.
        """
        std_VH = self.values.embed(values_V1M[:, 0], values_V1M[:, 1:])
        word_EH = F.embedding(tagged_E2[:, 1], self.words.embed(grams_UG))
        re_EH = self.words.tag(tagged_E2[:, 0], word_EH)
        return self._pooled(
            _shared(self.values.first_H, std_VH, value_places),
            _shared(self.words.first_H, re_EH, word_places),
        )

    def _pooled(self, std: Tokens, re: Tokens) -> Tensor:
        *others, last = self.layers
        for layer in others:
            std, re = layer(std, re)
        assert isinstance(last, Exchange)
        std, re = last.attend(std, re)
        hidden_BH: Tensor = self.pool(std, last.std_mlp, re, last.re_mlp)
        return hidden_BH


class ValueTokens(nn.Module):
    """One token a standard field: the mean of its values plus the field's own vector."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.table = _table(config.num_std_ids, config.hidden_dim)
        # A table of no row at all cannot be looked up in, not even for padding.
        num_rows = max(1, config.num_std_fields)
        self.field_SH = nn.Parameter(torch.zeros(num_rows, config.hidden_dim))
        self.first_H = nn.Parameter(torch.zeros(config.hidden_dim))

    def embed(self, fields_x: Tensor, ids_xM: Tensor) -> Tensor:
        """Tokens [x, H] of field numbers and value numbers; 0 is no value."""
        sum_xH = self.table(ids_xM).sum(-2)
        count_x1 = (ids_xM > 0).sum(-1, keepdim=True).clamp(min=1)
        token_xH: Tensor = sum_xH / count_x1 + F.embedding(fields_x, self.field_SH)
        return token_xH


class WordTokens(nn.Module):
    """One token a word: the mean of its hashed n-grams plus its field's vector."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.table = _table(1 + config.num_buckets, config.hidden_dim)
        self.fields = _table(config.num_re_fields, config.hidden_dim)
        nn.init.zeros_(self.fields.weight)
        self.first_H = nn.Parameter(torch.zeros(config.hidden_dim))

    def embed(self, grams_xG: Tensor) -> Tensor:
        """Word vectors [x, H] of n-gram numbers; 0 is padding."""
        count_x1 = (grams_xG > 0).sum(-1, keepdim=True).clamp(min=1)
        word_xH: Tensor = self.table(grams_xG).sum(-2) / count_x1.sqrt()
        return word_xH

    def tag(self, fields_x: Tensor, word_xH: Tensor) -> Tensor:
        """Tokens [x, H] of words in fields."""
        token_xH: Tensor = word_xH + self.fields(fields_x)
        return token_xH


class Pool(nn.Module):
    """Each side's weighted sum of tokens, joined to one vector."""

    def __init__(self, config: ItemTowerConfig) -> None:
        super().__init__()
        self.std_weight = silent(nn.Linear(config.hidden_dim, 1))
        self.re_weight = silent(nn.Linear(config.hidden_dim, 1))
        # A word starts at half the weight of a field: items have more words than fields.
        nn.init.constant_(self.re_weight.bias, math.log(math.sqrt(2) - 1))
        self.join = nn.Linear(2 * config.hidden_dim, config.hidden_dim)
        with torch.no_grad():
            self.join.weight.copy_(torch.eye(config.hidden_dim).repeat(1, 2))
            self.join.bias.zero_()

    def forward(self, std: Tokens, std_mlp: Mlp, re: Tokens, re_mlp: Mlp) -> Tensor:
        """Hidden vectors [B, H] of tokens that their perceptrons are still to be added to."""
        std_BH = _weighted_sum(std, std_mlp, self.std_weight)
        re_BH = _weighted_sum(re, re_mlp, self.re_weight)
        hidden_BH: Tensor = self.join(torch.cat((std_BH, re_BH), dim=-1))
        return hidden_BH


def _weighted_sum(tokens: Tokens, mlp: Mlp, weigh: nn.Linear) -> Tensor:
    """Sum of the tokens plus their perceptrons, each with a positive weight of its own, [B, H].

    A sum and not a mean: an item of which more is known lies further out before the head
    normalises it, as the rows of a TF-IDF matrix do.

    The perceptron's second layer is linear, and so are weight and sum: it is multiplied with the
    weighing vector once, and with one sum for each item, instead of with every token.
    """
    token_xH = tokens.each()
    inner_xK = mlp.inner(token_xH)
    through_1K = weigh.weight @ mlp.down.weight
    bias_1 = weigh.bias + weigh.weight @ mlp.down.bias
    logit_x1 = F.linear(token_xH, weigh.weight, bias_1) + F.linear(inner_xK, through_1K)
    weight_x = F.softplus(logit_x1.squeeze(-1))
    inner_BK = tokens.sum_of(inner_xK, weight_x)
    weight_B1 = tokens.sum_of(torch.ones_like(weight_x).unsqueeze(-1), weight_x)
    added_BH = F.linear(inner_BK, mlp.down.weight) + weight_B1 * mlp.down.bias
    return tokens.sum_of(token_xH, weight_x) + added_BH


def _padded(first_H: Tensor, token_BTH: Tensor, mask_BT: Tensor) -> PaddedTokens:
    """Put the token that is always there in front, so that attention never has nothing to see."""
    first_B1H = first_H.expand(token_BTH.shape[0], 1, -1)
    return PaddedTokens(torch.cat((first_B1H, token_BTH), 1), F.pad(mask_BT, (1, 0), value=True))


def _shared(first_H: Tensor, token_UH: Tensor, places: Places) -> SharedTokens:
    """The same, the token that is always there in the table's place of padding."""
    return SharedTokens(torch.cat((first_H.unsqueeze(0), token_UH[1:])), places)


def _table(num_rows: int, hidden_dim: int) -> nn.Embedding:
    table = nn.Embedding(num_rows, hidden_dim, padding_idx=0)
    nn.init.normal_(table.weight, std=hidden_dim**-0.5)
    with torch.no_grad():
        table.weight[0].zero_()
    return table
