"""What a benchmark prints: one line of JSON, the same outline for each."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of one benchmark."""

    benchmark: str
    """Its name, as in `python -m benchmarks.<name>`."""
    ratio: float
    """Ours against the reference, in the sense of the target."""
    target: float | None
    """What the ratio has to reach; None where nothing is promised."""
    met: bool | None
    """Whether everything that is promised holds; None where nothing is."""
    figures: Mapping[str, object]
    """What was measured, by name, units in the names."""

    def line(self) -> str:
        """The line that is printed."""
        document = {
            "benchmark": self.benchmark,
            **self.figures,
            "ratio": self.ratio,
            "target": self.target,
            "met": self.met,
            "cores": usable_cores(),
            "machine": platform.machine(),
        }
        return json.dumps(rounded(document), ensure_ascii=False, allow_nan=False)


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def rounded(value: object, digits: int = 4) -> object:
    """The value with every number in it cut to so many significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, Mapping):
        return {key: rounded(entry, digits) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(entry, digits) for entry in value]
    return value
