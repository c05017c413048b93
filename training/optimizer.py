"""AdamW and its learning rate."""

import math

from torch import nn
from torch.optim import AdamW

from training.config import TrainConfig


def build_optimizer(model: nn.Module, config: TrainConfig) -> AdamW:
    """AdamW over all weights; only matrices of linear layers decay."""
    decayed = {id(layer.weight) for layer in model.modules() if isinstance(layer, nn.Linear)}
    weights = list(model.parameters())
    groups = [
        {
            "params": [weight for weight in weights if id(weight) in decayed],
            "weight_decay": config.weight_decay,
        },
        {
            "params": [weight for weight in weights if id(weight) not in decayed],
            "weight_decay": 0.0,
        },
    ]
    return AdamW(groups, lr=config.learning_rate, fused=True)


def learning_rate(step: int, num_steps: int, config: TrainConfig) -> float:
    """Rate of a step, counted from 0: a linear rise, then a cosine down to 0."""
    rise = min(1.0, (step + 1) / max(1, config.warmup_steps))
    return config.learning_rate * rise * 0.5 * (1 + math.cos(math.pi * step / num_steps))
