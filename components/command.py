"""Runs an entry point, `python -m module ...`, for a component: log shown, failure clear."""

import json
import subprocess
import sys
import tempfile
from collections import deque
from typing import IO, Any

TAIL_LINES = 12
"""Lines of a failed command's log that its error repeats."""


class StepFailedError(RuntimeError):
    """A command ended with another code than 0.

    Attributes:
        module: what was run.
        returncode: how it ended; -9 where it was killed by signal 9.
        tail: the end of what it wrote to standard error.
    """

    def __init__(self, module: str, returncode: int, tail: str) -> None:
        """`module` ended with `returncode` after it said `tail`."""
        super().__init__(f"{module} ended with {returncode}: {tail or 'it gave no reason'}")
        self.module = module
        self.returncode = returncode
        self.tail = tail


def run(module: str, *arguments: object) -> str:
    """Run `python -m module arguments` and return what it printed.

    Its standard error is passed on as it comes, what it printed at the end.

    Raises:
        StepFailedError: it ended with another code than 0.
    """
    text = output_of(module, *arguments)
    print(text, end="", flush=True)
    return text


def run_json(module: str, *arguments: object) -> dict[str, Any]:
    """Run a command whose last printed line is a JSON object, and return that.

    Raises:
        StepFailedError: it ended with another code than 0, or printed something else.
    """
    last = output_of(module, *arguments).rstrip("\n").rpartition("\n")[2]
    try:
        document = json.loads(last)
    except ValueError as error:
        raise StepFailedError(module, 0, f"expected a line of JSON, got {last!r:.80}") from error
    if not isinstance(document, dict):
        raise StepFailedError(module, 0, f"expected a JSON object, got {last!r:.80}")
    return document


def output_of(module: str, *arguments: object) -> str:
    """What `python -m module arguments` prints, not shown; its standard error is passed on.

    Raises:
        StepFailedError: it ended with another code than 0.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        with subprocess.Popen(
            command, stdout=printed, stderr=subprocess.PIPE, text=True, errors="replace"
        ) as process:
            assert process.stderr is not None
            tail = _show(process.stderr)
        printed.seek(0)
        text = printed.read()
    if process.returncode != 0:
        raise StepFailedError(module, process.returncode, tail)
    return text


def _show(stream: IO[str]) -> str:
    """Pass lines on as they come; returns the last of them."""
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    for line in stream:
        print(line, end="", file=sys.stderr, flush=True)
        if line.strip():
            tail.append(line.rstrip())
    return "\n".join(tail)
