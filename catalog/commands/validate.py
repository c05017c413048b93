"""`python -m catalog validate`: which rows make no item, and why, without writing any."""

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.columns.tally import ColumnTally
from catalog.commands.opened import Opened, add_arguments, add_reject_share, opened
from catalog.disk import whole_files
from catalog.out_folder import check_apart
from catalog.plan import Plan
from catalog.rejects import Rejects, open_rejects
from catalog.tally import Tally, without_pictures

TOO_MANY = 1
"""Exit code where more rows are set aside than allowed."""


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add_arguments(parser)
    parser.add_argument("--rejects", type=Path, help="file for what is set aside (JSON Lines)")
    add_reject_share(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the counts; 0 if few enough rows are set aside, 1 if not."""
    with opened(options) as catalogue:
        if options.rejects:
            check_apart(options.rejects, catalogue.path)
        summary = validate(catalogue, options.rejects)
    allowed = options.max_reject_share * summary["rows"]
    is_good = summary["kept"] > 0 and summary["rejected"] <= allowed
    if options.json:
        print(json.dumps({"valid": is_good, **summary}, ensure_ascii=False))
    else:
        print(_told(summary, options.max_reject_share, options.rejects, is_good=is_good))
    return 0 if is_good else TOO_MANY


def validate(catalogue: Opened, rejects_path: Path | None = None) -> dict[str, Any]:
    """Check every row of a catalogue; pictures are not looked at.

    Args:
        catalogue: what to check.
        rejects_path: a file for what is set aside, or None.

    Returns:
        What an items folder's summary.json holds of it.

    Raises:
        CatalogueError: no row can be read, or no schema or id is in them.
    """
    plan = catalogue.plan()
    with _rejects(rejects_path) as rejects:
        tally = _tally(plan, rejects)
    read = {"catalogue": catalogue.path.name, "read_as": catalogue.source.facts()}
    return {**read, **tally.summary()}


@contextmanager
def _rejects(path: Path | None) -> Iterator[Rejects]:
    """Rejects in a file that is there when all are written; nowhere without a path."""
    if path is None or (path.exists() and not path.is_file()):
        # A pipe or a terminal cannot be replaced.
        with open_rejects(path or Path(os.devnull)) as rejects:
            yield rejects
        return
    with whole_files(path) as [partial], open_rejects(partial) as rejects:
        yield rejects


def _tally(plan: Plan, rejects: Rejects) -> Tally:
    if plan.flat is not None:
        by_columns = ColumnTally(plan.schema, rejects)
        for _ in by_columns.checked(plan, plan.flat, photos=None):
            pass
        return by_columns
    tally = Tally(plan.schema, rejects)
    for _ in tally.counted(without_pictures(tally.valid_items(plan))):
        pass
    return tally


def _told(
    summary: Mapping[str, Any], max_share: float, rejects: Path | None, *, is_good: bool
) -> str:
    lines = [
        f"{summary['catalogue']}: {summary['rows']} rows, {summary['kept']} make items, "
        f"{summary['rejected']} set aside ({max_share:.1%} allowed)"
    ]
    lines += [f"fault: {count} x {kind}" for kind, count in summary["faults"].items()]
    if summary["faults"]:
        lines.append(f"each is in {rejects}" if rejects else "--rejects FILE writes each of them")
    return "\n".join([*lines, "valid" if is_good else "not valid"])
