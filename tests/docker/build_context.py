"""What a build would see and an image would hold, without a container engine."""

import os
import re
import shutil
from pathlib import Path

from tests.docker.dockerfile import ROOT, path_of, read_dockerfile


def build_context(image: str) -> list[str]:
    """The files that BuildKit is sent for an image, relative to the root, sorted."""
    ignore_file = path_of(image).with_name("Dockerfile.dockerignore")
    rules = _rules(ignore_file.read_text(encoding="utf-8"))
    return sorted(path for path in _files_of_the_checkout() if not _is_ignored(path, rules))


def assemble(image: str, app: Path) -> Path:
    """Put into `app` what the image holds in /app."""
    for copy in read_dockerfile(image).copies:
        if copy.stage is None and copy.target.startswith("/app/"):
            for source in copy.sources:
                _copy_into(image, source, copy.target, app)
    return app


def copied(image: str, source: str) -> list[str]:
    """The files of the build context that a COPY of `source` takes."""
    name = source.rstrip("/")
    return [path for path in build_context(image) if path == name or path.startswith(f"{name}/")]


def _copy_into(image: str, source: str, target: str, app: Path) -> None:
    folder = app / target.removeprefix("/app/")
    for path in copied(image, source):
        inside = Path(path).name if path == source else Path(path).relative_to(source)
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / inside)


def _files_of_the_checkout() -> list[str]:
    paths: list[str] = []
    for folder, names, files in os.walk(ROOT):
        if Path(folder) == ROOT:
            names[:] = sorted(set(names) - {".git", ".venv", ".modiste", "build"})
        paths += [Path(folder, name).relative_to(ROOT).as_posix() for name in files]
    return paths


def _rules(text: str) -> list[tuple[bool, re.Pattern[str]]]:
    """The lines as (keeps, what it matches), in their order; the last that matches decides."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return [(line.startswith("!"), _pattern(line.lstrip("!"))) for line in lines]


def _pattern(glob: str) -> re.Pattern[str]:
    """A pattern of a .dockerignore: `**` any folders, `*` and `?` within a name, and all below."""
    known = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*|\?)", glob)
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts) + "(?:/.*)?")


def _is_ignored(path: str, rules: list[tuple[bool, re.Pattern[str]]]) -> bool:
    ignored = False
    for keeps, pattern in rules:
        if pattern.fullmatch(path):
            ignored = not keeps
    return ignored
