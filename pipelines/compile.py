"""`python -m pipelines.compile`: write the YAML that `kfp run create` takes.

Needs kfp and kfp-kubernetes alone.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kfp import compiler

from components.image import TRAINING_IMAGE
from pipelines.ingest_catalogue import PARALLEL_SHARDS, ingest_catalogue
from pipelines.on_kubernetes import DATABASE_KEY, DATABASE_SECRET, OBJECTS_SECRET
from pipelines.refresh_index import refresh_index
from pipelines.train_and_deploy import train_and_deploy

PIPELINES = {
    "train_and_deploy": train_and_deploy,
    "refresh_index": refresh_index,
    "ingest_catalogue": ingest_catalogue,
}


@dataclass(frozen=True, kw_only=True)
class CompileConfig:
    """What differs from cluster to cluster and is no parameter of a pipeline."""

    image: str = TRAINING_IMAGE
    """The name that the cluster pulls the components' image by."""
    parallel_shards: int = PARALLEL_SHARDS
    """How many shards of a catalogue are ingested at once, >= 1."""
    database_secret: str = DATABASE_SECRET
    """The Secret with the database's address, the chart's `database.existingSecret`."""
    database_key: str = DATABASE_KEY
    """Its key, the chart's `database.urlKey`."""
    objects_secret: str = OBJECTS_SECRET
    """The Secret with the keys to S3, the chart's `objectStore.existingSecret`."""


def compile_all(out: Path, config: CompileConfig | None = None) -> list[Path]:
    """Compile every pipeline to `out/<name>.yaml`.

    Args:
        out: the folder; made where it is not there.
        config: what is another than in `k8s/`; nothing if None.
    """
    config = config or CompileConfig()
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, pipeline in PIPELINES.items():
        path = out / f"{name}.yaml"
        compiler.Compiler().compile(pipeline, str(path))
        if config != CompileConfig():
            _change(path, config)
        paths.append(path)
    return paths


def _change(path: Path, config: CompileConfig) -> None:
    """Change a compiled pipeline; its heading comment is kept."""
    text = path.read_text(encoding="utf-8")
    comment = "".join(line for line in text.splitlines(keepends=True) if line.startswith("# "))
    # The second document is the cluster's: volumes, secrets, the security context.
    pipeline, on_cluster = yaml.safe_load_all(text)
    _set_image(pipeline, config.image)
    _set_parallelism(pipeline, config.parallel_shards)
    _set_secrets(on_cluster, config)
    documents = yaml.safe_dump_all([pipeline, on_cluster], sort_keys=True, allow_unicode=True)
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


def _set_secrets(on_cluster: Any, config: CompileConfig) -> None:
    """Other Secrets in what a cluster adds to every step."""
    names = {DATABASE_SECRET: config.database_secret, OBJECTS_SECRET: config.objects_secret}
    steps = on_cluster["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values()
    for secret in (secret for step in steps for secret in step.get("secretAsEnv", ())):
        if secret["secretName"] == DATABASE_SECRET:
            for key in secret["keyToEnv"]:
                key["secretKey"] = config.database_key
        name = names[secret["secretName"]]
        secret["secretName"] = name
        secret["secretNameParameter"]["runtimeValue"]["constant"] = name


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
    for name, default, what in (
        ("--database-secret", DATABASE_SECRET, "Secret with the database's address"),
        ("--database-key", DATABASE_KEY, "its key"),
        ("--objects-secret", OBJECTS_SECRET, "Secret with the keys to S3"),
    ):
        parser.add_argument(name, default=default, help=f"{what} [{default}]")
    given = vars(parser.parse_args(arguments))
    for path in compile_all(given.pop("out"), CompileConfig(**given)):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
