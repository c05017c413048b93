"""Where a step keeps what shall outlive it: the checkpoints of a training that may be killed."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def work_folder(*names: str, environ: Mapping[str, str] | None = None) -> Path:
    """A folder below MODISTE_WORK, which is the same for every run with the same names.

    On a laptop it lies in the stack's data folder; on a cluster MODISTE_WORK is the path of a
    mounted volume. Without it the folder is a temporary one: a step that is killed on another
    machine then starts from the beginning, and ends in the same state, only later.

    Args:
        names: path below the work folder, such as `train`, a fingerprint.
        environ: the environment, or None for the process's own.
    """
    given = (os.environ if environ is None else environ).get("MODISTE_WORK")
    root = Path(given) if given else Path(tempfile.gettempdir()) / "modiste-work"
    folder = root.joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
