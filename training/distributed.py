"""Distribution, applied from outside: the models know nothing of it.

Every process draws the same order and the same views from the same seed, computes the
embeddings of its part of the batch, and sees those of all others through `World.gather`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class World:
    """Which process this is, of how many, on which device."""

    rank: int
    size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and shows progress."""
        return self.rank == 0

    def part(self, num_items: int) -> slice:
        """Rows of a batch that are this process's own; `num_items` is a multiple of `size`."""
        own = num_items // self.size
        return slice(self.rank * own, (self.rank + 1) * own)

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model on this process's device, its gradients averaged over all processes."""
        model = model.to(self.device)
        return model if self.size == 1 else DistributedDataParallel(model)

    def gather(self, part_ND: Tensor) -> Tensor:
        """All processes' rows in the order of ranks; gradients flow back to each."""
        if self.size == 1:
            return part_ND
        gathered: Tensor = _Gather.apply(part_ND)  # type: ignore[no-untyped-call]
        return gathered

    def mean(self, value: Tensor) -> float:
        """Mean of a scalar over all processes."""
        mean = value.detach().clone()
        if self.size > 1:
            dist.all_reduce(mean)
            mean /= self.size
        return float(mean)

    def any(self, claim: bool) -> bool:
        """Whether the claim is true in any process."""
        if self.size == 1:
            return claim
        flag = torch.tensor(float(claim), device=self.device)
        dist.all_reduce(flag, op=dist.ReduceOp.MAX)
        return bool(flag)

    def from_first(self, read: Callable[[], _T]) -> _T:
        """What the first process reads, in every process.

        The files of a run are the first's: another node may see them later, or not at all, and
        processes that started from different files would never agree.

        Raises:
            ValueError, OSError: the first process raised it; every process does.
        """
        if self.size == 1:
            return read()
        box: list[Any] = [None, None]
        if self.is_first:
            try:
                box[0] = read()
            except (ValueError, OSError) as error:
                box[1] = error
        dist.broadcast_object_list(box)
        if box[1] is not None:
            raise box[1]
        found: _T = box[0]
        return found

    def wait(self) -> None:
        """Wait until every process is here."""
        self.any(False)

    def close(self) -> None:
        """Leave the group of processes."""
        if self.size > 1:
            dist.destroy_process_group()


def join_world() -> World:
    """Join the processes that `torchrun` started, or be the only one."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    rank, local_rank = int(os.environ.get("RANK", "0")), int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", local_rank)
        torch.cuda.set_device(device)
    if size > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return World(rank=rank, size=size, device=device)


class _Gather(torch.autograd.Function):
    """All-gather whose backward sums what every process's loss asks of each row."""

    @staticmethod
    def forward(ctx: Any, part_ND: Tensor) -> Tensor:
        parts = [torch.empty_like(part_ND) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, part_ND.contiguous())
        ctx.num_rows = len(part_ND)
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, *grads_AD: Tensor) -> Tensor:
        grad_AD = grads_AD[0].contiguous()
        dist.all_reduce(grad_AD)
        start = dist.get_rank() * ctx.num_rows
        return grad_AD[start : start + ctx.num_rows]
