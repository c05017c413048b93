"""Keeps one part running: starts it, notices its end, starts it again, and knows when to give up.

    idle -> starting -> ready            a task ends as done instead
    starting | ready -> waiting -> starting    after an unexpected end, with a growing pause
    idle | waiting -> postponed -> starting    while what it needs is not there
    any -> failed                        too many ends in a short time, or no use in trying
    any -> stopping -> stopped           when asked to

Nothing here waits: `tick` looks once and returns, so that one thread watches all parts.
"""

import logging
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.part import LocalError, NotReady, Part
from local.processes import Command, describe_exit, kill_group, log_tail, spawn

WRONG_INPUT = 2
"""Exit code of a task that would end the same way if it were tried again."""

log = logging.getLogger(__name__)


class State(StrEnum):
    """Where a part stands."""

    IDLE = "idle"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    POSTPONED = "postponed"
    WAITING = "waiting"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class RestartPolicy:
    """How often a part may end before it is given up; times in seconds."""

    max_ends: int = 5
    """Unexpected ends within `window_s` that are still followed by a new start, >= 0."""
    window_s: float = 60.0
    """How far back ends are counted, > 0."""
    first_pause_s: float = 0.5
    """Pause before the first new start, >= 0; it doubles with each end in the window."""
    max_pause_s: float = 8.0
    """Longest pause."""
    postpone_s: float = 1.0
    """Pause before the next try while what a part needs is not there, > 0."""
    ready_timeout_s: float = 90.0
    """How long a part may take to answer before that counts as an end, > 0."""

    def pause_s(self, num_ends: int) -> float:
        """The pause after so many ends, >= 1, within the window."""
        return min(self.max_pause_s, self.first_pause_s * 2.0 ** (num_ends - 1))


class Watched:
    """One part and what became of it so far."""

    def __init__(self, part: Part, policy: RestartPolicy) -> None:
        """Watch `part`; it is started by `start`."""
        self.part = part
        self.state = State.IDLE
        self._policy = policy
        self._process: subprocess.Popen[bytes] | None = None
        self._command: Command | None = None
        self._deadline = 0.0
        self._ends: list[float] = []
        self._postponed_since: float | None = None
        self._report: dict[str, Any] = {"restarts": 0, "since": _clock()}

    @property
    def is_up(self) -> bool:
        """The part answers, or its task is done."""
        return self.state in (State.READY, State.DONE)

    @property
    def is_over(self) -> bool:
        """Nothing of it runs and nothing will."""
        return self.state in (State.IDLE, State.DONE, State.FAILED, State.STOPPED)

    def start(self, now: float) -> None:
        """Start the program; what goes wrong ends as a state, not as an exception.

        Args:
            now: the monotonic clock, in seconds.
        """
        try:
            self.part.prepare()
            self._command = self.part.command()
            self._process = spawn(self._command)
        except LocalError as error:
            self._fail(str(error))
        except NotReady as error:
            self._postpone(now, str(error))
        except OSError as error:
            self._ended(now, f"could not be started: {error}")
        else:
            self._postponed_since = None
            self._deadline = now + self._policy.ready_timeout_s
            self._enter(State.STARTING)

    def stop(self, now: float) -> None:
        """Ask the program to end; later ticks see to it that it does."""
        if self.state is State.STOPPING:
            return
        if self._process is None or self._command is None or self.is_over:
            self._enter(State.STOPPED)
            return
        self._deadline = now + self._command.stop_timeout_s
        if self._process.poll() is None:
            # The leader alone: the children of PostgreSQL and Triton end as it tells them to.
            self._process.send_signal(self._command.stop_signal)
        self._enter(State.STOPPING)

    def tick(self, now: float) -> None:
        """Look at the part once and do what is due."""
        if self.state is State.STARTING:
            self._tick_starting(now)
        elif self.state is State.READY:
            if self._exit_status() is not None:
                self._ended(now, f"ended with {self._describe_exit()}")
        elif self.state in (State.WAITING, State.POSTPONED):
            if now >= self._deadline:
                self._report["restarts"] += self.state is State.WAITING
                self.start(now)
        elif self.state is State.STOPPING:
            self._tick_stopping(now)

    def report(self) -> Mapping[str, Any]:
        """What state.json says of the part."""
        pid = None if self._process is None or self.is_over else self._process.pid
        return {"state": str(self.state), "pid": pid, **self._report}

    def _tick_starting(self, now: float) -> None:
        assert self._command is not None
        status = self._exit_status()
        if status == 0 and self._command.is_task:
            self._process = None
            self._enter(State.DONE)
        elif status == WRONG_INPUT and self._command.is_task:
            self._fail(f"ended with {self._describe_exit()}")
        elif status is not None:
            self._ended(now, f"ended with {self._describe_exit()}")
        else:
            self._look_whether_ready(now)

    def _look_whether_ready(self, now: float) -> None:
        try:
            self.part.check()
            self.part.finish()
        except NotReady as error:
            if now >= self._deadline:
                limit = self._policy.ready_timeout_s
                self._ended(now, f"was not ready after {limit:g} s: {error}")
        except LocalError as error:
            self._fail(str(error))
        else:
            self._enter(State.READY)

    def _tick_stopping(self, now: float) -> None:
        assert self._process is not None
        if self._process.poll() is None and now < self._deadline:
            return
        if self._process.poll() is None:
            log.info("%s did not end when asked to and is killed", self.part.name)
        self._clear()
        self._enter(State.STOPPED)

    def _exit_status(self) -> int | None:
        assert self._process is not None
        return self._process.poll()

    def _describe_exit(self) -> str:
        status = self._exit_status()
        assert status is not None
        return describe_exit(status)

    def _postpone(self, now: float, reason: str) -> None:
        """What the part needs is not there yet: no fault of its own, and it cannot start."""
        self._postponed_since = self._postponed_since or now
        self._report["reason"] = reason
        if now > self._postponed_since + self._policy.ready_timeout_s:
            self._fail(f"could not be started for {self._policy.ready_timeout_s:g} s: {reason}")
            return
        self._deadline = now + self._policy.postpone_s
        self._enter(State.POSTPONED)

    def _ended(self, now: float, reason: str) -> None:
        """The program is not there although it should be: again after a pause, or give up."""
        self._clear()
        self._ends = [end for end in self._ends if end > now - self._policy.window_s] + [now]
        self._report |= {"last_end": reason, "last_end_at": _clock(), "reason": reason}
        if len(self._ends) > self._policy.max_ends:
            self._fail(
                f"{reason}; that was end {len(self._ends)} within "
                f"{self._policy.window_s:g} s, so it is not started again"
            )
            return
        pause_s = self._policy.pause_s(len(self._ends))
        self._deadline = now + pause_s
        log.warning("%s %s; it is started again in %.1f s", self.part.name, reason, pause_s)
        self._enter(State.WAITING)

    def _fail(self, reason: str) -> None:
        self._clear()
        self._report["reason"] = reason
        tail = "" if self._command is None else log_tail(self._command.log)
        log.error("%s failed: %s\n%s", self.part.name, reason, tail)
        self._enter(State.FAILED)

    def _clear(self) -> None:
        """Kill what is left of the program, and remove what it leaves behind."""
        if self._process is not None:
            kill_group(self._process)
            self._process = None
        self.part.clean()

    def _enter(self, state: State) -> None:
        if state is not self.state:
            log.info("%s is %s", self.part.name, state)
        self.state = state
        self._report["since"] = _clock()
        if self.is_up:
            self._report.pop("reason", None)
        if self._command is not None:
            self._report["log"] = str(self._command.log)


def _clock() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
