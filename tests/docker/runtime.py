"""Runs what an image holds as the image would: its variables, folder and user."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docker.dockerfile import read_dockerfile

USER = 65532
NOWHERE = {
    "MODISTE_DATABASE_URL": "postgresql://modiste:secret@127.0.0.1:1/modiste",
    "MODISTE_OBJECTS": "file:///tmp",
    "MODISTE_PORT": "0",
}
TRANSFORMER = "serving.transformer"
IMPORT_ALL = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """An image's content laid out on this machine."""

    image: str
    """`serving` or `training`."""
    app: Path
    """What the image has in /app."""
    python: Path
    """The interpreter, with the packages, that stands for the image's."""
    scratch: Path
    """What the image has at /tmp, and its home."""
    as_nobody: bool = False
    """Run as the image's user; that takes root, and an interpreter which others may read."""

    @property
    def modules(self) -> list[str]:
        """Every module of ours in the image, by name; Triton's own models are not imported."""
        paths = [path.relative_to(self.app) for path in self.app.rglob("*.py")]
        kept = [path for path in paths if path.parts[0] != "model_repository"]
        names = [".".join(path.with_suffix("").parts) for path in kept if path.stem != "__main__"]
        return sorted(name.removesuffix(".__init__") for name in names)

    def environment(self) -> dict[str, str]:
        """The image's variables with this machine's folders, and nothing of ours beside them."""
        given = read_dockerfile(self.image).environment
        places = {"/app": str(self.app), "/tmp": str(self.scratch)}
        shown = {name: places.get(value, value) for name, value in given.items()}
        path = f"{self.python.parent}:{os.environ['PATH']}"
        return {**shown, "PATH": path, "TMPDIR": str(self.scratch)}

    def run(self, *command: str | Path) -> str:
        """Run to the end; what it printed."""
        process = self._start(command, stdout=subprocess.PIPE)
        printed, said = process.communicate(timeout=240)
        assert process.returncode == 0, f"{command} ended with {process.returncode}: {said}"
        return printed

    def import_everything(self) -> None:
        """Import every module that the image starts, each room in a process of its own.

        kserve and tritonclient register the same protobuf names and cannot share a process: of
        ours, the transformer and the components have kserve, the rest of `serving` the other.
        """
        rooms: dict[str, list[str]] = {}
        called = self.called_of_serving()
        for name in self.modules:
            if self.image == "training" and name.startswith("serving.") and name not in called:
                continue  # The API and the transformer start from the other image.
            room = TRANSFORMER if name.startswith(TRANSFORMER) else name.partition(".")[0]
            rooms.setdefault(room, []).append(name)
        for names in rooms.values():
            self.run(self.python, "-c", IMPORT_ALL, *names)

    def called_of_serving(self) -> set[str]:
        """The commands of `serving` that the components run."""
        sources = [path.read_text("utf-8") for path in (self.app / "components").glob("*.py")]
        return {name for text in sources for name in re.findall(r'"(serving\.[a-z_]+)"', text)}

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The image's own command, once it listens; its address. It has to end well on SIGTERM."""
        command = [str(self.python), *read_dockerfile(self.image).command[1:]]
        process = self._start(command, variables=NOWHERE)
        try:
            assert process.stderr is not None
            yield str(_first_line(process.stderr.readline())["url"]).rstrip("/")
            process.terminate()
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
            process.communicate()

    def _start(
        self,
        command: Sequence[str | Path],
        *,
        stdout: int | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            cwd=self.app,
            env={**self.environment(), **(variables or {})},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            user=USER if self.as_nobody else None,
            group=USER if self.as_nobody else None,
            extra_groups=[] if self.as_nobody else None,
        )


def train_two_steps(runtime: Runtime, *launcher: str | Path, items: Path, out: Path) -> int:
    """Train as the image would; how many steps it says it took."""
    settings = ("batch_size=32", "min_steps=2", "epochs=1")
    options = [word for setting in settings for word in ("--set", setting)]
    command = (*launcher, "-m", "training.train", "--preset", "smoke", *options)
    printed = runtime.run(*command, "--items", items, "--out", out)
    return int(json.loads(printed.splitlines()[-1])["steps"])


def files_under(folder: Path) -> dict[str, int]:
    """Every file below a folder, with its time of change."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def _first_line(line: str) -> dict[str, Any]:
    assert line.startswith("{"), f"expected the log's first line, got {line!r}"
    record: dict[str, Any] = json.loads(line)
    assert record["message"] == "listening", record
    return record
