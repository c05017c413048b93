"""The exchange of the tower's two sides: cross-attention both ways, then a perceptron a token.

Shape legend: B items, Q and T places of the two sides, H hidden size, N heads, D size of a head;
x stands for the places of one of `training.models.tokens`' layouts, y for its distinct tokens.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.models.tokens import Tokens


class Exchange(nn.Module):
    """Standard tokens attend to reinforced ones and the other way round."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.std_to_re = CrossAttention(width, num_heads)
        self.re_to_std = CrossAttention(width, num_heads)
        self.std_mlp = Mlp(width)
        self.re_mlp = Mlp(width)

    def attend(self, std: Tokens, re: Tokens) -> tuple[Tokens, Tokens]:
        """Both sides' tokens after attention; each reads the other as it was before."""
        return (
            std.replaced(std.each() + self.std_to_re(std, re)),
            re.replaced(re.each() + self.re_to_std(re, std)),
        )

    def forward(self, std: Tokens, re: Tokens) -> tuple[Tokens, Tokens]:
        """Both sides' tokens after the whole exchange."""
        std, re = self.attend(std, re)
        std_xH, re_xH = std.each(), re.each()
        return (
            std.replaced(std_xH + self.std_mlp(std_xH)),
            re.replaced(re_xH + self.re_mlp(re_xH)),
        )


class CrossAttention(nn.Module):
    """Multi-head attention from one side's tokens to the other's, normalised before."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.scale = 1 / math.sqrt(width // num_heads)
        self.query = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        self.key_value = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width))
        self.out = silent(nn.Linear(width, width))

    def forward(self, tokens: Tokens, other: Tokens) -> Tensor:
        """What each token takes from the other side, [x, H]."""
        key_yH, value_yH = self.key_value(other.table_yH).chunk(2, dim=-1)
        attended_BNQD = attend(
            tokens.heads(self.scale * self.query(tokens.table_yH), self.num_heads),
            other.heads(key_yH, self.num_heads),
            other.heads(value_yH, self.num_heads),
            other.mask_BT,
        )
        taken_xH: Tensor = self.out(tokens.joined(attended_BNQD))
        return taken_xH


def attend(query_BNQD: Tensor, key_BNTD: Tensor, value_BNTD: Tensor, mask_BT: Tensor) -> Tensor:
    """Softmax attention to the places that hold a token, [B, N, Q, D]; queries are scaled before.

    PyTorch's fused kernels save memory that we do not need at a few dozen places. On a CPU their
    backward pass costs twice what plain matrix products do; on a GPU, in bfloat16, every batch has
    other sizes, for which a plan is made anew, and that took longer than the whole step.
    """
    if not query_BNQD.requires_grad:
        return F.scaled_dot_product_attention(
            query_BNQD, key_BNTD, value_BNTD, attn_mask=mask_BT[:, None, None, :], scale=1.0
        )
    closed_BT = torch.where(mask_BT, 0.0, -torch.inf).to(query_BNQD.dtype)
    # A softmax along rows that are shorter than the processor's vectors costs ten times one across.
    # An exported graph has to hold for all sizes and has one way.
    if not torch.compiler.is_exporting() and key_BNTD.shape[2] < query_BNQD.shape[2]:
        score_BNTQ = torch.matmul(key_BNTD, query_BNQD.transpose(2, 3))
        weight_BNTQ = score_BNTQ.add_(closed_BT[:, None, :, None]).softmax(2)
        return torch.matmul(weight_BNTQ.transpose(2, 3), value_BNTD)
    score_BNQT = torch.matmul(query_BNQD, key_BNTD.transpose(2, 3))
    return torch.matmul(score_BNQT.add_(closed_BT[:, None, None, :]).softmax(3), value_BNTD)


class Mlp(nn.Module):
    """A pre-normalised two-layer perceptron on each token."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = silent(nn.Linear(2 * width, width))

    def forward(self, token_xH: Tensor) -> Tensor:
        """What is added to each token, [x, H]."""
        added_xH: Tensor = self.down(self.inner(token_xH))
        return added_xH

    def inner(self, token_xH: Tensor) -> Tensor:
        """The values between the two layers, [x, 2H]."""
        return F.gelu(self.up(self.norm(token_xH)))


def silent(layer: nn.Linear) -> nn.Linear:
    """A layer that starts at zero, so that what it is added to passes unchanged at first."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer
