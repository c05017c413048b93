"""Weighted choices, written as short texts in the tables: `"round neck*3, V-neck"`."""

import random
from collections.abc import Mapping
from typing import TypeVar

Weights = Mapping[str, float]
T = TypeVar("T")


def weights(text: str) -> Weights:
    """Parse `"a*3, b"` into {"a": 3.0, "b": 1.0}; an empty text gives no choice at all."""
    found: dict[str, float] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, times = entry.partition("*")
        found[name.strip()] = float(times or 1)
    return found


def pick(rng: random.Random, choices: Mapping[T, float]) -> T:
    """One key, drawn in proportion to its weight.

    Raises:
        ValueError: no key has a weight above 0.
    """
    options = [key for key, weight in choices.items() if weight > 0]
    if not options:
        raise ValueError(f"expected a choice of weight above 0, got {dict(choices)!r}")
    return rng.choices(options, [choices[key] for key in options])[0]


def scaled(choices: Weights, factors: Weights) -> dict[str, float]:
    """`choices` with each weight multiplied by its factor, 1 where none is given."""
    return {name: weight * factors.get(name, 1.0) for name, weight in choices.items()}
