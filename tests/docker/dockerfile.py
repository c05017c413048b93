"""Reads a Dockerfile of ours: what the tests ask of it, not the whole language."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ("serving", "training")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A `COPY`: from the build context, or from another stage."""

    sources: tuple[str, ...]
    target: str
    stage: str | None
    """The stage that it copies from; None: the build context."""


@dataclass(frozen=True, kw_only=True)
class Dockerfile:
    """The instructions of one file, in their order, variables not replaced."""

    instructions: tuple[tuple[str, str], ...]

    @property
    def stages(self) -> dict[str, str]:
        """What each stage starts from, by name."""
        pairs = [text.split(" AS ") for text in self.all("FROM")]
        return {name: base for base, name in pairs}

    @property
    def copies(self) -> list[Copy]:
        """Every COPY of every stage."""
        return [_copy(text) for text in self.all("COPY")]

    @property
    def arguments(self) -> dict[str, str]:
        """Build arguments and their defaults."""
        return dict(text.split("=", 1) for text in self.all("ARG") if "=" in text)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that are set in the image."""
        words = [word for text in self.all("ENV") for word in shlex.split(text)]
        return dict(word.split("=", 1) for word in words)

    @property
    def labels(self) -> dict[str, str]:
        """The image's labels."""
        words = [word for text in self.all("LABEL") for word in shlex.split(text)]
        return dict(word.split("=", 1) for word in words)

    @property
    def command(self) -> list[str]:
        """ENTRYPOINT and CMD, both in their JSON form."""
        return [word for name in ("ENTRYPOINT", "CMD") for word in json.loads(self.all(name)[-1])]

    def all(self, name: str) -> list[str]:
        """What follows each instruction of this name."""
        return [text for found, text in self.instructions if found == name]


def path_of(image: str) -> Path:
    """The Dockerfile of an image."""
    return ROOT / "docker" / image / "Dockerfile"


def read_dockerfile(image: str) -> Dockerfile:
    """An image's Dockerfile."""
    text = path_of(image).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    parts = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return Dockerfile(instructions=tuple((name, text.strip()) for name, _, text in parts))


def _copy(text: str) -> Copy:
    words = shlex.split(text)
    stages = [word.removeprefix("--from=") for word in words if word.startswith("--from=")]
    paths = [word for word in words if not word.startswith("--")]
    return Copy(sources=tuple(paths[:-1]), target=paths[-1], stage=stages[0] if stages else None)
