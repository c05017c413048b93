"""What manifests and charts start is in the image that they start it from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docker.build_context import build_context
from tests.docker.dockerfile import IMAGES, ROOT

MANIFESTS = sorted(path for path in (ROOT / "k8s").rglob("*.yaml"))


def containers(node: Any) -> Iterator[dict[str, Any]]:
    """Every object below a node that names one of our images."""
    if isinstance(node, dict):
        if str(node.get("image", "")).startswith("modiste/"):
            yield node
        for value in node.values():
            yield from containers(value)
    elif isinstance(node, list):
        for value in node:
            yield from containers(value)


def started(manifests: list[Path]) -> set[tuple[str, str]]:
    """Image and module of every `python -m` in these files."""
    return {
        (container["image"].partition(":")[0].removeprefix("modiste/"), container["command"][2])
        for path in manifests
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        for container in containers(document)
        if container.get("command", [])[:2] == ["python", "-m"]
    }


def test_manifests_start_the_service_and_the_migrations_from_the_serving_image() -> None:
    assert {("serving", "serving.main"), ("serving", "serving.migrate")} <= started(MANIFESTS)


@pytest.mark.parametrize(("image", "module"), sorted(started(MANIFESTS)))
def test_what_a_manifest_starts_is_in_its_image(image: str, module: str) -> None:
    assert image in IMAGES
    path = module.replace(".", "/")
    assert {f"{path}.py", f"{path}/__main__.py"} & set(build_context(image))
