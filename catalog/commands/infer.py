"""`python -m catalog infer`: the schema and the mapping of a catalogue, as files to correct."""

import argparse
import json
from pathlib import Path

from catalog.commands.opened import add_arguments, opened
from catalog.disk import write_whole
from catalog.readers.source import CatalogueError


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add_arguments(parser)
    parser.add_argument("--out", type=Path, help="folder for schema.json and mapping.json")


def run(options: argparse.Namespace) -> int:
    """Print both as one JSON object, or write each to its file; a file that is there stays."""
    with opened(options) as catalogue:
        plan = catalogue.plan()
    found: dict[str, object] = {"schema": plan.schema.to_json()}
    if plan.flat is not None:
        found["mapping"] = plan.flat.mapping.to_json()
    if options.out is None:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for name, document in found.items():
        path = options.out / f"{name}.json"
        _write(path, document)
        print(f"{name}: {path}")
    return 0


def _write(path: Path, document: object) -> None:
    if path.exists():
        raise CatalogueError(
            f"{path}: is there already and may have been corrected by hand; give another --out"
        )
    write_whole({path: json.dumps(document, ensure_ascii=False, indent=2) + "\n"})
