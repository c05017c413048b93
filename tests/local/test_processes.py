"""Processes that we start and are sure to end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.processes import (
    Command,
    describe_exit,
    is_alive,
    kill_all,
    log_tail,
    processes_of,
    spawn,
    start_time,
    stop,
)


def command(folder: Path, script: str, stop_timeout_s: float = 5.0) -> Command:
    return Command(
        name="part",
        argv=("sh", "-c", script),
        cwd=folder,
        log=folder / "log",
        stack=folder,
        stop_timeout_s=stop_timeout_s,
    )


def wait_until_logged(log: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


def test_the_processes_of_a_stack_are_found_whoever_started_them(tmp_path: Path) -> None:
    process = spawn(command(tmp_path, "sleep 60 & echo started; wait"))
    wait_until_logged(tmp_path / "log", "started\n")
    assert len(processes_of(tmp_path)) == 2
    assert processes_of(tmp_path / "other") == []
    assert len(kill_all(tmp_path)) == 2
    assert processes_of(tmp_path) == []
    process.wait()


def test_stopping_ends_the_children_that_outlive_their_leader(tmp_path: Path) -> None:
    part = command(tmp_path, "sleep 60 & echo started; exec sleep 60")
    process = spawn(part)
    wait_until_logged(tmp_path / "log", "started\n")
    stop(process, part)
    deadline = time.monotonic() + 5
    while processes_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes_of(tmp_path) == []


def test_what_does_not_end_when_asked_to_is_killed(tmp_path: Path) -> None:
    part = command(tmp_path, "trap '' TERM; echo started; while :; do sleep 1; done", 0.3)
    process = spawn(part)
    wait_until_logged(tmp_path / "log", "started\n")
    stop(process, part)
    assert describe_exit(process.returncode) == "signal 9 (SIGKILL)"


@pytest.mark.parametrize(
    ("status", "words"), [(0, "exit code 0"), (3, "exit code 3"), (-15, "signal 15 (SIGTERM)")]
)
def test_an_exit_status_is_put_in_words(status: int, words: str) -> None:
    assert describe_exit(status) == words


def test_the_tail_of_a_log_holds_the_faults_of_the_last_run_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert log_tail(log) == "(no log)"
    log.write_text("--- started 1\nerror: old\n--- started 2\nfine\nerror: new\nfine\n")
    assert log_tail(log) == "error: new"
    log.write_text("--- started 1\nerror: old\n--- started 2\none\ntwo\n")
    assert log_tail(log) == "2\none\ntwo"


def test_a_zombie_does_not_count_as_alive() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(process.pid)
    assert start_time(process.pid) is None
    process.wait()


def test_two_processes_with_one_id_are_told_apart_by_their_start() -> None:
    assert start_time(os.getpid()) == start_time(os.getpid())
    assert start_time(os.getpid()) != start_time(1)
