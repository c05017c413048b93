"""`make images`: what it asks a container engine for, and what it says where there is none."""

import subprocess
from pathlib import Path

from tests.docker.dockerfile import IMAGES, ROOT


def make_images(*variables: str) -> "subprocess.CompletedProcess[str]":
    """`make images` with these variables."""
    command = ["make", "--no-print-directory", "images", *variables]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def engine(folder: Path) -> Path:
    """A program in place of docker: it writes down what it is asked."""
    program = folder / "engine"
    program.write_text(f'#!/bin/sh\necho "$*" >> "{folder}/asked"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def test_each_image_is_built_from_the_root_with_its_dockerfile(tmp_path: Path) -> None:
    done = make_images(f"DOCKER={engine(tmp_path)}")
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    builds = [line.split() for line in asked if line.startswith("build ")]
    assert [line[line.index("--file") + 1] for line in builds] == [
        f"docker/{image}/Dockerfile" for image in IMAGES
    ]
    assert {line[-1] for line in builds} == {"."}


def test_a_registry_and_a_base_can_be_given(tmp_path: Path) -> None:
    base = f"docker.io/library/python:3.11.15-slim-trixie@sha256:{'0' * 64}"
    given = (f"DOCKER={engine(tmp_path)}", "REGISTRY=registry.example/", f"PYTHON_IMAGE={base}")
    done = make_images(*given)
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked.count(f"--build-arg PYTHON_IMAGE={base} ") == len(IMAGES)
    assert asked.count("--tag registry.example/modiste/") == len(IMAGES)


def test_without_a_running_engine_the_remedy_is_named() -> None:
    done = make_images("DOCKER=no-such-engine")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "error: DOCKER: expected a running container engine, got no answer to "
        "'no-such-engine version'; start it, or give another, as in make images DOCKER=podman\n"
    )
