"""The script between us and what we start."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.processes import Account, Command, is_alive, spawn

LAUNCH = Path(__file__).parents[2] / "local" / "launch.py"


def wait_for(path: Path, timeout_s: float = 10.0) -> str:
    """The content of a file that another process is about to write."""
    deadline = time.monotonic() + timeout_s
    while not path.exists() or not path.read_text().endswith("\n"):
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.02)
    return path.read_text()


def test_a_program_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    starter = f"""
import os, subprocess, sys, time
words = [sys.executable, "-I", "-S", {str(LAUNCH)!r}, "--parent", str(os.getpid())]
child = subprocess.Popen([*words, "--death-signal", "9", "--", "sleep", "60"])
open({str(tmp_path / "pid")!r}, "w").write(f"{{child.pid}}\\n")
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", starter])
    child = int(wait_for(tmp_path / "pid"))
    time.sleep(0.2)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child)


def test_a_program_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = spawn(
        Command(name="x", argv=("/no/such/program",), cwd=tmp_path, log=log, stack=tmp_path)
    )
    assert process.wait(10) == 1
    assert "cannot run /no/such/program" in log.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_account_reaches_a_closed_folder_and_is_not_root(tmp_path: Path) -> None:
    (tmp_path / "closed" / "open").mkdir(parents=True)
    (tmp_path / "closed" / "open" / "file").write_text("read me")
    (tmp_path / "closed").chmod(0o700)
    reach = tmp_path / "closed" / "open"
    process = spawn(
        Command(
            name="x",
            argv=("sh", "-c", f"id -u; cat {reach / 'file'}"),
            cwd=tmp_path,
            log=tmp_path / "log",
            stack=tmp_path,
            account=Account(name="nobody", uid=65534, gid=65534, reach=(reach,)),
            stop_signal=signal.SIGTERM,
        )
    )
    assert process.wait(10) == 0
    assert (tmp_path / "log").read_text().endswith("65534\nread me")
