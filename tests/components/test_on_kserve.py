"""Runs `on_kserve/` in a process of its own.

kserve registers the same protobuf package as tritonclient, which other tests import, and a process
takes that only once.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "on_kserve"


def test_inference_services_are_deployed_and_taken_back_by_the_kserve_sdk() -> None:
    files = sorted(map(str, FOLDER.glob("*.py")))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout, done.stdout[-2000:]
