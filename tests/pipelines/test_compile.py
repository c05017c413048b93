"""The YAML that `make compile` writes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

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
    "publish": "5. Publish the bundle",
    "deploy": "6. Deploy its Triton",
    "verify": "7. Compare with PyTorch",
    "index": "8. Embed and index",
    "promote": "9. Gate and switch",
    "retire": "10. Retire what is over",
}


def documents(path: Path) -> tuple[Any, Any]:
    """A compiled pipeline, and what a cluster adds."""
    pipeline, on_cluster = yaml.safe_load_all(path.read_text())
    return pipeline, on_cluster


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_compiles_to_its_golden_copy(name: str, tmp_path: Path) -> None:
    (compiled,) = (path for path in compile_all(tmp_path) if path.stem == name)
    assert compiled.read_text() == (GOLDEN / f"{name}.yaml").read_text(), (
        "the compiled pipeline is another than its golden copy; where that is meant, refresh it: "
        "python -m pipelines.compile --out tests/pipelines/golden"
    )


def test_every_step_has_its_name_and_none_is_cached() -> None:
    spec, _ = documents(GOLDEN / "train_and_deploy.yaml")
    condition = spec["root"]["dag"]["tasks"]["condition-1"]
    assert condition["taskInfo"]["name"] == "unless-refused-before"
    tasks = spec["root"]["dag"]["tasks"] | spec["components"]["comp-condition-1"]["dag"]["tasks"]
    assert {name: tasks[name]["taskInfo"]["name"] for name in STEPS} == STEPS
    assert all(tasks[name]["cachingOptions"] == {} for name in STEPS)


def test_compiling_needs_kfp_alone() -> None:
    code = (
        "import sys, pipelines.compile;"
        "heavy = {'torch', 'numpy', 'psycopg', 'boto3', 'onnx', 'onnxruntime', 'tritonclient',"
        " 'kserve', 'catalog', 'training', 'serving', 'local'};"
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
    paths = [tmp_path / f"{name}.yaml" for name in PIPELINES]
    assert capsys.readouterr().out.splitlines() == list(map(str, paths))
    spec, on_cluster = documents(path)
    executors = spec["deploymentSpec"]["executors"].values()
    assert {executor["container"]["image"] for executor in executors} == {image}
    golden, golden_on_cluster = documents(GOLDEN / "train_and_deploy.yaml")
    assert spec["root"] == golden["root"]
    assert on_cluster == golden_on_cluster


@pytest.mark.parametrize("name", PIPELINES)
def test_steps_read_the_secrets_that_are_asked_for(tmp_path: Path, name: str) -> None:
    given = ("--database-secret", "shop-db", "--database-key", "dsn", "--objects-secret", "keys")
    assert main(["--out", str(tmp_path), *given]) == 0
    spec, on_cluster = documents(tmp_path / f"{name}.yaml")
    golden, golden_on_cluster = documents(GOLDEN / f"{name}.yaml")
    assert spec == golden
    text = yaml.safe_dump(golden_on_cluster)
    for old, new in (("modiste-database", "shop-db"), ("modiste-s3", "keys")):
        assert old in text
        text = text.replace(old, new)
    assert on_cluster == yaml.safe_load(text.replace("secretKey: url", "secretKey: dsn"))


@pytest.mark.parametrize("name", PIPELINES)
def test_every_step_has_environment_volume_and_no_root_on_a_cluster(name: str) -> None:
    spec, on_cluster = documents(GOLDEN / f"{name}.yaml")
    executors = on_cluster["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert set(executors) == set(spec["deploymentSpec"]["executors"])
    for executor in executors.values():
        variables = {
            entry["envVar"]
            for source in (*executor["configMapAsEnv"], *executor["secretAsEnv"])
            for entry in source["keyToEnv"]
        }
        assert variables == {
            *("MODISTE_DATABASE_URL", "MODISTE_OBJECTS", "MODISTE_PLATFORM", "MODISTE_NAMESPACE"),
            *("AWS_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        }
        assert [mount["mountPath"] for mount in executor["pvcMount"]] == ["/work"]
        assert executor["securityContext"]["runAsNonRoot"] is True


def test_no_step_brings_variables_of_its_own_which_a_laptop_would_take_too() -> None:
    spec, _ = documents(GOLDEN / "train_and_deploy.yaml")
    executors = spec["deploymentSpec"]["executors"].values()
    assert not any("env" in executor["container"] for executor in executors)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("ConfigMap", {"modiste-config"}),
        ("PersistentVolumeClaim", {"modiste-work"}),
        ("ServiceAccount", {"modiste-pipelines"}),
    ],
)
def test_what_the_steps_name_is_installed(kind: str, names: set[str]) -> None:
    objects = [
        document
        for path in (ROOT / "k8s" / "base").rglob("*.yaml")
        for document in yaml.safe_load_all(path.read_text())
        if document and document["kind"] == kind
    ]
    assert names <= {document["metadata"]["name"] for document in objects}
