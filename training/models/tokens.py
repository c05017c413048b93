"""The tokens of a batch of items, in the two layouts that the tower computes on.

`PaddedTokens` is what is served: every item has as many places as the longest. `SharedTokens` is
what is trained on: a batch repeats most of its tokens, and views drop half of what is known, so
each distinct token is held once, and padding is left out of all that works on a token by itself.
Layers are written once for both.

Shape legend: B items, T places of an item, P places that hold a token, U distinct tokens,
H hidden size, K any size, N heads of D values each; x stands for [B, T] or [P], y for [B, T] or
[U].
"""

from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from training.models.lookup import (
    Occurrences,
    occurrences_of,
    pick_heads,
    repeat,
    repeat_heads,
)


class Tokens(Protocol):
    """One side's tokens and what can be done to them."""

    table_yH: Tensor
    """The distinct tokens."""
    mask_BT: Tensor
    """Which places hold a token, bool."""

    def each(self) -> Tensor:
        """The token of each place, [x, H]."""
        ...

    def heads(self, value_yK: Tensor, num_heads: int) -> Tensor:
        """What belongs to the distinct tokens at their places, by head, [B, N, T, D].

        What stands at padding is never to be looked at, and no gradient comes from it.
        """
        ...

    def joined(self, value_BNTD: Tensor) -> Tensor:
        """What stands at the tokens' places, heads joined, [x, K]."""
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

    def heads(self, value_yK: Tensor, num_heads: int) -> Tensor:
        """The values cut into heads, [B, N, T, D]."""
        batch, places, width = value_yK.shape
        return value_yK.view(batch, places, num_heads, width // num_heads).transpose(1, 2)

    def joined(self, value_BNTD: Tensor) -> Tensor:
        """The heads side by side, [B, T, K]."""
        return value_BNTD.transpose(1, 2).flatten(2)

    def replaced(self, token_xH: Tensor) -> "PaddedTokens":
        """Other tokens in the same places."""
        return PaddedTokens(token_xH, self.mask_BT)

    def sum_of(self, value_xK: Tensor, weight_x: Tensor) -> Tensor:
        """The weighted sum of an item's values, [B, K]."""
        weight_BT1 = (weight_x * self.mask_BT).unsqueeze(-1)
        return (weight_BT1 * value_xK).sum(1)


class Places(NamedTuple):
    """Which of a table's tokens each place of a batch holds, counted and sorted beforehand.

    How many places hold a token depends on the data. A GPU, and a compiled model, would have to
    stop and ask;
    so `places_of` finds out beforehand, in numpy: a few thousand numbers are sooner
    sorted than handed to a pool of threads.
    """

    row_BT: Tensor
    """Row of the table at each place, any row where nothing is, int64."""
    mask_BT: Tensor
    """Which places hold a token, bool."""
    place_P: Tensor
    """Those places, numbered through B and T, int64."""
    number_BT: Tensor
    """The number of each place among those, P where nothing is, int64."""
    occurrences: Occurrences
    """Where each row occurs among those."""

    def to(self, device: torch.device) -> "Places":
        """The same on another device."""
        places = (part.to(device, non_blocking=True) for part in self[:4])
        row_BT, mask_BT, place_P, number_BT = places
        return Places(row_BT, mask_BT, place_P, number_BT, self.occurrences.to(device))


def places_of(row_BT: NDArray[np.int32], num_rows: int) -> Places:
    """Count and sort the places of a batch, each item's first one being row 0, its own token.

    Args:
        row_BT: row of the table that each place holds, [B, T - 1]; 0 is padding.
        num_rows: rows of the table, row 0 included.
    """
    row_BT = np.pad(row_BT, ((0, 0), (1, 0)))
    mask_BT = row_BT > 0
    mask_BT[:, 0] = True
    place_P = np.flatnonzero(mask_BT)
    number_BT = np.full(row_BT.shape, len(place_P))
    number_BT[mask_BT] = np.arange(len(place_P))
    row, mask, place, number = map(
        torch.from_numpy, (row_BT.astype(np.int64), mask_BT, place_P, number_BT)
    )
    return Places(
        row, mask, place, number, occurrences_of(row_BT[mask_BT].astype(np.int64), num_rows)
    )


class SharedTokens:
    """Distinct tokens in a table, and the row of it that each place holds."""

    def __init__(self, table_UH: Tensor, places: Places) -> None:
        """
        Args:
            table_UH: the distinct tokens, of which there is at least one.
            places: where they are.
        """
        self.table_yH = table_UH
        self.mask_BT = places.mask_BT
        self._places = places

    def each(self) -> Tensor:
        """The token of each place that holds one, [P, H]."""
        row_P = self._places.row_BT.flatten()[self._places.place_P]
        return repeat(self.table_yH, row_P, self._places.occurrences)

    def heads(self, value_yK: Tensor, num_heads: int) -> Tensor:
        """What belongs to the distinct tokens at their places, by head, [B, N, T, D]."""
        occurrences = self._places.occurrences.at(self._places.place_P)
        return repeat_heads(value_yK, self._places.row_BT, occurrences, num_heads)

    def joined(self, value_BNTD: Tensor) -> Tensor:
        """What stands at the tokens' places, heads joined, [P, K]."""
        return pick_heads(value_BNTD, self._places.place_P, self._places.number_BT)

    def replaced(self, token_xH: Tensor) -> "SharedTokens":
        """Other tokens in the same places, each a distinct one of its own."""
        row_BT = self._places.number_BT.clamp(max=len(token_xH) - 1)
        once_P = torch.arange(len(token_xH), device=token_xH.device)
        occurrences = Occurrences(once_P, once_P)
        return SharedTokens(token_xH, self._places._replace(row_BT=row_BT, occurrences=occurrences))

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
