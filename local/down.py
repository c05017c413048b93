"""`make down`: stops everything that `make up` started; the data stay.

    python -m local.down [--data DIR]

Exit codes: 0 nothing runs any more; 1 something would not end.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from local.locks import LockTaken, holder, locked
from local.processes import is_alive
from local.running import stack_folders, stop_stack
from local.stack import ROOT, load_stack
from local.up import UP_LOCK

_UP_TIMEOUT_S = 20.0


def down(data: Path) -> None:
    """Stop a `make up` that is at work, and every stack below the data folder.

    Raises:
        TimeoutError: something outlived SIGKILL.
        LockTaken: another `make up` was started at the same moment.
    """
    if not data.is_dir():
        _say("nothing runs")
        return
    _interrupt_up(data / UP_LOCK)
    with locked(data / UP_LOCK, _UP_TIMEOUT_S):
        stopped = [folder for folder in stack_folders(data.resolve()) if stop_stack(folder)]
    for folder in stopped:
        _say(f"stopped the stack of {load_stack(folder).catalogue}; its data stay in {folder}")
    if not stopped:
        _say("nothing runs")


def _interrupt_up(lock: Path) -> None:
    pid = holder(lock)
    if pid is None:
        return
    _say(f"stopping the `make up` that is at work (process {pid})")
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _UP_TIMEOUT_S
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    if is_alive(pid):
        os.kill(pid, signal.SIGKILL)


def _say(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.down")
    parser.add_argument("--data", type=Path, default=ROOT / ".modiste", help="folder of all stacks")
    try:
        down(parser.parse_args(arguments).data)
    except (LockTaken, TimeoutError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
