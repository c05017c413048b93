"""The report as one HTML file without scripts; what a catalogue says is escaped, formulas too."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.cells import is_number

if TYPE_CHECKING:
    from jinja2 import Environment

_FORMULA = re.compile(r"\s*[=+\-@]\s*\S")

TEMPLATES = Path(__file__).parent / "templates"


def render(report: Mapping[str, Any]) -> str:
    """The page of a report as `catalog.report.gather` gives it."""
    template = environment().get_template("report.html")
    return template.render(report=report, findings=list(findings(report)))


def environment(*templates: Path) -> "Environment":
    """How pages about a catalogue are rendered, from templates of the report and other folders."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader([*templates, TEMPLATES]),
        autoescape=True,
        finalize=_no_formula,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["percent"] = percent
    return found


def findings(report: Mapping[str, Any]) -> Iterator[str]:
    """The faults of a catalogue in a sentence each, those of rows first."""
    rows = report["rows"]
    if report["rejected"]:
        yield f"{report['rejected']:,} of {rows:,} rows make no item."
    for column in report["columns"]:
        yield from _column_findings(column, rows)
    for field in report["fields"]["standard"]:
        if unknown := field["out_of_vocabulary"]:
            count = sum(entry["count"] for entry in unknown)
            yield f"{field['field']}: {count:,} values are not in the schema."
    if aliases := sum(map(len, report["fields"]["proposed_aliases"].values())):
        yield f"{aliases:,} values look like other spellings of a value; aliases are proposed."
    if report["duplicates"]["extra"]:
        yield f"{report['duplicates']['extra']:,} items say the same as another one."
    yield from _picture_findings(report["pictures"])


def _column_findings(column: Mapping[str, Any], rows: int) -> Iterator[str]:
    name = column["column"]
    for spelling, count in column["missing"].items():
        what = f"say {spelling!r}" if spelling else "are empty"
        yield f"{name}: {count:,} cells ({percent(count / max(1, rows))}) {what}."
    if column["whole_floats"]:
        yield (
            f"{name}: {column['whole_floats']:,} whole numbers are written as floats, such as "
            f"{column['whole_float_example']}."
        )


def _picture_findings(pictures: Mapping[str, Any]) -> Iterator[str]:
    if pictures["looked_at"] and pictures["items_without"]:
        yield f"{pictures['items_without']:,} items have no picture."
    for fault in pictures["faults"]:
        yield f"{fault['count']:,} pictures: {fault['reason']}."
    if extra := pictures["identical"]["extra"]:
        yield f"{extra:,} pictures are byte for byte those of another item."
    if near := pictures["near"]["pairs"]:
        yield f"{near:,} pairs of pictures look nearly the same."


def _no_formula(value: object) -> object:
    """What a spreadsheet that opens the page would reckon with, behind an apostrophe."""
    if isinstance(value, str) and _FORMULA.match(value) and not is_number(value):
        return f"'{value}"
    return value


def percent(share: float) -> str:
    """A share as a page shows it."""
    text = f"{100 * share:.1f}"
    return "under 0.1\u00a0%" if share > 0 and text == "0.0" else f"{text}\u00a0%"
