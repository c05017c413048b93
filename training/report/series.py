"""The model and the baselines as a chart shows them: in one order, each with its mark."""

import math
from dataclasses import dataclass
from typing import Any

from training.baselines import BASELINES
from training.evaluation import Evaluation
from training.intervals import Estimate, difference_interval
from training.report.scale import Scale

ROW_HEIGHT = 44
LABEL_WIDTH = 210
CHART_WIDTH = 820
_RIGHT_MARGIN = 70


@dataclass(frozen=True, kw_only=True)
class Series:
    """One contestant.

    Attributes:
        key: its name in `metrics.json`; also its mark's class in the page's style.
        label: its name for readers.
        metrics: its measurements, as `retrieval_metrics` gives them.
    """

    key: str
    label: str
    metrics: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One estimate on a chart: its middle and the ends of its interval, in the chart's units."""

    key: str
    label: str
    estimate: Estimate
    x: float
    low: float
    high: float
    y: float


@dataclass(frozen=True, kw_only=True)
class AgreementRow:
    """One field's marks; `y` is the row's middle."""

    field: str
    y: float
    model: Estimate
    marks: list[Mark]


def all_series(evaluation: Evaluation) -> list[Series]:
    """The model first, then the baselines."""
    model = Series(key="model", label="This model", metrics=evaluation.model)
    rest = [
        Series(key=key, label=BASELINES[key], metrics=metrics)
        for key, metrics in evaluation.baselines.items()
    ]
    return [model, *rest]


def best_baseline(series: list[Series], metric: str) -> Series:
    """The baseline with the highest value of a metric."""
    return max(series[1:], key=lambda one: float(one.metrics[metric].value))


def against(model: Estimate, other: Estimate) -> str:
    """How the model's estimate stands to another, in words, as far as the intervals tell."""
    low, high = difference_interval(model, other)
    if low > 0:
        return "above"
    return "below" if high < 0 else "level with"


def agreement_axis(series: list[Series], metric: str) -> Scale:
    """The axis of shares, up to 1, from the tenth below the lowest interval."""
    estimates = [estimate for one in series for estimate in one.metrics[metric].values()]
    lowest = min((estimate.ci95[0] for estimate in estimates), default=0.0)
    low = min(0.8, math.floor(lowest * 10) / 10)
    return Scale(low=low, high=1, start=LABEL_WIDTH, end=CHART_WIDTH - _RIGHT_MARGIN)


def agreement_rows(series: list[Series], metric: str) -> list[AgreementRow]:
    """A row for each field that the model was measured on, in the schema's order."""
    axis = agreement_axis(series, metric)
    rows = []
    for i, (field, estimate) in enumerate(series[0].metrics[metric].items()):
        y = 34 + i * ROW_HEIGHT + ROW_HEIGHT / 2
        marks = [
            _mark(one, one.metrics[metric][field], axis, y + (s - (len(series) - 1) / 2) * 9)
            for s, one in enumerate(series)
        ]
        rows.append(AgreementRow(field=field, y=y, model=estimate, marks=marks))
    return rows


def _mark(series: Series, estimate: Estimate, axis: Scale, y: float) -> Mark:
    return Mark(
        key=series.key,
        label=series.label,
        estimate=estimate,
        x=axis.at(estimate.value),
        low=axis.at(estimate.ci95[0]),
        high=axis.at(estimate.ci95[1]),
        y=round(y, 2),
    )
