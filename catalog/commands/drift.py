"""`python -m catalog drift`: what moved since the last snapshot, as a page and as JSON."""

import argparse
from pathlib import Path

from catalog.disk import json_text, write_whole


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add = parser.add_argument
    add("old", type=Path, help="items folder of the last snapshot")
    add("new", type=Path, help="items folder of this one")
    add("--out", type=Path, required=True, help="folder for index.html, drift.json")
    add("--fail-above", type=float, help="end with 1 where a field's index is above this")


def run(options: argparse.Namespace) -> int:
    """Write index.html and drift.json, print the findings; 1 where a field moved too far."""
    from catalog.drift.changes import find_changes
    from catalog.drift.compare import compare, largest
    from catalog.drift.page import findings, render
    from catalog.drift.snapshot import take_snapshot

    changes = find_changes(options.old, options.new)
    names = {"old": options.old.name, "new": options.new.name}
    drift = names | compare(take_snapshot(options.old), take_snapshot(options.new), changes)
    out: Path = options.out
    write_whole({out / "drift.json": json_text(drift), out / "index.html": render(drift)})
    for finding in findings(drift):
        print(f"- {finding}")
    print(
        f"{changes.added} items added, {changes.gone} gone, {changes.changed} changed; "
        f"largest index {largest(drift):.3f}; report: {out / 'index.html'}"
    )
    return int(options.fail_above is not None and largest(drift) > options.fail_above)
