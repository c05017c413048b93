"""What KFP's local runner prints, made fit to read: one log a step, and the essence on the screen.

The runner prints to standard output alone, all steps in one stream. Its lines are of the pinned
kfp (2.17): which step starts and ends, and, indented by four spaces, what the step says.
"""

import re
import time
from pathlib import Path
from typing import TextIO

_COLOUR = re.compile(r"\x1b\[\d+m")
_STARTED = re.compile(r"Executing task '([\w-]+)'")
_ENDED = re.compile(r"Task '([\w-]+)' finished with status (\w+)")
_REASON = re.compile(r"^\s*(?:[\w.]+\.)?(\w*(?:Error|Exception|Interrupt))\b:?\s?(.*)$")
_INDENT = " " * 4


class StepLogs:
    """A stream for standard output that writes `<folder>/<step>.log` and shows what matters.

    Attributes:
        seconds: how long each step took that ended, in order.
        failed: the step that failed, if one did.
    """

    def __init__(self, folder: Path, screen: TextIO) -> None:
        """Logs in `folder`, which is there; the essence goes to `screen`."""
        self.seconds: dict[str, float] = {}
        self.failed: str | None = None
        self._folder = folder
        self._screen = screen
        self._step = ""
        self._started = 0.0
        self._file: TextIO | None = None
        self._line = ""
        self._is_in_input = False
        self._is_in_traceback = False

    def write(self, text: str) -> int:
        """Take some text, whole lines or not."""
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._take(_COLOUR.sub("", line))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back but half a line."""

    def close(self) -> None:
        """Close the last log."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def log_of(self, step: str) -> Path:
        """Where a step's log is."""
        return self._folder / f"{step}.log"

    def failure(self) -> str | None:
        """Which step failed, why as far as its log tells, and where that is."""
        if self.failed is None:
            return None
        log = self.log_of(self.failed)
        reason = last_reason(log.read_text(encoding="utf-8"))
        return f"the step {self.failed} failed: {reason}\nits log is {log}"

    def _take(self, line: str) -> None:
        if found := _STARTED.search(line):
            self._begin(found[1])
        if self._file is not None:
            self._file.write(line + "\n")
            self._file.flush()
        if (found := _ENDED.search(line)) and found[1] == self._step:
            self._end(has_failed=found[2] != "SUCCESS")
        elif line.startswith(_INDENT) and self._is_step(line.removeprefix(_INDENT)):
            self._show(f"  {line.removeprefix(_INDENT)}")

    def _begin(self, step: str) -> None:
        self.close()
        self._step, self._started = step, time.monotonic()
        self._is_in_traceback = False
        self._file = self.log_of(step).open("w", encoding="utf-8")
        self._show(f"{step}:")

    def _end(self, *, has_failed: bool) -> None:
        self.seconds[self._step] = time.monotonic() - self._started
        if has_failed:
            self.failed = self._step
        self._show(f"  {'failed' if has_failed else 'done'}, {self.seconds[self._step]:.1f} s")
        self._step = ""

    def _is_step(self, line: str) -> bool:
        """Whether a line is the step's own: not KFP's executor, which repeats its input.

        A traceback is left to the log; `failure` tells its reason.
        """
        if not self._step or not line.strip() or line.startswith("[KFP Executor"):
            return False
        if line == "{":
            self._is_in_input = True
        self._is_in_traceback |= line.startswith("Traceback (most recent call last)")
        is_own = not self._is_in_input and not self._is_in_traceback
        if line == "}":
            self._is_in_input = False
        return is_own

    def _show(self, line: str) -> None:
        # Not by print, which the runner replaces by one that indents.
        self._screen.write(line + "\n")
        self._screen.flush()


def last_reason(text: str) -> str:
    """The message of the last exception in a step's log, all its lines in one."""
    lines = text.splitlines()
    for number in range(len(lines) - 1, -1, -1):
        if found := _REASON.match(lines[number]):
            rest = [line.strip() for line in lines[number + 1 :]]
            kept = rest[: rest.index("")] if "" in rest else rest
            return " ".join([found[2] or found[1], *kept])
    return "its log gives no reason"
