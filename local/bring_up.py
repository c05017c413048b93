"""Getting the parts of one stack to run, and waiting for them with a limit and a name."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from local.catalogue import Catalogue
from local.generations import part_name
from local.part import LocalError, WrongInput
from local.ports import http_get, is_free, next_free
from local.processes import STACK_VARIABLE, base_environment, log_tail
from local.running import Running, look_at, running_stacks, stack_folders, stop_stack
from local.stack import ROOT, StackConfig, load_stack, read_json

DEFAULT_PORT = 8080
PARTS_TIMEOUT_S = 120.0
READY_TIMEOUT_S = 90.0
BASE = ("postgres", "seaweedfs", "migrate", "api")


def stop_others(data: Path, folder: Path, *, port: int | None) -> None:
    """Stop the stacks of other catalogues; their data stay.

    Args:
        data: folder of all stacks.
        folder: the stack that is to run.
        port: the API's port, if one was asked for.

    Raises:
        WrongInput: the port is taken by something that is not ours to stop; nothing was stopped.
    """
    for left in stack_folders(data.resolve()):
        if look_at(left) is None:
            # What a killed supervisor's parts have not ended of themselves yet.
            stop_stack(left)
    running = running_stacks(data.resolve())
    ours = {load_stack(other.folder).port for other in running}
    if port is not None and port not in ours and not is_free(port):
        raise WrongInput(
            f"PORT: expected a free port, got {port}, on which another program listens; "
            "end that, give another PORT, or leave it out for any free one"
        )
    for other in running:
        if other.folder != folder:
            _say(f"stopping the stack of {load_stack(other.folder).catalogue}; its data stay")
            stop_stack(other.folder)


def ensure_parts(
    folder: Path, catalogue: Catalogue, *, port: int | None, api_command: tuple[str, ...] | None
) -> StackConfig:
    """Find the stack's supervisor or start one, and wait until its parts answer.

    Raises:
        LocalError: a part failed or did not answer in time; named, with the end of its log.
    """
    running = look_at(folder)
    if running is not None and (reason := _reason_to_restart(running, port)):
        _say(f"stopping the stack of {catalogue.path}: {reason}")
        stop_stack(folder)
        running = None
    if running is None:
        _start(folder, catalogue, port, api_command)
    stack = load_stack(folder)
    _wait(lambda: _not_answering(folder), stack, BASE, PARTS_TIMEOUT_S)
    return stack


def wait_until_ready(stack: StackConfig, generation: str) -> None:
    """Wait until the API says that it can do its work with the generation in use.

    Raises:
        LocalError: it does not in time; with what it says, and the parts that are not well.
    """
    needed = (*BASE, part_name(generation))
    _wait(lambda: _not_ready(stack), stack, needed, READY_TIMEOUT_S)


def _reason_to_restart(running: Running, port: int | None) -> str | None:
    if running.failed:
        return f"{', '.join(running.failed)} failed there"
    if port is not None and port != load_stack(running.folder).port:
        return f"port {port} is wanted"
    return None


def _start(
    folder: Path, catalogue: Catalogue, port: int | None, api_command: tuple[str, ...] | None
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stack = StackConfig(folder=folder, catalogue=catalogue.path, port=choose_port(folder, port))
    if api_command is not None:
        stack = replace(stack, api_command=api_command)
    stack.save()
    stack.logs.mkdir(exist_ok=True)
    _say(f"starting PostgreSQL, SeaweedFS and the API; data and logs are in {folder}")
    with (stack.logs / "supervisor.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "local.supervisor", "--stack", str(folder), "--detach"],
            cwd=ROOT,
            env={**base_environment(), "PYTHONPATH": str(ROOT), STACK_VARIABLE: str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )


def choose_port(folder: Path, port: int | None) -> int:
    """The API's port: the one asked for, else that of the last time if it is free, else the next.

    Args:
        folder: the stack.
        port: the port asked for, which `stop_others` has looked at.
    """
    if port is not None:
        return port
    first = int(read_json(folder / "stack.json").get("port", DEFAULT_PORT))
    if is_free(first):
        return first
    found = next_free(max(first, DEFAULT_PORT))
    _say(f"port {first} is taken by another program; the API gets {found}")
    return found


def _wait(
    reason: Callable[[], str | None], stack: StackConfig, needed: Sequence[str], timeout_s: float
) -> None:
    """Wait until there is no reason to wait any more; meanwhile what is needed must not fail."""
    deadline = time.monotonic() + timeout_s
    # A new supervisor takes a moment until it holds its lock.
    grace = time.monotonic() + 10.0
    while (missing := reason()) is not None:
        running = look_at(stack.folder)
        if running is None and time.monotonic() > grace:
            raise LocalError(_with_log("the supervisor is gone", stack.logs / "supervisor.log"))
        failed = [name for name in running.failed if name in needed] if running else []
        if running is not None and failed:
            raise LocalError(_describe(running, failed, "failed"))
        if time.monotonic() > deadline:
            raise LocalError(f"{_missing(running)} after {timeout_s:g} s: {missing}")
        time.sleep(0.1)


def _not_answering(folder: Path) -> str | None:
    running = look_at(folder)
    if running is None or not running.parts:
        return "the supervisor does not run yet"
    waiting = [name for name in BASE if name in running.missing]
    return f"waiting for {', '.join(waiting)}" if waiting else None


def _not_ready(stack: StackConfig) -> str | None:
    try:
        status, body = http_get(stack.port, "/readyz")
    except OSError as error:
        return str(error)
    return None if status == 200 else f"{stack.url}/readyz answers {status}: {body[:1000]}"


def _missing(running: Running | None) -> str:
    if running is None or not running.missing:
        return "the stack is not ready"
    return _describe(running, running.missing, "is not ready") + "\nThe stack is not ready"


def _describe(running: Running, names: list[str], verb: str) -> str:
    texts = []
    for name in names:
        report = running.parts[name]
        text = f"{name} {verb}: {report.get('reason', report['state'])}"
        texts.append(_with_log(text, Path(report["log"])) if "log" in report else text)
    return "\n".join(texts)


def _with_log(text: str, log: Path) -> str:
    return f"{text}; the end of {log}:\n{log_tail(log)}"


def _say(text: str) -> None:
    print(text, flush=True)
