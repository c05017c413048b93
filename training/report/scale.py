"""From values to places on a chart, with ticks at round numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A linear axis.

    Attributes:
        low: value at the start of the axis.
        high: value at its end, above `low`.
        start: place of `low`, in the chart's units.
        end: place of `high`; may be smaller than `start`, as on an upward axis.
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Place of a value, rounded to hundredths so that pages stay small."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self, about: int = 5) -> list[float]:
        """Round values on the axis, about as many as asked."""
        step = round_step((self.high - self.low) / about)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [index * step for index in range(first, last + 1)]


def round_step(step: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def covering(values: Sequence[float], *, start: float, end: float) -> Scale:
    """An axis from below the smallest to above the largest value, widened where they are equal."""
    low, high = min(values), max(values)
    if high - low < 1e-12:
        low, high = low - (abs(low) or 1.0) * 0.1, high + (abs(high) or 1.0) * 0.1
    step = round_step((high - low) / 5)
    return Scale(
        low=math.floor(low / step + 1e-9) * step,
        high=math.ceil(high / step - 1e-9) * step,
        start=start,
        end=end,
    )


def tick_label(value: float) -> str:
    """A number as short as it can be: 1,500 and 0.02 and 3e-5."""
    if abs(value) >= 1:
        return f"{value:,.10g}"
    return f"{round(value, 12):g}".replace("e-0", "e-")
