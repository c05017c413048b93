"""Times taken in turns, so that whatever else the machine does slows all sides alike."""

import gc
import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

Work = Callable[[], object]


def in_turns(sides: Mapping[str, Work], *, rounds: int, label: str = "") -> dict[str, list[float]]:
    """Seconds of each side's work, one after the other, `rounds` times over.

    One round before the first is not counted: caches, pools and lazy set-up are warm then. Each
    other round goes through the sides backwards, so that none always comes after the same one.

    Args:
        sides: what to do, by name.
        rounds: how often, >= 1.
        label: of the progress on standard error.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        order = list(sides.items())[:: 1 if number % 2 else -1]
        for name, work in order:
            spent = seconds_of(work)
            if number:
                seconds[name].append(spent)
            progress(f"{label} {number}/{rounds} {name}: {spent:.3f} s")
    return seconds


def seconds_of(work: Work) -> float:
    """Wall-clock seconds of one call; the garbage of earlier ones is collected before it."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Median over the rounds of `above / below`, both of one round."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed, 0 < share <= 1.

    Raises:
        ValueError: there are no values, or the share is out of range.
    """
    if not values or not 0 < share <= 1:
        raise ValueError(f"expected values and a share in 0..1, got {len(values)} and {share}")
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]


def progress(message: str) -> None:
    """Say on standard error how far things are."""
    print(message, file=sys.stderr, flush=True)
