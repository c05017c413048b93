"""`python -m pipelines.compile`: write the YAML that `kfp run create` takes.

Needs kfp and kfp-kubernetes alone.
"""

import argparse
import sys
from pathlib import Path

import yaml
from kfp import compiler

from components.image import TRAINING_IMAGE
from pipelines.ingest_catalogue import ingest_catalogue
from pipelines.refresh_index import refresh_index
from pipelines.train_and_deploy import train_and_deploy

PIPELINES = {
    "train_and_deploy": train_and_deploy,
    "refresh_index": refresh_index,
    "ingest_catalogue": ingest_catalogue,
}


def compile_all(out: Path, image: str = TRAINING_IMAGE) -> list[Path]:
    """Compile every pipeline to `out/<name>.yaml`.

    Args:
        out: the folder; made where it is not there.
        image: the name that the cluster pulls the components' image by.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, pipeline in PIPELINES.items():
        path = out / f"{name}.yaml"
        compiler.Compiler().compile(pipeline, str(path))
        if image != TRAINING_IMAGE:
            path.write_text(_with_image(path.read_text(encoding="utf-8"), image), encoding="utf-8")
        paths.append(path)
    return paths


def _with_image(text: str, image: str) -> str:
    """The pipeline's YAML with another image in every executor; its heading comment is kept."""
    comment = "".join(line for line in text.splitlines(keepends=True) if line.startswith("# "))
    # The second document is the cluster's: volumes, secrets, the security context.
    pipeline, *others = yaml.safe_load_all(text)
    for executor in pipeline["deploymentSpec"]["executors"].values():
        executor["container"]["image"] = image
    documents = [pipeline, *others]
    return comment + yaml.safe_dump_all(documents, sort_keys=True, allow_unicode=True)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.compile", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/pipelines"), help="folder")
    parser.add_argument("--image", default=TRAINING_IMAGE, help="of the components")
    options = parser.parse_args(arguments)
    for path in compile_all(options.out, options.image):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
