"""A number with how far it may be off: 95 % intervals of shares, means and differences.

Pure functions on numpy arrays; what a report calls a change is decided here.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured value.

    Attributes:
        value: the measurement itself.
        n: how many queries or items it is the mean of.
        ci95: ends of the 95 % interval around it.
    """

    value: float
    n: int
    ci95: tuple[float, float]

    def to_json(self) -> dict[str, object]:
        """The record that `metrics.json` holds."""
        return {"value": self.value, "n": self.n, "ci95": list(self.ci95)}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Estimate":
        """Read such a record back.

        Raises:
            ValueError: a key is missing or holds no number.
        """
        try:
            low, high = record["ci95"]
            return cls(
                value=float(record["value"]), n=int(record["n"]), ci95=(float(low), float(high))
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"a measurement: expected value, n and ci95 of two numbers, got {record!r}"
            ) from error


def wilson_interval(share: float, n: float) -> tuple[float, float]:
    """Wilson's score interval of a share of `n` independent trials, within 0..1.

    It stays honest at shares of 0 and 1 and at few trials, where share ± 2 errors does not
    (E. B. Wilson, 1927; A. Agresti and B. A. Coull, 1998).

    Raises:
        ValueError: `share` is outside 0..1 or `n` is not positive.
    """
    if not 0 <= share <= 1 or n <= 0:
        raise ValueError(f"expected a share of 0 to 1 and n > 0, got {share} of {n}")
    z2 = Z_95 * Z_95
    center = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return min(share, max(0.0, center - half)), max(share, min(1.0, center + half))


def share_estimate(values_Q: NDArray[Any]) -> Estimate:
    """Mean of per-query values within 0..1, with its interval.

    For zeros and ones this is Wilson's interval. Values in between vary less than zeros and ones
    of the same mean would, so each counts as `mean * (1 - mean) / variance` trials.

    Args:
        values_Q: hits (bool), shares or reciprocal ranks, one a query [Q].

    Raises:
        ValueError: there is no value, or one lies outside 0..1.
    """
    values_Q = np.asarray(values_Q, np.float64)
    if values_Q.size == 0:
        raise ValueError("expected at least one query to average over, got none")
    if not ((values_Q >= 0) & (values_Q <= 1)).all():
        raise ValueError("expected values of 0 to 1")
    n, mean, variance = len(values_Q), float(values_Q.mean()), float(values_Q.var())
    trials = n * max(1.0, mean * (1 - mean) / variance) if variance > 1e-12 else n
    return Estimate(value=mean, n=n, ci95=wilson_interval(min(1.0, max(0.0, mean)), trials))


def mean_estimate(values_Q: NDArray[Any]) -> Estimate:
    """Mean of unbounded values with its normal interval, mean ± 1.96 standard errors.

    Raises:
        ValueError: there is no value.
    """
    values_Q = np.asarray(values_Q, np.float64)
    if values_Q.size == 0:
        raise ValueError("expected at least one value to average, got none")
    n, mean = len(values_Q), float(values_Q.mean())
    half = Z_95 * float(values_Q.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
    return normal_estimate(mean, half, n)


def normal_estimate(value: float, half: float, n: int) -> Estimate:
    """A value with an interval of `half` to each side; none, [value, value], where unknown."""
    half = half if math.isfinite(half) else 0.0
    return Estimate(value=value, n=n, ci95=(value - half, value + half))


def difference_interval(new: Estimate, old: Estimate) -> tuple[float, float]:
    """95 % interval of `new.value - old.value`, each measured on its own sample.

    Newcombe's hybrid score interval (1998, method 10): it takes each side's own interval, so it
    holds for any kind of estimate. Where both answered the same queries it is wider than needed.
    """
    difference = new.value - old.value
    down = math.hypot(new.value - new.ci95[0], old.ci95[1] - old.value)
    up = math.hypot(new.ci95[1] - new.value, old.value - old.ci95[0])
    return difference - down, difference + up
