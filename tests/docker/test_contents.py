"""What the images hold is enough: it runs from exactly that, on this environment's packages."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.docker.build_context import assemble
from tests.docker.runtime import Runtime, files_under, train_two_steps
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
    assert {"serving.main", "serving.migrate", "serving.transformer.server"} <= set(
        serving_image.modules
    )
    serving_image.import_everything()


def test_every_module_of_the_training_image_imports(training_image: Runtime) -> None:
    assert {"training.train", "components.publish", "serving.index"} <= set(training_image.modules)
    training_image.import_everything()


def test_the_training_image_trains_two_steps_and_writes_nothing_beside(
    training_image: Runtime, tmp_path: Path
) -> None:
    items = write_items_dir(tmp_path / "items", small_items(90))
    before = files_under(training_image.app)
    out = tmp_path / "run"
    assert train_two_steps(training_image, training_image.python, items=items, out=out) == 2
    assert (out / "item_tower.pth").exists()
    assert files_under(training_image.app) == before


def test_the_training_image_compiles_the_pipelines_and_runs_a_step_as_kubeflow_does(
    training_image: Runtime, tmp_path: Path
) -> None:
    command = ("-m", "pipelines.compile", "--out", tmp_path)
    training_image.run(training_image.python, *command)
    (tmp_path / "shop.csv").write_text("item_id,color\nsku-1,White\nsku-2,Black\n", "utf-8")
    training_image.run(*step(tmp_path / "train_and_deploy.yaml", "ingest", ingest_input(tmp_path)))
    output = json.loads((tmp_path / "output.json").read_text(encoding="utf-8"))
    (summary,) = output["artifacts"]["summary"]["artifacts"]
    assert (summary["metadata"]["rows"], summary["metadata"]["kept"]) == (2, 2)
    assert (tmp_path / "items/items.parquet").exists()


def step(pipeline: Path, name: str, executor_input: dict[str, Any]) -> list[str]:
    """The command of a step's container, as Kubeflow Pipelines starts it."""
    document = next(yaml.safe_load_all(pipeline.read_text(encoding="utf-8")))
    container = document["deploymentSpec"]["executors"][f"exec-{name}"]["container"]
    arguments = [json.dumps(executor_input) if a == "{{$}}" else a for a in container["args"]]
    return [*container["command"], *arguments]


def ingest_input(folder: Path) -> dict[str, Any]:
    """What Kubeflow Pipelines gives `ingest`: a catalogue to read, places to write to."""
    names = {"items": "system.Dataset", "summary": "system.Metrics"}
    given = {"catalogue": f"{folder}/shop.csv", "schema": "", "mapping": ""}
    return {
        "inputs": {"parameterValues": {**given, "max_reject_share": 0.0}},
        "outputs": {
            "artifacts": {
                name: {
                    "artifacts": [
                        {
                            "name": name,
                            "type": {"schemaTitle": kind, "schemaVersion": "0.0.1"},
                            "uri": f"{folder}/{name}",
                            "metadata": {},
                        }
                    ]
                }
                for name, kind in names.items()
            },
            "outputFile": f"{folder}/output.json",
        },
    }
