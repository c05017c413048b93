"""The YAML that `make compile` writes."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.compile import PIPELINES, compile_all, main

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]

STEPS = {
    "ingest": "1. Ingest the catalogue",
    "train-item-tower": "2. Train tower and head",
    "evaluate": "3. Evaluate and report",
    "export": "4. Export the bundle",
    "publish": "5. Publish, serve, compare",
    "index": "6. Embed and index",
    "promote": "7. Gate and switch",
}


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_compiles_to_its_golden_copy(name: str, tmp_path: Path) -> None:
    (compiled,) = (path for path in compile_all(tmp_path) if path.stem == name)
    assert compiled.read_text() == (GOLDEN / f"{name}.yaml").read_text(), (
        "the compiled pipeline is another than its golden copy; where that is meant, refresh it: "
        "python -m pipelines.compile --out tests/pipelines/golden"
    )


def test_every_step_has_its_name_and_none_is_cached() -> None:
    spec = yaml.safe_load((GOLDEN / "train_and_deploy.yaml").read_text())
    condition = spec["root"]["dag"]["tasks"]["condition-1"]
    assert condition["taskInfo"]["name"] == "unless-refused-before"
    tasks = spec["root"]["dag"]["tasks"] | spec["components"]["comp-condition-1"]["dag"]["tasks"]
    assert {name: tasks[name]["taskInfo"]["name"] for name in STEPS} == STEPS
    assert all(tasks[name]["cachingOptions"] == {} for name in STEPS)


def test_compiling_needs_kfp_alone() -> None:
    code = (
        "import sys, pipelines.compile;"
        "heavy = {'torch', 'numpy', 'psycopg', 'boto3', 'onnx', 'onnxruntime', 'tritonclient',"
        " 'catalog', 'training', 'serving', 'local'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"imported as well: {done.stderr}"


def test_the_components_run_in_the_image_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = "registry.example/modiste/training:1.2.3"
    assert main(["--out", str(tmp_path), "--image", image]) == 0
    path = tmp_path / "train_and_deploy.yaml"
    assert capsys.readouterr().out == f"{path}\n"
    spec = yaml.safe_load(path.read_text())
    executors = spec["deploymentSpec"]["executors"].values()
    assert {executor["container"]["image"] for executor in executors} == {image}
    golden = yaml.safe_load((GOLDEN / "train_and_deploy.yaml").read_text())
    assert spec["root"] == golden["root"]
