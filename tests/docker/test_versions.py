"""One version: that of pyproject.toml is the one of every image that is named anywhere."""

import re
import subprocess
import tomllib

import pytest
import yaml

from components.image import TRAINING_IMAGE
from tests.docker.dockerfile import IMAGES, ROOT, read_dockerfile

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
NAMED = re.compile(r"modiste/(?:serving|training):(\d[\w.-]*\w)")


def files_that_name_an_image() -> dict[str, set[str]]:
    """The versions that files of the project give to our images, by file."""
    rooms = ("components", "docker", "docs", "helm", "k8s", "pipelines", "tests/pipelines/golden")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()]
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8", errors="replace")
        for path in [*paths, ROOT / "README.md"]
        if path.suffix != ".pyc"
    }
    found = {name: set(NAMED.findall(text)) for name, text in texts.items()}
    return {name: versions for name, versions in found.items() if versions}


def test_every_file_that_names_an_image_names_this_version() -> None:
    found = files_that_name_an_image()
    assert {"components/image.py", "README.md", "docker/README.md"} <= set(found)
    assert {name: versions for name, versions in found.items() if versions != {VERSION}} == {}


def test_the_components_run_in_the_training_image_of_this_version() -> None:
    assert f"modiste/training:{VERSION}" == TRAINING_IMAGE


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_is_labelled_with_this_version(image: str) -> None:
    dockerfile = read_dockerfile(image)
    assert dockerfile.arguments["VERSION"] == VERSION
    assert dockerfile.labels["org.opencontainers.image.version"] == "${VERSION}"
    assert dockerfile.labels["org.opencontainers.image.title"] == f"modiste/{image}"


def test_a_chart_installs_the_images_of_this_version() -> None:
    charts = [yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob("helm/*/Chart.yaml")]
    assert {chart["appVersion"] for chart in charts} <= {VERSION}


def test_make_images_names_them_with_this_version() -> None:
    command = ["make", "--no-print-directory", "--dry-run", "images"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert NAMED.findall(done.stdout) == [VERSION] * len(IMAGES)
