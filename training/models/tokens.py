"""The tokens of a batch of items, in the two layouts that the tower computes on.

`PaddedTokens` is what is served: every item has as many places as the longest. `SharedTokens` is
what is trained on: a batch repeats most of its tokens, and views drop half of what is known, so
each distinct token is held once, and padding is left out of all that works on a token by itself.
Layers are written once for both.

Shape legend: B items, T places of an item, P places that hold a token, U distinct tokens,
H hidden size, K any size; x stands for [B, T] or [P], y for [B, T] or [U].
"""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F


class Tokens(Protocol):
    """One side's tokens and what can be done to them."""

    table_yH: Tensor
    """The distinct tokens."""
    mask_BT: Tensor
    """Which places hold a token, bool."""

    def each(self) -> Tensor:
        """The token of each place, [x, H]."""
        ...

    def spread(self, value_yK: Tensor) -> Tensor:
        """What belongs to the distinct tokens at their places, [B, T, K].

        What stands at padding is never to be looked at.
        """
        ...

    def there(self, place_BTK: Tensor) -> Tensor:
        """What stands at the tokens' places, [x, K]."""
        ...

    def replaced(self, token_xH: Tensor) -> "Tokens":
        """Other tokens in the same places."""
        ...

    def sum_of(self, value_xK: Tensor, weight_x: Tensor) -> Tensor:
        """The weighted sum of an item's values, [B, K]."""
        ...


class PaddedTokens:
    """A place for every token of the longest item, padding computed like the rest."""

    def __init__(self, token_BTH: Tensor, mask_BT: Tensor) -> None:
        self.table_yH = token_BTH
        self.mask_BT = mask_BT

    def each(self) -> Tensor:
        """The token of each place, [B, T, H]."""
        return self.table_yH

    def spread(self, value_yK: Tensor) -> Tensor:
        """The same."""
        return value_yK

    def there(self, place_BTK: Tensor) -> Tensor:
        """The same."""
        return place_BTK

    def replaced(self, token_xH: Tensor) -> "PaddedTokens":
        """Other tokens in the same places."""
        return PaddedTokens(token_xH, self.mask_BT)

    def sum_of(self, value_xK: Tensor, weight_x: Tensor) -> Tensor:
        """The weighted sum of an item's values, [B, K]."""
        weight_BT1 = (weight_x * self.mask_BT).unsqueeze(-1)
        return (weight_BT1 * value_xK).sum(1)


class SharedTokens:
    """Distinct tokens in a table, and the row of it that each place holds."""

    def __init__(self, table_UH: Tensor, row_BT: Tensor, mask_BT: Tensor) -> None:
        """
        Args:
            table_UH: the distinct tokens, of which there is at least one.
            row_BT: row of the table at each place, any row where nothing is.
            mask_BT: which places hold a token.
        """
        self.table_yH = table_UH
        self.mask_BT = mask_BT
        self._row_BT = row_BT
        self._place_P = mask_BT.flatten().nonzero().squeeze(1)

    def each(self) -> Tensor:
        """The token of each place that holds one, [P, H]."""
        return F.embedding(self._row_BT.flatten()[self._place_P], self.table_yH)

    def spread(self, value_yK: Tensor) -> Tensor:
        """What belongs to the distinct tokens at their places, [B, T, K]."""
        return F.embedding(self._row_BT, value_yK)

    def there(self, place_BTK: Tensor) -> Tensor:
        """What stands at the tokens' places, [P, K]."""
        return place_BTK.flatten(0, 1).index_select(0, self._place_P)

    def replaced(self, token_xH: Tensor) -> "SharedTokens":
        """Other tokens in the same places, each a distinct one of its own."""
        number_BT = self.mask_BT.flatten().cumsum(0).view_as(self.mask_BT)
        return SharedTokens(token_xH, (number_BT - 1).clamp(min=0), self.mask_BT)

    def sum_of(self, value_xK: Tensor, weight_x: Tensor) -> Tensor:
        """The weighted sum of an item's values, float32 [B, K]."""
        count_B = self.mask_BT.sum(1)
        return F.embedding_bag(
            torch.arange(len(value_xK), device=value_xK.device),
            value_xK.float(),
            count_B.cumsum(0) - count_B,
            mode="sum",
            per_sample_weights=weight_x.float(),
        )
