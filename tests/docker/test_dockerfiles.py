"""The Dockerfiles: lint, pins, and that all they name is there."""

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docker.build_context import build_context, copied
from tests.docker.dockerfile import IMAGES, ROOT, path_of, read_dockerfile

PIN = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==[0-9][0-9a-z.]*")
images = pytest.mark.parametrize("image", IMAGES)


def test_each_folder_of_docker_is_an_image_that_is_tested() -> None:
    assert {path.parent.name for path in (ROOT / "docker").glob("*/Dockerfile")} == set(IMAGES)


@images
def test_hadolint_finds_nothing(image: str) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    command: list[str | Path] = [
        hadolint,
        "--no-color",
        "--failure-threshold",
        "style",
        path_of(image),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@images
def test_every_stage_starts_from_the_one_pinned_base_that_an_argument_can_replace(
    image: str,
) -> None:
    dockerfile = read_dockerfile(image)
    assert set(dockerfile.stages.values()) == {"${PYTHON_IMAGE}"}
    base = dockerfile.arguments["PYTHON_IMAGE"]
    assert re.fullmatch(r"docker\.io/library/python:3\.11\.\d+-slim-[a-z]+(@sha256:\w{64})?", base)


def test_the_images_have_one_base() -> None:
    assert len({read_dockerfile(image).arguments["PYTHON_IMAGE"] for image in IMAGES}) == 1


@images
def test_it_runs_as_a_numbered_user_that_is_not_root(image: str) -> None:
    assert read_dockerfile(image).all("USER") == ["65532:65532"]


@images
def test_every_copy_takes_something_of_the_build_context(image: str) -> None:
    dockerfile = read_dockerfile(image)
    for copy in dockerfile.copies:
        if copy.stage is None:
            assert [name for name in copy.sources if not copied(image, name)] == []
        else:
            assert copy.stage in dockerfile.stages
            assert list(copy.sources) == [copy.target]


@images
def test_the_build_context_holds_nothing_that_is_not_copied(image: str) -> None:
    taken = {
        path
        for copy in read_dockerfile(image).copies
        if copy.stage is None
        for source in copy.sources
        for path in copied(image, source)
    }
    assert set(build_context(image)) == taken
    assert [path for path in taken if "__pycache__" in path or "/." in f"/{path}"] == []


@images
def test_the_module_that_it_starts_is_in_it(image: str) -> None:
    python, option, module = read_dockerfile(image).command[:3]
    assert (python, option) == ("python", "-m")
    assert find_spec(module) is not None
    assert module.replace(".", "/") + ".py" in build_context(image)


@images
def test_it_installs_the_lock_of_its_extra_and_nothing_beside_it(image: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert image in extras["optional-dependencies"]
    (run,) = [text for text in read_dockerfile(image).all("RUN") if " install " in text]
    assert f"--requirement /build/{image}.txt" in run
    assert {"--no-deps", "--only-binary=:all:", "--no-compile"} <= set(run.split())
    assert run.endswith("check")


@pytest.mark.parametrize("lock", ["serving", "training", "training-cuda"])
def test_a_lock_pins_every_package_to_one_version(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    names = [line.partition("==")[0] for line in lines]
    assert len(names) == len(set(names))


def test_cuda_is_locked_apart_from_what_every_machine_installs() -> None:
    plain, cuda = (
        {line.partition("==")[0] for line in (ROOT / "requirements" / name).read_text().split()}
        for name in ("training.txt", "training-cuda.txt")
    )
    assert plain & cuda == set()
    assert {"triton", "nvidia-nccl-cu13", "nvidia-cudnn-cu13"} <= cuda
    assert [name for name in plain if re.match(r"nvidia-(cu|nv|nccl)|triton$|cuda-", name)] == []


def test_the_folder_is_not_taken_for_the_docker_sdk() -> None:
    code = "from kfp.local import task_dispatcher as t; print(t._DOCKER_AVAILABLE)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout, done.returncode) == ("False\n", 0), done.stderr
