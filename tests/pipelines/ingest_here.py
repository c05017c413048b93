"""Runs `ingest_catalogue` on KFP's local runner: `python -m tests.pipelines.ingest_here WORK JSON`.

WORK is a folder for everything that the run writes; JSON holds the pipeline's parameters.
"""

import json
import sys
import warnings
from pathlib import Path

from kfp import local

from pipelines.ingest_catalogue import ingest_catalogue


def main(work: Path, parameters: dict[str, object]) -> None:
    """Run it to its end; a step that fails raises RuntimeError."""
    local.init(
        local.SubprocessRunner(use_venv=False),
        pipeline_root=str(work / "pipeline"),
        workspace_root=str(work / "workspace"),
    )
    # It expects `python` in an image's name, and has no use for display names.
    warnings.filterwarnings("ignore", "You may be attemping", RuntimeWarning)
    warnings.filterwarnings("ignore", "Task '.*': settings .* have no effect", UserWarning)
    ingest_catalogue(**parameters)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
