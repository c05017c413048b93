"""`make up` with the stand-ins for API and pipeline, as a process of its own."""

import argparse
import sys
from pathlib import Path

from local.stack import python_module
from local.up import UpConfig, run


def config(data: Path, catalogue: Path, port: int | None) -> UpConfig:
    """A `make up` of a real stack but for the API and the pipeline."""
    return UpConfig(
        data=data,
        catalogue=catalogue,
        port=port,
        api_command=python_module("tests.local.fakes.api"),
        pipeline_command=python_module("tests.local.fakes.pipeline"),
        check_command=python_module("tests.local.fakes.check"),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    sys.exit(run(config(options.data, options.catalogue, options.port)))
