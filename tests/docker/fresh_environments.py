"""Each image's own build, without a container engine, and then its entry points from that.

Not among the tests of `make test`, since it installs hundreds of packages: `make check-images`. The
RUN lines are the Dockerfile's own, with folders of this machine in place of the image's. One
thing differs: where pip finds a CPU build of torch, that is taken, and CUDA's packages are not.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.docker.build_context import assemble
from tests.docker.dockerfile import ROOT, read_dockerfile
from tests.docker.runtime import USER, Runtime, files_under, train_two_steps
from tests.training.small_run import small_items, write_items_dir

pytestmark = pytest.mark.timeout(1200)

NUMPY = "import numpy; print(numpy.__version__.partition('.')[0])"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that another user may read, which those of pytest are not."""
    path = Path(tempfile.mkdtemp(prefix="modiste-images-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def serving_image(folder: Path) -> Runtime:
    return build("serving", folder / "serving")


@pytest.fixture(scope="module")
def training_image(folder: Path) -> Runtime:
    return build("training", folder / "training", first=("torch==2.13.0",))


def build(image: str, folder: Path, *, first: tuple[str, ...] = ()) -> Runtime:
    """What the Dockerfile's builder makes, with packages that are installed before its lock."""
    locks = folder / "build"
    shutil.copytree(ROOT / "requirements", locks)
    (locks / "training-cuda.txt").write_text("", encoding="utf-8")
    assemble(image, folder / "app")
    for text in read_dockerfile(image).all("RUN"):
        venv, and_then, rest = text.partition(" && ")
        if first and " -m venv " in venv:
            shell(venv, folder)
            shell(f"pip --python /opt/venv/bin/python install {' '.join(first)}", folder)
            shell(rest, folder)
        else:
            shell(venv + and_then + rest, folder)
    scratch = folder / "tmp"
    scratch.mkdir()
    scratch.chmod(0o777)
    python = folder / "venv/bin/python"
    as_nobody = others_can_run(python)
    print(f"{image}: runs as {USER if as_nobody else os.geteuid()}")
    return Runtime(
        image=image, app=folder / "app", python=python, scratch=scratch, as_nobody=as_nobody
    )


def others_can_run(python: Path) -> bool:
    """Whether we may become the image's user, and Python does not lie where that cannot look."""
    command = (str(python), "-V")
    try:
        return not subprocess.run(command, user=USER, group=USER, extra_groups=[]).returncode
    except PermissionError:
        return False


def shell(text: str, folder: Path) -> None:
    """Run a line of the builder's, its folders within `folder`."""
    text = re.sub(r"(?<![\w.-])/(?:opt/)?(venv|build|app)\b", rf"{folder}/\1", text)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path}
    done = subprocess.run(
        ["sh", "-ec", text],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=1000,
    )
    assert done.returncode == 0, f"{text}: {done.stdout[-3000:]}"


def test_the_serving_image_answers_healthz_from_its_own_lock(serving_image: Runtime) -> None:
    before = files_under(serving_image.app)
    with serving_image.serving() as url:
        assert httpx.get(f"{url}/healthz").status_code == 200
    assert files_under(serving_image.app) == before


def test_every_module_of_the_serving_image_imports_from_its_own_lock(
    serving_image: Runtime,
) -> None:
    serving_image.import_everything()
    assert serving_image.run(serving_image.python, "-c", NUMPY) == "2\n"


def test_the_training_image_trains_two_steps_under_torchrun_from_its_own_lock(
    training_image: Runtime,
) -> None:
    place = training_image.scratch
    items = write_items_dir(place / "items", small_items(90))
    (place / "work").mkdir()
    (place / "work").chmod(0o777)
    before = files_under(training_image.app)
    torchrun = training_image.python.with_name("torchrun")
    launcher = (torchrun, "--standalone", "--nproc-per-node=2")
    out = place / "work/run"
    assert train_two_steps(training_image, *launcher, items=items, out=out) == 2
    assert files_under(training_image.app) == before


def test_every_module_of_the_training_image_imports_from_its_own_lock(
    training_image: Runtime,
) -> None:
    training_image.import_everything()
    assert training_image.run(training_image.python, "-c", NUMPY) == "2\n"
    compiled = training_image.scratch / "work/pipelines"
    training_image.run(training_image.python, "-m", "pipelines.compile", "--out", compiled)
