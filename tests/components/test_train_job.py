"""The TrainJob as it is sent, and what cannot be asked for."""

from typing import Any

import pytest
import yaml

from components.train_job import Nodes, Training, train_job
from tests.components.crd_schemas import faults_of, has_schemas
from tests.components.node_processes import ROOT

TRAINING = Training(fingerprint="a" * 64, generation="g0001", arguments=("--x",), timeout_s=60)


@pytest.mark.skipif(not has_schemas(), reason="there are no definitions in ../shared/crds")
@pytest.mark.parametrize("gpus", [0, 8])
def test_the_definition_of_trainer_takes_it(gpus: int) -> None:
    job = train_job(TRAINING, Nodes(num_nodes=3, gpus_per_node=gpus), "modiste")
    assert faults_of(job) == []
    job["spec"]["trainer"]["numNodes"] = "3"
    assert "numNodes" in faults_of(job)[0]


def test_it_runs_in_the_runtime_that_the_manifests_install() -> None:
    path = ROOT / "k8s" / "base" / "training" / "trainingruntime.yaml"
    runtime = yaml.safe_load(path.read_text())
    reference = train_job(TRAINING, Nodes(), "modiste")["spec"]["runtimeRef"]
    assert (reference["kind"], reference["name"]) == (runtime["kind"], runtime["metadata"]["name"])
    assert runtime["apiVersion"].startswith(f"{reference['apiGroup']}/")


def test_a_node_has_a_process_for_each_gpu_and_each_process_its_share_of_the_cores() -> None:
    trainer = train_job(TRAINING, Nodes(gpus_per_node=4, cpu_per_node=16), "modiste")["spec"][
        "trainer"
    ]
    assert trainer["numProcPerNode"] == 4
    assert {"name": "OMP_NUM_THREADS", "value": "4"} in trainer["env"]
    assert trainer["resourcesPerNode"]["limits"] == {
        "cpu": "16",
        "memory": "8Gi",
        "nvidia.com/gpu": "4",
    }


def test_its_name_is_that_of_its_training_and_fits_kubernetes() -> None:
    assert TRAINING.name == "train-item-tower-aaaaaaaaaa"
    job = train_job(TRAINING, Nodes(), "modiste")
    assert job["metadata"]["annotations"]["modiste/fingerprint"] == "a" * 64
    assert all(len(value) <= 63 for value in job["metadata"]["labels"].values())


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"num_nodes": 0}, "num_nodes: expected >= 1, got 0"),
        ({"gpus_per_node": -1}, "gpus_per_node: expected >= 0, got -1"),
        ({"cpu_per_node": 0}, "cpu_per_node: expected >= 1, got 0"),
        ({"memory_per_node": "lots"}, "memory_per_node: expected a quantity such as 8Gi, got 'lo"),
    ],
)
def test_nodes_that_cannot_be_are_refused_by_name(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Nodes(**setting)
