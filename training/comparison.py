"""What changed against the previous generation, and what of it is more than noise.

A change counts only where the 95 % interval of the difference leaves out zero.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from training.intervals import Estimate, difference_interval

Verdict = Literal["better", "worse", "within noise"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One measurement, then and now.

    Attributes:
        metric: its name, `recall@10` or `agreement@10.<field>`.
        now: this generation's.
        before: the previous generation's.
        ci95: ends of the 95 % interval of `now.value - before.value`.
    """

    metric: str
    now: Estimate
    before: Estimate
    ci95: tuple[float, float]

    @property
    def difference(self) -> float:
        """How much it rose."""
        return self.now.value - self.before.value

    @property
    def verdict(self) -> Verdict:
        """Whether it rose or fell beyond noise; for all metrics here more is better."""
        if self.ci95[0] > 0:
            return "better"
        return "worse" if self.ci95[1] < 0 else "within noise"

    def to_json(self) -> dict[str, object]:
        """The record of a change in `metrics.json`."""
        return {
            "metric": self.metric,
            "value": self.now.value,
            "previous": self.before.value,
            "difference": self.difference,
            "ci95": list(self.ci95),
        }


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Change]:
    """Measurements that both have, in the order of `now`.

    Alignment and uniformity are left out: neither is better for being lower on its own.

    Args:
        now: measurements as `retrieval_metrics` gives them.
        before: the same of the previous generation.
    """
    old = flat(before)
    return [
        Change(metric=name, now=one, before=old[name], ci95=difference_interval(one, old[name]))
        for name, one in flat(now).items()
        if name in old and name not in ("alignment", "uniformity")
    ]


def flat(metrics: Mapping[str, Any]) -> dict[str, Estimate]:
    """Measurements by one name each: those of a field are `agreement@10.<field>`."""
    named: dict[str, Estimate] = {}
    for name, entry in metrics.items():
        if isinstance(entry, Estimate):
            named[name] = entry
        else:
            named |= {f"{name}.{field}": estimate for field, estimate in entry.items()}
    return named


def read_previous(path: Path) -> dict[str, Any]:
    """The previous generation's `metrics.json`, its `model` as Estimates.

    Raises:
        ValueError: the file cannot be read or is no metrics.json; names it.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        model = {name: _estimates(entry) for name, entry in document["model"].items()}
        protocol = dict(document.get("protocol", {}))
    except OSError as error:
        raise ValueError(f"--previous {path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"--previous {path}: expected the metrics.json of an evaluation, got {error!r}; "
            "leave it out where there is no previous generation"
        ) from error
    return {"generation": document.get("generation"), "protocol": protocol, "model": model}


def _estimates(entry: dict[str, Any]) -> Estimate | dict[str, Estimate]:
    if "value" in entry and not isinstance(entry["value"], dict):
        return Estimate.from_json(entry)
    return {field: Estimate.from_json(record) for field, record in entry.items()}


def as_json(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Measurements as plain JSON types."""
    return {
        name: entry.to_json() if isinstance(entry, Estimate) else as_json(entry)
        for name, entry in metrics.items()
    }
