"""What a run's weights follow from, as one digest: `python -m training.fingerprint`.

Data, schema, encoder sizes, settings, and the source of all that decides the weights or is
published with them.
Two runs of one fingerprint are the same generation. Prints the digest.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from catalog.encoder import ENCODER_SOURCES
from catalog.readers.source import CatalogueError
from catalog.table import ItemsDir, load_items_dir
from training.config import RUNS, TrainConfig, configure

_ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    *(f"catalog/{name}" for name in ENCODER_SOURCES),
    *("training/data.py", "training/views.py", "training/holdout.py", "training/objective.py"),
    *("training/optimizer.py", "training/loop.py", "training/field_weights.py"),
    *("training/train.py", "training/precision.py", "training/distributed.py"),
    *("training/models", "training/losses"),
    # Not the weights but what is published with them.
    *("training/served.py", "model_repository"),
)
"""Files and folders of the checkout whose content is part of a fingerprint."""

_WITHOUT_EFFECT = ("checkpoint_every", "log_every")


def fingerprint(items: ItemsDir, config: TrainConfig) -> str:
    """SHA-256, in hexadecimal, of all that decides a run's weights on one kind of machine."""
    settings = {k: v for k, v in config.to_json().items() if k not in _WITHOUT_EFFECT}
    document = {
        "data": items.summary["data_digest"],
        "schema": items.schema.digest(),
        "encoder": items.encoder_config.to_json(),
        "settings": settings,
        "sources": source_digest(),
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def source_digest() -> str:
    """SHA-256 of the source files that a generation follows from, by name and content."""
    digest = hashlib.sha256()
    for name in SOURCES:
        path = _ROOT / name
        for file in _files(path):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(_ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = (file for file in path.rglob("*") if file.suffix in (".py", ".pbtxt"))
    return sorted(found)


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """The options that say which items a run trains on, and how."""
    parser.add_argument("--items", type=Path, required=True, help="folder written by ingest")
    parser.add_argument("--preset", default="default", help=f"named run: {', '.join(RUNS)}")
    parser.add_argument(
        *("--set", "-s"),
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change one setting of the run; may be repeated",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.fingerprint", description=__doc__)
    add_run_options(parser)
    options = parser.parse_args(arguments)
    try:
        config = configure(options.preset, options.settings)
        print(fingerprint(load_items_dir(options.items), config))
    except (CatalogueError, ValueError) as error:
        print(f"fingerprint: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
