"""What a training run left behind, as the page shows it: its configuration, its log, its data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.report.scale import Scale, covering, tick_label

CURVE_WIDTH = 300
CURVE_HEIGHT = 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 30
_CURVES = {"loss": "Loss", "lr": "Learning rate", "items_per_s": "Items a second"}
_FROM_ZERO = ("lr", "items_per_s")
_MAX_POINTS = 400


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """Attributes: `config`, the content of train.json; `log`, the lines of metrics.jsonl."""

    config: dict[str, Any]
    log: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One line chart.

    Attributes:
        title: what is drawn.
        points: the line, as SVG wants it.
        x_ticks: places and labels along the steps.
        y_ticks: places and labels along the values.
        first: the value at the start.
        last: the value at the end.
    """

    title: str
    points: str
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    first: str
    last: str


def read_run(train_dir: Path) -> RunRecord:
    """Read a run's folder.

    Raises:
        ValueError: `train.json` or `metrics.jsonl` is absent or no JSON; names the file.
    """
    config = _read(train_dir / "train.json", "an object", json.loads)
    log = _read(train_dir / "metrics.jsonl", "one object a line", _lines)
    return RunRecord(config=config, log=log)


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _read(path: Path, expected: str, parse: Any) -> Any:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}): expected the folder of a finished training"
        ) from error
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON, {expected}, got {error}") from error


def curves(log: list[dict[str, Any]]) -> list[Curve]:
    """A chart for each quantity that at least two lines of the log have."""
    found = []
    for key, title in _CURVES.items():
        points = [(float(line["step"]), float(line[key])) for line in log if key in line]
        if len(points) > 1:
            found.append(_curve(title, _thinned(points), from_zero=key in _FROM_ZERO))
    return found


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Every so many-th point and the last one, so that a long run's page stays small."""
    every = -(-len(points) // _MAX_POINTS)
    return points[:-1:every] + points[-1:]


def _curve(title: str, points: list[tuple[float, float]], *, from_zero: bool) -> Curve:
    steps, values = zip(*points, strict=True)
    x = Scale(low=min(steps), high=max(steps) + 1e-9, start=_LEFT, end=CURVE_WIDTH - _RIGHT)
    shown = (*values, 0.0) if from_zero else values
    y = covering(shown, start=CURVE_HEIGHT - _BOTTOM, end=_TOP)
    return Curve(
        title=title,
        points=" ".join(f"{x.at(step)},{y.at(value)}" for step, value in points),
        x_ticks=[(x.at(tick), tick_label(tick)) for tick in x.ticks(5)],
        y_ticks=[(y.at(tick), tick_label(tick)) for tick in y.ticks(5)],
        first=_rounded(values[0]),
        last=_rounded(values[-1]),
    )


def _rounded(value: float) -> str:
    """Three digits, without an exponent where that is as short: 9,130 and 0.00035."""
    return tick_label(float(f"{value:.3g}"))


def flat_config(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of nested settings, `tower.hidden_dim` and `128`."""
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from flat_config(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value)
