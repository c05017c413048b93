"""Look-ups in a table of rows whose gradient is summed by row, in an order that is known before.

PyTorch's own `embedding` searches in its backward pass for the places of each row, every time; a
batch looks the same rows up a dozen times. Sorted once, a gradient is one `embedding_bag` over the
places that hold something, a tenth of the time on a CPU, and the same sum on every run.

Shape legend: B items, T places of an item, P places that are looked at, U rows of a table, K any
size, N heads of D = K / N values each, x any shape of places.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


class Occurrences(NamedTuple):
    """Where each row of a table occurs."""

    order_P: Tensor
    """The places in the order of their rows, int64."""
    start_U: Tensor
    """Where each row's places begin in that order, int64; rows that occur nowhere are fine."""

    def at(self, place_P: Tensor) -> "Occurrences":
        """The same at other numbers of places, `place_P` being the new number of each."""
        return Occurrences(place_P[self.order_P], self.start_U)

    def to(self, device: torch.device) -> "Occurrences":
        """The same on another device."""
        return Occurrences(*(part.to(device, non_blocking=True) for part in self))

    def sums(self, value_PK: Tensor) -> Tensor:
        """Sum of the values at each row's places, [U, K]."""
        sum_UK: Tensor = F.embedding_bag(self.order_P, value_PK, self.start_U, mode="sum")
        return sum_UK


def occurrences_of(row_P: NDArray[np.int64], num_rows: int) -> Occurrences:
    """Sort places by their rows.

    Args:
        row_P: row of the table at each place.
        num_rows: U.
    """
    # numpy sorts 16 bits by radix, ten times as fast.
    keys_P = row_P.astype(np.uint16) if num_rows <= 1 << 16 else row_P
    order_P = np.argsort(keys_P, kind="stable")
    count_U = np.bincount(row_P, minlength=num_rows)
    start_U = count_U.cumsum() - count_U
    return Occurrences(torch.from_numpy(order_P), torch.from_numpy(start_U))


class _Repeat(Function):
    @staticmethod
    def forward(ctx: Any, table_UK: Tensor, row_x: Tensor, occurrences: Occurrences) -> Tensor:
        ctx.occurrences = occurrences
        return F.embedding(row_x, table_UK)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_xK: Tensor) -> tuple[Tensor, None, None]:
        return ctx.occurrences.sums(grad_xK.flatten(0, -2)), None, None


class _RepeatHeads(Function):
    @staticmethod
    def forward(
        ctx: Any, table_UK: Tensor, row_BT: Tensor, occurrences: Occurrences, num_heads: int
    ) -> Tensor:
        ctx.occurrences = occurrences
        return _by_head(table_UK, row_BT, num_heads)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_BNTD: Tensor) -> tuple[Tensor, None, None, None]:
        grad_PK = grad_BNTD.transpose(1, 2).flatten(2).flatten(0, 1)
        return ctx.occurrences.sums(grad_PK), None, None, None


class _PickHeads(Function):
    @staticmethod
    def forward(ctx: Any, value_BNTD: Tensor, place_P: Tensor, number_BT: Tensor) -> Tensor:
        _, num_heads, num_places, size = value_BNTD.shape
        ctx.num_heads, ctx.number_BT = num_heads, number_BT
        head_N = torch.arange(num_heads, device=place_P.device)
        item_P1, t_P1 = (place_P // num_places).unsqueeze(1), (place_P % num_places).unsqueeze(1)
        row_PN = (item_P1 * num_heads + head_N) * num_places + t_P1
        return F.embedding(row_PN, value_BNTD.reshape(-1, size)).flatten(1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_PK: Tensor) -> tuple[Tensor, None, None]:
        return _by_head(F.pad(grad_PK, (0, 0, 0, 1)), ctx.number_BT, ctx.num_heads), None, None


def _by_head(table_UK: Tensor, row_BT: Tensor, num_heads: int) -> Tensor:
    """The parts of each place's row, [B, N, T, D], without a copy of [B, T, K]."""
    head_N1 = torch.arange(num_heads, device=row_BT.device).unsqueeze(1)
    row_BNT = row_BT.unsqueeze(1) * num_heads + head_N1
    return F.embedding(row_BNT, table_UK.reshape(len(table_UK) * num_heads, -1))


def repeat(table_UK: Tensor, row_x: Tensor, occurrences: Occurrences) -> Tensor:
    """The table's rows at every place, [x, K].

    Args:
        table_UK: the rows.
        row_x: row at each place, int64.
        occurrences: of the rows in the places that a gradient comes from, numbered through x.
    """
    found_xK: Tensor = _Repeat.apply(table_UK, row_x, occurrences)  # type: ignore[no-untyped-call]
    return found_xK


def repeat_heads(
    table_UK: Tensor, row_BT: Tensor, occurrences: Occurrences, num_heads: int
) -> Tensor:
    """The same for rows by item, each cut into heads, [B, N, T, D]."""
    found_BNTD: Tensor = _RepeatHeads.apply(table_UK, row_BT, occurrences, num_heads)  # type: ignore[no-untyped-call]
    return found_BNTD


def pick_heads(value_BNTD: Tensor, place_P: Tensor, number_BT: Tensor) -> Tensor:
    """What stands at some places, heads joined, [P, N * D].

    Args:
        value_BNTD: by item, head and place.
        place_P: the places, numbered through B and T, each once.
        number_BT: the number of each place among `place_P`, P where it is not there.
    """
    found_PK: Tensor = _PickHeads.apply(value_BNTD, place_P, number_BT)  # type: ignore[no-untyped-call]
    return found_PK
