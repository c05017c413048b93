"""Splits what KFP's local runner prints into one log a step, and keeps how long each step took."""

import io
import re
import time
from pathlib import Path
from typing import TextIO

_COLOUR = re.compile(r"\x1b\[\d+m")
_STARTED = re.compile(r"Executing task '([\w-]+)'")
_ENDED = re.compile(r"Task '([\w-]+)' finished with status (\w+)")
_REASON = re.compile(r"^\s*(?:[\w.]+\.)?(\w*(?:Error|Exception|Interrupt))\b:?\s?(.*)$")


class StepLogs(io.TextIOBase):
    """A text stream that passes all on and writes each step's part to `<folder>/<step>.log`."""

    def __init__(self, folder: Path, through: TextIO) -> None:
        """Logs in `folder`, which is there; everything also goes `through` that stream."""
        self.seconds: dict[str, float] = {}
        """How long each step took that ended."""
        self.failed: str | None = None
        """The step that failed."""
        self._folder = folder
        self._through = through
        self._step: str | None = None
        self._started = 0.0
        self._file: TextIO | None = None
        self._line = ""

    def write(self, text: str) -> int:
        """Take some text, whole lines or not."""
        self._through.write(text)
        self._through.flush()
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._take(_COLOUR.sub("", line))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
        self._through.flush()

    def end(self) -> None:
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
        reason = _last_reason(log.read_text(encoding="utf-8"))
        return f"the step {self.failed} failed: {reason}\nits log is {log}"

    def times(self) -> str:
        """One line with the seconds of each step."""
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in self.seconds.items())
        return f"seconds: {steps}; all {sum(self.seconds.values()):.1f}"

    def _take(self, line: str) -> None:
        if found := _STARTED.search(line):
            self.end()
            self._step, self._started = found[1], time.monotonic()
            self._file = self.log_of(found[1]).open("w", encoding="utf-8")
        if self._file is not None:
            self._file.write(line + "\n")
            self._file.flush()
        if (found := _ENDED.search(line)) and found[1] == self._step:
            self.seconds[found[1]] = time.monotonic() - self._started
            if found[2] != "SUCCESS":
                self.failed = found[1]


def _last_reason(text: str) -> str:
    """The message of the last exception in a log, all its lines."""
    lines = text.splitlines()
    for number in range(len(lines) - 1, -1, -1):
        if found := _REASON.match(lines[number]):
            rest = [line.strip() for line in lines[number + 1 :]]
            kept = rest[: rest.index("")] if "" in rest else rest
            return " ".join([found[2] or found[1], *kept])
    return "its log gives no reason"
