"""Locks between processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.locks import LockTaken, holder, locked

HOLD = """
import sys, time
from pathlib import Path
from local.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_that_another_process_holds_is_refused_with_its_id(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as process:
        assert holder(tmp_path / "lock") == process.pid
        with pytest.raises(LockTaken, match=f"lock is held by process {process.pid}"):
            locked(tmp_path / "lock").__enter__()
        process.kill()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as process:
        process.kill()
        process.wait()
    assert holder(tmp_path / "lock") is None
    with locked(tmp_path / "lock"):
        pass
    assert holder(tmp_path / "lock") is None
