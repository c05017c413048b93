"""Artifacts as KFP's executor hands them to a component: a name, a place, metadata."""

from pathlib import Path
from typing import Any

from kfp import dsl


def artifact(path: Path, kind: Any = dsl.Artifact) -> Any:
    """An artifact of a kind at a local path, which need not be there yet."""
    return kind(name=path.name, uri=str(path))
