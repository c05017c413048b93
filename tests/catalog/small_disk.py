"""A disk that is really full: a small tmpfs where we may mount one, or a bound on files."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

KINDS = ("tmpfs", "rlimit")


@dataclass
class SmallDisk:
    """A folder with little room.

    Attributes:
        folder: the folder.
        max_file_bytes: how large files may become there, for `run`; None where the disk says so.
    """

    folder: Path
    max_file_bytes: int | None = None

    def enlarge(self) -> None:
        """Room enough from now on."""
        if self.max_file_bytes is None:
            _mount("-o", "remount,size=512m", str(self.folder))
        self.max_file_bytes = None

    def names(self) -> set[str]:
        """What lies in it, hidden files too."""
        return set(os.listdir(self.folder))


@contextmanager
def small_disk(kind: str, folder: Path, num_kib: int) -> Iterator[SmallDisk]:
    """A disk of some KiB at `folder`; skips the test where this kind of one cannot be had."""
    folder.mkdir()
    if kind == "rlimit":
        yield SmallDisk(folder=folder, max_file_bytes=num_kib * 1024)
        return
    if not _mount("-t", "tmpfs", "-o", f"size={num_kib}k", "tmpfs", str(folder)):
        pytest.skip("a small tmpfs cannot be mounted here; RLIMIT_FSIZE stands for it")
    try:
        yield SmallDisk(folder=folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _mount(*arguments: str) -> bool:
    """Whether the system lets us mount."""
    try:
        return subprocess.run(["mount", *arguments], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
