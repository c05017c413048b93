"""The comparison as one HTML file without scripts; what a catalogue says is escaped."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from catalog.report.page import environment, percent

_TEMPLATES = Path(__file__).parent / "templates"
_FILL_STEP = 0.05


def render(drift: Mapping[str, Any]) -> str:
    """The page of what `catalog.drift.compare` found."""
    template = environment(_TEMPLATES).get_template("drift.html")
    return template.render(drift=drift, findings=list(findings(drift)))


def findings(drift: Mapping[str, Any]) -> Iterator[str]:
    """What differs in a sentence each, fields that moved first."""
    for one in (*drift["standard"], *drift["numbers"]):
        if one["verdict"] != "stable":
            yield f"{one['field']} has {one['verdict']} (index {one['index']:.2f})."
    for one in drift["standard"]:
        for key, told in (("new_values", "new values"), ("vanished_values", "values no more")):
            if values := list(one[key]):
                more = f" and {len(values) - 5} more" if len(values) > 5 else ""
                yield f"{one['field']}: {told}: {', '.join(values[:5])}{more}."
    for one in drift["fill"]:
        if abs(one["new"] - one["old"]) >= _FILL_STEP:
            yield f"{one['field']} is filled in {percent(one['new'])}, was {percent(one['old'])}."
    if drift["words"]["unseen_share"] >= _FILL_STEP:
        yield f"{percent(drift['words']['unseen_share'])} of the words were not there before."
