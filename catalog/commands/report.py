"""`python -m catalog report`: fill, values, duplicates, pictures and faults, as a page and JSON."""

import argparse
import warnings
from pathlib import Path

from PIL import Image

from catalog.commands.opened import add_arguments, opened
from catalog.disk import json_text, write_whole
from catalog.mapping import ColumnMapping


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add_arguments(parser)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for index.html, report.json"
    )
    parser.add_argument(
        "--max-pictures", type=int, default=20_000, help="pictures that are opened [20000]"
    )


def run(options: argparse.Namespace) -> int:
    """Write index.html, report.json and aliases.json, a mapping, and print the findings."""
    from catalog.report.gather import gather
    from catalog.report.page import findings, render

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with opened(options) as catalogue:
        report = gather(catalogue, max_pictures=max(0, options.max_pictures))
        mapping = catalogue.mapping or ColumnMapping()
    proposal = mapping.with_more_aliases(report["fields"]["proposed_aliases"])
    out: Path = options.out
    write_whole(
        {
            out / "report.json": json_text(report),
            out / "aliases.json": json_text(proposal.to_json()),
            out / "index.html": render(report),
        }
    )
    for finding in findings(report):
        print(f"- {finding}")
    print(f"{report['rows']} rows, {report['kept']} items; report: {out / 'index.html'}")
    return 0
