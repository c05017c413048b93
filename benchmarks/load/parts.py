"""What each part of the stack takes of the machine: memory and processor time, from /proc."""

import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

WITH_A_CACHE = ("postgres",)
"""Parts whose shared memory is a cache of a fixed size: that it fills is no growth."""

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
MIB = 2**20

_FIELD = re.compile(r"^(\w+): +(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One look at all parts."""

    at: float
    """Seconds since the epoch."""
    bytes_: Mapping[str, int]
    """Memory of each part: pages of its own, and its share of those that several processes have."""
    cpu_s: Mapping[str, float]
    """Processor time of each part since its processes began."""


class Sampler(threading.Thread):
    """Looks at the parts again and again until it is stopped."""

    def __init__(self, roots: Callable[[], Mapping[str, int]], *, period_s: float = 1.0) -> None:
        """Watch parts.

        Args:
            roots: process id of each part by name; its descendants belong to it.
            period_s: between two looks.
        """
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self._roots, self._period_s = roots, period_s
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while True:
            self.samples.append(sample(self._roots()))
            if self._stop_asked.wait(self._period_s):
                return

    def stop(self) -> list[Sample]:
        """Everything that was seen."""
        self._stop_asked.set()
        self.join()
        return self.samples


def sample(roots: Mapping[str, int]) -> Sample:
    """Look at the parts once."""
    children = _children()
    trees = {name: _tree(pid, children) for name, pid in roots.items()}
    return Sample(
        at=time.time(),
        bytes_={
            name: sum(_memory(pid, shared=name not in WITH_A_CACHE) for pid in tree)
            for name, tree in trees.items()
        },
        cpu_s={name: sum(map(_cpu, tree)) for name, tree in trees.items()},
    )


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def _tree(pid: int, children: Mapping[int, list[int]]) -> list[int]:
    return [pid, *(found for child in children.get(pid, ()) for found in _tree(child, children))]


def _memory(pid: int, *, shared: bool) -> int:
    """Proportional set size in bytes, with or without shared memory; 0 for one that is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    kib = {name: int(value) for name, value in _FIELD.findall(text)}
    return 1024 * (kib["Pss"] - (0 if shared else kib["Pss_Shmem"]))


def _cpu(pid: int) -> float:
    """Seconds in user and system mode, those of waited-for children too; 0 if it is gone."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS_PER_S if fields else 0.0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; the name before may hold anything."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
