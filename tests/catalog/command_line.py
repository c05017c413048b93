"""Commands of the catalogue in a process of their own, with bounds that they must keep."""

import ctypes
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MAX_BYTES = 3 * 2**30
"""Address space of a command: pyarrow and Pillow map most of a gigabyte without using it."""
TIMEOUT_S = 180

# From linux/prctl.h and linux/capability.h: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH.
_PR_CAPBSET_DROP = 24
_DAC_RIGHTS = (1, 2)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    printed: str
    error: str

    @property
    def is_plain(self) -> bool:
        """Whether it said what is wrong in words, and not by a traceback."""
        return "Traceback" not in self.error


def run(
    *arguments: str | Path,
    environment: Mapping[str, str] | None = None,
    max_file_bytes: int | None = None,
    max_bytes: int | None = MAX_BYTES,
    may_read_all: bool = True,
) -> Ended:
    """Run `python -m` with arguments, in bounded memory and time.

    Args:
        arguments: the module and its arguments.
        environment: more variables.
        max_file_bytes: largest file that it may write; beyond it a write fails with EFBIG.
        max_bytes: its address space; None for no bound.
        may_read_all: with root's right to read what it may not; others never have it.
    """

    def bound() -> None:
        if max_bytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
        if not may_read_all:
            libc = ctypes.CDLL(None)
            for capability in _DAC_RIGHTS:
                libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        if max_file_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_file_bytes, max_file_bytes))

    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **(environment or {})},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT_S,
        preexec_fn=bound,
    )
    return Ended(code=done.returncode, printed=done.stdout, error=done.stderr)


def rejects(path: Path) -> list[dict[str, Any]]:
    """Lines of a reject file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
