"""Whether a generation is good enough to replace the one in use: pure, over two metrics.json.

Compared are recall@1, recall@10, MRR and, for each field that both know, the agreement of the ten
nearest. A metric that falls by more than the margin is a reason against the new generation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from serving.errors import InvalidRequest

MARGIN = 0.02
"""How much each metric may fall, in its own unit (a share, 0..1)."""

SCALARS = ("recall@1", "recall@10", "mrr")
BY_FIELD = "agreement@10"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gate says."""

    reasons: tuple[str, ...]
    """Why not, by metric; empty: it may be promoted."""
    compared: Mapping[str, Mapping[str, float]]
    """For each metric: `new`, `in_use` and `difference`."""
    left_out: tuple[str, ...]
    """Metrics that only one of the two has."""


def judge(
    metrics: Mapping[str, object], in_use: Mapping[str, object] | None, margin: float = MARGIN
) -> Verdict:
    """Compare the metrics of a new generation with those of the one in use.

    Args:
        metrics: the new one's metrics.json.
        in_use: that of the generation in use; None: nothing to compare with, so nothing against.
        margin: how much each metric may fall, 0..1.

    Raises:
        InvalidRequest: `metrics` has no recall@10, a value is no share, or the margin is not one.
    """
    if not 0.0 <= margin <= 1.0:
        raise InvalidRequest(f"margin: expected 0..1, got {margin}", field="margin", got=margin)
    new = shares(metrics)
    if "recall@10" not in new:
        raise InvalidRequest(
            "metrics.model.recall@10: expected a share, got nothing; evaluate the model first",
            field="metrics.model.recall@10",
        )
    old = {} if in_use is None else shares(in_use)
    compared = {
        name: {"new": new[name], "in_use": old[name], "difference": new[name] - old[name]}
        for name in new
        if name in old
    }
    reasons = tuple(
        f"{name} fell from {pair['in_use']:.4f} to {pair['new']:.4f}, by more than {margin:g}"
        for name, pair in compared.items()
        if pair["difference"] < -margin
    )
    left_out = tuple(sorted(set(new) ^ set(old))) if in_use is not None else ()
    return Verdict(reasons=reasons, compared=compared, left_out=left_out)


def shares(metrics: Mapping[str, object]) -> dict[str, float]:
    """The metrics that are compared, by name, such as `agreement@10.color`.

    Raises:
        InvalidRequest: there is no `model`, or a value is not a number in 0..1.
    """
    model = metrics.get("model")
    if not isinstance(model, Mapping):
        raise InvalidRequest(
            f"metrics.model: expected an object of metrics, got {model!r:.80}",
            field="metrics.model",
        )
    found = {name: _value(name, model[name]) for name in SCALARS if name in model}
    by_field = model.get(BY_FIELD, {})
    if not isinstance(by_field, Mapping):
        raise InvalidRequest(
            f"metrics.model.{BY_FIELD}: expected an object of fields, got {by_field!r:.80}",
            field=f"metrics.model.{BY_FIELD}",
        )
    for name, entry in by_field.items():
        found[f"{BY_FIELD}.{name}"] = _value(f"{BY_FIELD}.{name}", entry)
    return found


def _value(name: str, entry: object) -> float:
    value: object = entry.get("value") if isinstance(entry, Mapping) else entry
    # NaN is in no range.
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0:
        return float(value)
    raise InvalidRequest(
        f"metrics.model.{name}: expected a share in 0..1, got {value!r:.80}",
        field=f"metrics.model.{name}",
    )
