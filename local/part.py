"""What the parts of the stack have in common, and how one is run for the length of a block."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from local.processes import Command, describe_exit, log_tail, spawn, stop


class LocalError(Exception):
    """An expected fault of the laptop's stack; its message is all that a person needs to see."""

    exit_code = 1


class WrongInput(LocalError):  # noqa: N818 - reads as what it says
    """What was typed, or the machine, does not do."""

    exit_code = 2


class NotReady(Exception):  # noqa: N818 - reads as what it says
    """A part runs and does not answer yet; the message says how it was asked."""


class Part(Protocol):
    """One program of the stack, such as PostgreSQL."""

    @property
    def name(self) -> str:
        """Its name in messages, logs and states."""

    def prepare(self) -> None:
        """Make ready what the program needs on disk; may be called any number of times."""

    def command(self) -> Command:
        """How it is started."""

    def check(self) -> None:
        """Raise NotReady unless the program answers."""

    def finish(self) -> None:
        """Prepare what needs the program running; called once each time it got ready."""

    def clean(self) -> None:
        """Remove what a dead program leaves outside of the data folder."""


@contextmanager
def running(part: Part, timeout_s: float = 60.0) -> Iterator[int]:
    """Run a part for the length of a block; gives its process id.

    Raises:
        LocalError: it ended, or did not answer within `timeout_s`.
    """
    part.prepare()
    command = part.command()
    process = spawn(command)
    try:
        deadline = time.monotonic() + timeout_s
        while (reason := _reason_not_ready(part)) is not None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise LocalError(_failure(command, process.poll(), reason, timeout_s))
            time.sleep(0.05)
        part.finish()
        yield process.pid
    finally:
        stop(process, command)
        part.clean()


def _reason_not_ready(part: Part) -> str | None:
    try:
        part.check()
    except NotReady as error:
        return str(error)
    return None


def _failure(command: Command, status: int | None, reason: str, timeout_s: float) -> str:
    what = (
        f"is not ready after {timeout_s:g} s ({reason})"
        if status is None
        else f"ended with {describe_exit(status)}"
    )
    return f"{command.name} {what}; the end of {command.log}:\n{log_tail(command.log)}"
