"""What the images hold is enough: it runs from exactly that, on this environment's packages."""

import sys
from pathlib import Path

import httpx
import pytest

from tests.docker.build_context import assemble
from tests.docker.runtime import IMPORT_ALL, Runtime, files_under, train_two_steps
from tests.training.small_run import small_items, write_items_dir


def laid_out(image: str, folder: Path) -> Runtime:
    """The image's files in a folder, and a folder for its /tmp."""
    scratch = folder / "tmp"
    scratch.mkdir()
    app = assemble(image, folder / "app")
    return Runtime(image=image, app=app, python=Path(sys.executable), scratch=scratch)


@pytest.fixture(scope="module")
def serving_image(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    return laid_out("serving", tmp_path_factory.mktemp("serving-image"))


@pytest.fixture(scope="module")
def training_image(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    return laid_out("training", tmp_path_factory.mktemp("training-image"))


def test_the_serving_image_answers_healthz_and_writes_nothing(serving_image: Runtime) -> None:
    before = files_under(serving_image.app)
    with serving_image.serving() as url:
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert httpx.get(f"{url}/").status_code == 200
    assert files_under(serving_image.app) == before


def test_every_module_of_the_serving_image_imports(serving_image: Runtime) -> None:
    assert {"serving.main", "serving.migrate"} <= set(serving_image.modules)
    serving_image.run(serving_image.python, "-c", IMPORT_ALL, *serving_image.modules)


def test_every_module_of_the_training_image_imports(training_image: Runtime) -> None:
    assert {"training.train", "components.publish", "serving.index"} <= set(training_image.modules)
    training_image.run(training_image.python, "-c", IMPORT_ALL, *training_image.modules)


def test_the_training_image_trains_two_steps_and_writes_nothing_beside(
    training_image: Runtime, tmp_path: Path
) -> None:
    items = write_items_dir(tmp_path / "items", small_items(90))
    before = files_under(training_image.app)
    out = tmp_path / "run"
    assert train_two_steps(training_image, training_image.python, items=items, out=out) == 2
    assert (out / "item_tower.pth").exists()
    assert files_under(training_image.app) == before


def test_the_training_image_compiles_the_pipelines(training_image: Runtime, tmp_path: Path) -> None:
    command = ("-m", "pipelines.compile", "--out", tmp_path)
    printed = training_image.run(training_image.python, *command)
    assert printed.split() == [str(tmp_path / "train_and_deploy.yaml")]
