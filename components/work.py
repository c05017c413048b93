"""Where a step keeps what shall outlive it: the checkpoints of a training that may be killed."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from components.platform import is_kubernetes

MOUNT = "/work"
"""Where a cluster's steps and trainings find the volume that they share."""


def work_folder(*names: str, environ: Mapping[str, str] | None = None) -> Path:
    """A folder below MODISTE_WORK, which is the same for every run with the same names.

    On a laptop it lies in the stack's data folder, and without MODISTE_WORK it is a temporary one:
    a step that is killed then starts from the beginning, and ends in the same state, only later. On
    a cluster it lies on the volume mounted at `MOUNT`, unless MODISTE_WORK names another path.

    Args:
        names: path below the work folder, such as `train`, a fingerprint.
        environ: the environment, or None for the process's own.
    """
    folder = work_root(os.environ if environ is None else environ).joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def work_root(environ: Mapping[str, str]) -> Path:
    """The folder of all work folders."""
    given = environ.get("MODISTE_WORK")
    if not given and is_kubernetes(environ):
        return Path(MOUNT)
    return Path(given) if given else Path(tempfile.gettempdir()) / "modiste-work"
