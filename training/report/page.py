"""Puts the page together: every part's data, and the templates that show them.

Whatever a catalogue says is text: the templates escape everything, and the page's own policy
forbids scripts and other hosts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.objects import ObjectStore
from training.comparison import Change
from training.evaluation import NUM_NEIGHBOURS, Evaluation, compare, protocol_json
from training.report.embedding_map import embedding_map
from training.report.examples import ExampleMaker
from training.report.pictures import Pictures
from training.report.run_record import CURVE_HEIGHT, CURVE_WIDTH, RunRecord, curves, flat_config
from training.report.series import (
    ROW_HEIGHT,
    against,
    agreement_axis,
    agreement_rows,
    all_series,
    best_baseline,
)

TEMPLATES = Path(__file__).parent / "templates"
HEADLINE = {"recall@1": "Found first", "recall@10": "Found in the first ten", "mrr": "MRR"}
_AGREEMENT = f"agreement@{NUM_NEIGHBOURS}"
_VERDICTS = ("worse", "better", "within noise")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an evaluation came from.

    Attributes:
        run: what the training left behind.
        summary: `summary.json` of the catalogue's ingestion.
        generation: the id that the models will be published under, where it has one.
        previous: the previous generation's measurements, as `read_previous` gives them.
        store: the pictures, or None.
    """

    run: RunRecord
    summary: Mapping[str, Any]
    generation: str | None = None
    previous: dict[str, Any] | None = None
    store: ObjectStore | None = None


def render(evaluation: Evaluation, source: Source) -> str:
    """The page as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "points": points, "number": number}
    return environment.get_template("report.html").render(_context(evaluation, source))


def _context(evaluation: Evaluation, source: Source) -> dict[str, Any]:
    pictures = Pictures(source.store)
    examples = ExampleMaker(evaluation, pictures)
    changed = compare(evaluation, source.previous)
    digest = str(source.summary.get("data_digest", ""))
    return {
        **_measurements(evaluation),
        "evaluation": evaluation,
        "source": source,
        "curves": curves(source.run.log),
        "curve_size": (CURVE_WIDTH, CURVE_HEIGHT),
        "map": embedding_map(evaluation),
        "neighbours": examples.neighbours(),
        "failures": examples.failures(),
        "num_failures": int((evaluation.ranks >= 11).sum()),
        "pictures": pictures,
        "changes": sorted(changed, key=lambda change: _VERDICTS.index(change.verdict)),
        "tally": {verdict: _count(changed, verdict) for verdict in _VERDICTS},
        "same_questions": source.previous is not None
        and source.previous["protocol"] == protocol_json(evaluation, digest),
        "config": list(flat_config(source.run.config)),
        "digest": digest,
    }


def _measurements(evaluation: Evaluation) -> dict[str, Any]:
    series = all_series(evaluation)
    rivals = {metric: best_baseline(series, metric) for metric in HEADLINE}
    return {
        "series": series,
        "headline": HEADLINE,
        "rivals": rivals,
        "standing": {
            metric: against(evaluation.model[metric], rival.metrics[metric])
            for metric, rival in rivals.items()
        },
        "agreement": agreement_rows(series, _AGREEMENT),
        "axis": agreement_axis(series, _AGREEMENT),
        "row_height": ROW_HEIGHT,
    }


def _count(changed: list[Change], verdict: str) -> int:
    return sum(change.verdict == verdict for change in changed)


def percent(share: float) -> str:
    """A share as 54.4 %, with a space that does not break."""
    return f"{100 * share:.1f}\u00a0%"


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * difference:+.1f}".replace("-", "−")


def number(value: float) -> str:
    """A count, thousands set apart; ranks between two keep their half."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
