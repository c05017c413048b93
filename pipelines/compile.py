"""`python -m pipelines.compile`: write the YAML that `kfp run create` takes.

Needs kfp and kfp-kubernetes alone.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from kfp import compiler

from components.image import TRAINING_IMAGE
from pipelines.ingest_catalogue import PARALLEL_SHARDS, ingest_catalogue
from pipelines.refresh_index import refresh_index
from pipelines.train_and_deploy import train_and_deploy

PIPELINES = {
    "train_and_deploy": train_and_deploy,
    "refresh_index": refresh_index,
    "ingest_catalogue": ingest_catalogue,
}


def compile_all(
    out: Path, image: str = TRAINING_IMAGE, parallel_shards: int = PARALLEL_SHARDS
) -> list[Path]:
    """Compile every pipeline to `out/<name>.yaml`.

    Args:
        out: the folder; made where it is not there.
        image: the name that the cluster pulls the components' image by.
        parallel_shards: how many shards of a catalogue are ingested at once, >= 1.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, pipeline in PIPELINES.items():
        path = out / f"{name}.yaml"
        compiler.Compiler().compile(pipeline, str(path))
        if image != TRAINING_IMAGE:
            _change(path, lambda pipeline: _set_image(pipeline, image))
        if parallel_shards != PARALLEL_SHARDS:
            _change(path, lambda pipeline: _set_parallelism(pipeline, parallel_shards))
        paths.append(path)
    return paths


def _change(path: Path, change: Callable[[Any], None]) -> None:
    """Change a compiled pipeline; its heading comment is kept."""
    text = path.read_text(encoding="utf-8")
    comment = "".join(line for line in text.splitlines(keepends=True) if line.startswith("# "))
    # The second document is the cluster's: volumes, secrets, the security context.
    pipeline, *others = yaml.safe_load_all(text)
    change(pipeline)
    documents = yaml.safe_dump_all([pipeline, *others], sort_keys=True, allow_unicode=True)
    path.write_text(comment + documents, encoding="utf-8")


def _set_image(pipeline: Any, image: str) -> None:
    """Another image in every executor."""
    for executor in pipeline["deploymentSpec"]["executors"].values():
        executor["container"]["image"] = image


def _set_parallelism(pipeline: Any, parallel_shards: int) -> None:
    """Another bound of every loop: KFP takes no parameter for it."""
    for component in (pipeline["root"], *pipeline["components"].values()):
        for task in component.get("dag", {}).get("tasks", {}).values():
            if "iteratorPolicy" in task:
                task["iteratorPolicy"]["parallelismLimit"] = parallel_shards


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {text}")
    return number


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.compile", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/pipelines"), help="folder")
    parser.add_argument("--image", default=TRAINING_IMAGE, help="of the components")
    parser.add_argument(
        "--parallel-shards",
        type=_at_least_one,
        default=PARALLEL_SHARDS,
        help=f"of a catalogue that are ingested at once [{PARALLEL_SHARDS}]",
    )
    options = parser.parse_args(arguments)
    for path in compile_all(options.out, options.image, options.parallel_shards):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
