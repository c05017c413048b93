"""What runs below a data folder: finding stacks, reading their state, stopping them."""

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.locks import holder
from local.ports import PortBook
from local.postgres import cluster_tag
from local.processes import is_alive, kill_all, processes_of
from local.seaweedfs import remove_sockets
from local.stack import read_json
from local.supervisor import LOCK
from local.triton import remove_shared_memory

STOP_TIMEOUT_S = 45.0


@dataclass(frozen=True, kw_only=True)
class Running:
    """A stack whose supervisor lives."""

    folder: Path
    """Its data folder."""
    pid: int
    """Its supervisor."""
    state: Mapping[str, Any]
    """What the supervisor last wrote; empty if it has only just started."""

    @property
    def parts(self) -> Mapping[str, Mapping[str, Any]]:
        """The report on each part."""
        parts: Mapping[str, Mapping[str, Any]] = self.state.get("parts", {})
        return parts

    @property
    def failed(self) -> list[str]:
        """Names of the parts that were given up."""
        return [name for name, report in self.parts.items() if report["state"] == "failed"]

    @property
    def missing(self) -> list[str]:
        """Names of the parts that do not answer now."""
        return [n for n, report in self.parts.items() if report["state"] not in ("ready", "done")]


def stack_folders(data: Path) -> list[Path]:
    """Every stack's folder below the data folder, running or not."""
    return sorted(path.parent for path in data.glob("*/stack.json"))


def look_at(folder: Path) -> Running | None:
    """The stack of a folder, or None where no supervisor lives."""
    pid = holder(folder / LOCK)
    if pid is None:
        return None
    state = read_json(folder / "state.json")
    # A state that an earlier supervisor wrote says nothing about this one.
    return Running(folder=folder, pid=pid, state=state if state.get("pid") == pid else {})


def running_stacks(data: Path) -> list[Running]:
    """All stacks that run."""
    found = (look_at(folder) for folder in stack_folders(data))
    return [running for running in found if running is not None]


def stop_stack(folder: Path) -> list[int]:
    """Stop a stack in good order and kill what is left; returns the ids that ran before.

    Its data stay. Nothing happens where nothing runs.

    Raises:
        TimeoutError: something outlived SIGKILL.
    """
    tag = cluster_tag(folder)
    before = processes_of(folder, tag=tag)
    pid = holder(folder / LOCK)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
    kill_all(folder, tag=tag)
    _remove_traces(PortBook(folder / "ports.json"))
    return before


def _remove_traces(book: PortBook) -> None:
    """Remove what killed servers left outside of the stack's folder."""
    for part, ports in book.known().items():
        if part == "seaweedfs":
            remove_sockets(ports)
        elif part.startswith("triton-"):
            remove_shared_memory(ports)
