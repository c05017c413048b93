"""How one part is kept running, with small programs in place of servers and a clock of our own."""

import os
import signal
import time
from pathlib import Path

import pytest

from local.part import LocalError, NotReady
from local.processes import Command
from local.watch import RestartPolicy, State, Watched

POLICY = RestartPolicy(max_ends=2, first_pause_s=1.0, ready_timeout_s=30.0)


class Program:
    """A part that runs a shell script, and is ready once a file is there."""

    name = "program"

    def __init__(self, folder: Path, script: str = "sleep 60", *, is_task: bool = False) -> None:
        self.folder = folder
        self.script = script
        self.is_task = is_task
        self.missing: Exception | None = None
        self.is_ready = True

    def prepare(self) -> None:
        if self.missing is not None:
            raise self.missing

    def command(self) -> Command:
        return Command(
            name=self.name,
            argv=("sh", "-c", self.script),
            cwd=self.folder,
            log=self.folder / "program.log",
            stack=self.folder,
            is_task=self.is_task,
        )

    def check(self) -> None:
        if not self.is_ready:
            raise NotReady("it says nothing")

    def finish(self) -> None:
        """Nothing."""

    def clean(self) -> None:
        """Nothing."""


def tick_until(watched: Watched, state: State, now: float) -> None:
    """Look again and again, while the clock stands still, until the part is in a state."""
    deadline = time.monotonic() + 10
    while watched.state is not state:
        assert time.monotonic() < deadline, watched.report()
        watched.tick(now)
        time.sleep(0.01)


def kill(watched: Watched) -> None:
    os.kill(watched.report()["pid"], signal.SIGKILL)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """A part that is ready at second 0."""
    part = Watched(Program(tmp_path), POLICY)
    part.start(0.0)
    tick_until(part, State.READY, 0.0)
    return part


def end(watched: Watched) -> None:
    watched.stop(0.0)
    tick_until(watched, State.STOPPED, 0.0)


def test_a_killed_part_is_named_and_started_again_after_a_pause(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    kill(watched)
    tick_until(watched, State.WAITING, 10.0)
    assert watched.report()["last_end"] == "ended with signal 9 (SIGKILL)"
    assert "program ended with signal 9 (SIGKILL); it is started again in 1.0 s" in caplog.text
    watched.tick(10.9)
    assert watched.state is State.WAITING
    tick_until(watched, State.READY, 11.0)
    assert watched.report()["restarts"] == 1
    end(watched)


def test_a_part_that_ends_too_often_is_given_up_with_the_reason(watched: Watched) -> None:
    for now in (10.0, 20.0):
        kill(watched)
        tick_until(watched, State.WAITING, now)
        tick_until(watched, State.READY, now + 5)
    kill(watched)
    tick_until(watched, State.FAILED, 30.0)
    assert watched.report()["reason"] == (
        "ended with signal 9 (SIGKILL); that was end 3 within 60 s, so it is not started again"
    )
    assert watched.report()["pid"] is None


def test_ends_long_ago_do_not_count(watched: Watched) -> None:
    for now in (10.0, 80.0, 150.0, 220.0):
        kill(watched)
        tick_until(watched, State.WAITING, now)
        tick_until(watched, State.READY, now + 5)
    assert watched.report()["restarts"] == 4
    end(watched)


def test_a_part_that_never_answers_counts_as_ended(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.is_ready = False
    watched = Watched(program, POLICY)
    watched.start(0.0)
    watched.tick(29.0)
    assert watched.state is State.STARTING
    watched.tick(31.0)
    assert watched.report()["last_end"] == "was not ready after 30 s: it says nothing"
    end(watched)


def test_a_task_is_done_when_it_ends_well(tmp_path: Path) -> None:
    program = Program(tmp_path, "exit 0", is_task=True)
    program.is_ready = False
    watched = Watched(program, POLICY)
    watched.start(0.0)
    tick_until(watched, State.DONE, 0.0)
    assert watched.is_up


def test_a_task_with_wrong_input_is_not_tried_again(tmp_path: Path) -> None:
    program = Program(tmp_path, "exit 2", is_task=True)
    program.is_ready = False
    watched = Watched(program, POLICY)
    watched.start(0.0)
    tick_until(watched, State.FAILED, 0.0)
    assert watched.report()["reason"] == "ended with exit code 2"


def test_a_part_waits_for_what_it_needs_without_that_being_its_fault(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.missing = NotReady("the store does not answer")
    watched = Watched(program, POLICY)
    watched.start(0.0)
    for now in range(1, 20):
        watched.tick(float(now))
    assert watched.state is State.POSTPONED
    assert watched.report()["reason"] == "the store does not answer"
    program.missing = None
    tick_until(watched, State.READY, 21.0)
    assert watched.report()["restarts"] == 0
    end(watched)


def test_what_cannot_be_put_right_by_trying_is_not_tried(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.missing = LocalError("the bundle is damaged")
    watched = Watched(program, POLICY)
    watched.start(0.0)
    assert watched.state is State.FAILED
    assert watched.report()["reason"] == "the bundle is damaged"
