"""The arithmetic a model runs in."""

from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import torch

Precision = Literal["auto", "float32", "bfloat16"]


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[object]:
    """Where the model's matrix products run in bfloat16, if they do.

    `auto` takes bfloat16 on a GPU that computes in it and float32 elsewhere: on a CPU without
    such units bfloat16 is slower.
    """
    if precision == "auto":
        has_bfloat16 = device.type == "cuda" and torch.cuda.is_bf16_supported()
        precision = "bfloat16" if has_bfloat16 else "float32"
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)
