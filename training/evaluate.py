"""`python -m training.evaluate`: measure a trained model and write its report.

Writes `metrics.json` and `index.html`, each whole or not at all, the numbers last. Exit codes:
0 done; 1 the object store does not answer, so that trying again may help; 2 the input is wrong.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.encoder import ItemEncoder
from catalog.item import ItemError
from catalog.objects import ObjectsError, ObjectStore, ObjectsUnavailable, open_objects
from catalog.table import load_items_dir
from training.comparison import read_previous
from training.evaluation import Evaluation, evaluate, metrics_json
from training.queries import Protocol
from training.report.page import Source, render
from training.report.run_record import read_run


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """Where things are, as the command line says."""

    items: Path
    """Folder of items that `python -m catalog.ingest` wrote."""
    model: Path
    """Folder that `python -m training.train` wrote."""
    out: Path
    """Folder for `metrics.json` and `index.html`; made where it is not there."""
    protocol: Protocol
    """How the questions are drawn."""
    previous: Path | None = None
    """`metrics.json` of the generation to compare with."""
    objects: str | None = None
    """Address of the object store that holds the pictures; without it there are none."""
    generation: str | None = None
    """Id of the generation that is evaluated, where it has one."""


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Parse the command line, evaluate, print the headline; returns the exit code."""
    config = parse_arguments(arguments, environ)
    try:
        document = run(config)
    except ObjectsUnavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ValueError, ItemError, ObjectsError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(headline(document, config.out))
    return 0


def run(config: EvaluateConfig) -> dict[str, Any]:
    """Evaluate and write both files; returns the content of `metrics.json`.

    Raises:
        ValueError: an input is not what it should be; names it.
        ObjectsError: the object store refuses or does not answer.
    """
    # What can fail is read first, before the seconds that the measuring takes.
    previous = read_previous(config.previous) if config.previous else None
    store = _open_store(config.objects)
    record = read_run(config.model)
    evaluation, summary = _evaluate(config)
    document = metrics_json(
        evaluation,
        data_digest=str(summary["data_digest"]),
        previous=previous,
        generation=config.generation,
    )
    source = Source(
        run=record,
        summary=summary,
        generation=config.generation,
        previous=previous,
        store=store,
    )
    config.out.mkdir(parents=True, exist_ok=True)
    _write(config.out / "index.html", render(evaluation, source))
    _write(config.out / "metrics.json", json.dumps(document, ensure_ascii=False, indent=1))
    return document


def _evaluate(config: EvaluateConfig) -> tuple[Evaluation, Mapping[str, Any]]:
    from training.embedder import ItemEmbedder

    data = load_items_dir(config.items)
    embed = ItemEmbedder.load(config.model)
    _check_schema(data.schema.digest(), embed.encoder)
    held_out = _held_out(config.model / "holdout.json")
    evaluation = evaluate(data.items, data.schema, held_out, embed, config.protocol)
    return evaluation, data.summary


def _check_schema(items_digest: str, encoder: ItemEncoder) -> None:
    if items_digest != encoder.schema.digest():
        raise ValueError(
            f"schema: expected the model's {encoder.schema.digest()[:12]}, got the items' "
            f"{items_digest[:12]}; evaluate on the items that the model was trained from"
        )


def _held_out(path: Path) -> list[str]:
    try:
        held_out = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}): train again") from error
    except ValueError as error:
        raise ValueError(f"{path}: expected a JSON list of item ids, got {error}") from error
    if not isinstance(held_out, list) or not all(isinstance(one, str) for one in held_out):
        raise ValueError(f"{path}: expected a JSON list of item ids, got {held_out!r:.80}")
    return held_out


def _open_store(uri: str | None) -> ObjectStore | None:
    if not uri:
        return None
    store = open_objects(uri)
    store.check()
    return store


def _write(path: Path, text: str) -> None:
    """Write beside the target, then rename, so that nobody reads half a file."""
    incoming = path.with_name(f".{path.name}.incoming")
    incoming.write_text(text, encoding="utf-8")
    incoming.replace(path)


def headline(document: dict[str, Any], out: Path) -> str:
    """What the command prints: the model's main numbers and where the report is."""
    model = document["model"]
    numbers = (
        f"{name} {model[name]['value']:.3f} ({model[name]['ci95'][0]:.3f}-"
        f"{model[name]['ci95'][1]:.3f})"
        for name in ("recall@1", "recall@10", "mrr")
    )
    return f"{', '.join(numbers)}; report: {out / 'index.html'}"


def parse_arguments(arguments: Sequence[str] | None, environ: Mapping[str, str]) -> EvaluateConfig:
    """The configuration; the pictures' address comes from MODISTE_OBJECTS unless it is given."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--items", type=Path, required=True, help="folder of ingested items")
    parser.add_argument("--model", type=Path, required=True, help="folder of a finished training")
    parser.add_argument("--out", type=Path, required=True, help="folder for the report")
    parser.add_argument("--previous", type=Path, help="metrics.json to compare with")
    parser.add_argument("--objects", default=environ.get("MODISTE_OBJECTS"), help="object store")
    parser.add_argument("--generation", help="id of the generation")
    parser.add_argument("--seed", type=int, default=0, help="of the questions")
    parser.add_argument("--max-queries", type=int, default=2000, help="questions at most")
    given = vars(parser.parse_args(arguments))
    try:
        protocol = Protocol(seed=given.pop("seed"), max_queries=given.pop("max_queries"))
    except ValueError as error:
        parser.error(str(error))
    return EvaluateConfig(**given, protocol=protocol)


if __name__ == "__main__":
    sys.exit(main())
