"""Make instruction data, or check it.

    python -m training.instructions --items items --out instructions [--images path|embed]
    python -m training.instructions check --pairs instructions --items items

Making is checking too: where an answer claims something that its items do not hold, nothing is
written. What is in the folder already stays as far as its items have not changed.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from catalog.objects import ObjectsError, open_objects
from catalog.readers.source import CatalogueError
from catalog.schema import SchemaError
from training.instructions.check.run import Report, check_folder
from training.instructions.config import (
    BY_PATH,
    DEFAULT_SHARES,
    EMBEDDED,
    NO_IMAGES,
    GenerateConfig,
)
from training.instructions.documents import InstructionsError
from training.instructions.generate import Generation

SHOWN = 20
"""Findings that are shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 on success, 1 where a claim is false, 2 with a message on bad input."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["check"]:
            return _check(given[1:])
        return _generate(given[1:] if given[:1] == ["generate"] else given)
    except (InstructionsError, CatalogueError, SchemaError, ObjectsError, OSError) as error:
        print(f"training.instructions: {error}", file=sys.stderr)
        return 2


def _generate(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.instructions", description=__doc__)
    parser.add_argument("--items", type=Path, required=True, help="items folder of catalog.ingest")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--rules", type=Path, help="table of styling rules; the project's own")
    parser.add_argument("--pairs", type=int, help="how many there shall be [two for each item]")
    parser.add_argument("--max-per-item", type=int, default=GenerateConfig.max_per_item)
    parser.add_argument(
        "--images",
        default=NO_IMAGES,
        choices=(NO_IMAGES, BY_PATH, EMBEDDED),
        help="none: text alone; path: photos by their address; embed: with their bytes",
    )
    parser.add_argument(
        "--objects", help="where photos lie, s3://... or file:///... [MODISTE_OBJECTS]"
    )
    parser.add_argument("--seed", type=int, default=0, help="of every choice")
    parser.add_argument("--shares", help="of the splits [train=0.9,validation=0.05,test=0.05]")
    parser.add_argument("--fresh", action="store_true", help="make all anew, whatever is in --out")
    parser.add_argument(
        "--renew",
        action="store_true",
        help="make all anew where what is in --out was made with other settings",
    )
    given = parser.parse_args(arguments)
    config = GenerateConfig(
        items=given.items,
        out=given.out,
        rules=given.rules,
        pairs=given.pairs,
        max_per_item=given.max_per_item,
        images=given.images,
        seed=given.seed,
        shares=_shares(given.shares),
        fresh=given.fresh,
        renew=given.renew,
    )
    address = given.objects or os.environ.get("MODISTE_OBJECTS")
    objects = open_objects(address) if address and config.images != NO_IMAGES else None
    started = time.perf_counter()
    summary = Generation(config, objects).run()
    seconds = time.perf_counter() - started
    print(
        f"{summary['pairs']:,} pairs, {summary['new']:,} of them new, on "
        f"{summary['items']:,} items; "
        f"{len(summary['shortfalls'])} cells below their equal share; {config.out}",
        file=sys.stderr,
    )
    counts = {name: summary[name] for name in ("items", "pairs", "kept", "new", "photos_missing")}
    figures = {"new_pairs_per_s": round(summary["new"] / seconds, 1), "peak_mib": peak_mib()}
    print(json.dumps({**counts, **figures}))
    return 0


def _check(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.instructions check", description=check_folder.__doc__
    )
    parser.add_argument("--pairs", type=Path, required=True, help="folder that was written")
    parser.add_argument("--items", type=Path, required=True, help="items folder of catalog.ingest")
    parser.add_argument("--rules", type=Path, help="table of styling rules; the project's own")
    given = parser.parse_args(arguments)
    report = check_folder(given.pairs, given.items, given.rules)
    _show(report)
    return 1 if report.num_findings else 0


def _show(report: Report) -> None:
    for finding in report.findings[:SHOWN]:
        print(finding, file=sys.stderr)
    counted = {"pairs": report.num_pairs, "findings": report.num_findings}
    print(json.dumps({**counted, "terms_not_looked_up": list(report.ambiguous)}))


def _shares(text: str | None) -> dict[str, float]:
    if text is None:
        return dict(DEFAULT_SHARES)
    shares: dict[str, float] = {}
    for entry in text.split(","):
        name, _, share = entry.partition("=")
        try:
            shares[name.strip()] = float(share)
        except ValueError as error:
            raise InstructionsError(
                f"shares: expected name=share,..., such as train=0.9,test=0.1, got {text!r}"
            ) from error
    return shares


def peak_mib() -> int:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
