"""The InferenceService of a generation, and that of others made like it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.inference_service import (
    grpc_address,
    inference_service,
    is_ours,
    is_within,
    like,
)
from tests.components.crd_schemas import faults_of, has_schemas

BASE = Path(__file__).parents[2] / "k8s" / "base" / "encoder" / "inferenceservice.yaml"
URI = "s3://modiste/models/item_embedding/{}"


@pytest.fixture
def installed() -> dict[str, Any]:
    """What `k8s/base` has, in its namespace."""
    document: dict[str, Any] = yaml.safe_load(BASE.read_text())
    document["metadata"]["namespace"] = "modiste"
    return document


def test_it_is_the_object_that_the_manifests_install(installed: dict[str, Any]) -> None:
    made = inference_service("g0001", "modiste", URI.format("g0001"))
    assert made["spec"] == installed["spec"]
    assert made["metadata"]["name"] == installed["metadata"]["name"]
    assert made["metadata"]["annotations"] == installed["metadata"]["annotations"]
    labels = made["metadata"]["labels"]
    assert installed["metadata"]["labels"].items() <= labels.items()
    assert set(labels) - set(installed["metadata"]["labels"]) == {
        "app.kubernetes.io/part-of",
        "app.kubernetes.io/managed-by",
    }


@pytest.mark.skipif(not has_schemas(), reason="there are no definitions in ../shared/crds")
def test_the_definition_of_kserve_takes_it() -> None:
    assert faults_of(inference_service("g0002", "modiste", URI.format("g0002"))) == []
    wrong = inference_service("g0002", "modiste", URI.format("g0002"))
    wrong["spec"]["predictor"]["modle"] = {}
    assert "modle" in faults_of(wrong)[0]


def test_another_generation_gets_all_that_an_installation_changed(
    installed: dict[str, Any],
) -> None:
    spec = installed["spec"]
    spec["predictor"] |= {
        "minReplicas": 3,
        "topologySpreadConstraints": [
            {"labelSelector": {"matchLabels": {"isvc": "item-embedding-g0001"}}}
        ],
    }
    spec["transformer"]["containers"][0]["image"] = "registry.example/modiste/serving:1.2.3"
    spec["canary"] = [{"trafficPercent": 10}]
    installed["metadata"]["annotations"] |= {
        "serving.kserve.io/stop": "true",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "meta.helm.sh/release-name": "modiste",
    }
    made = like(installed, "g0010", URI.format("g0010"))
    assert "g0001" not in json.dumps(made)
    assert made["metadata"]["name"] == "item-embedding-g0010"
    assert made["metadata"]["labels"]["modiste/generation"] == "g0010"
    assert made["metadata"]["annotations"] == {"serving.kserve.io/deploymentMode": "Standard"}
    assert made["spec"]["predictor"]["minReplicas"] == 3
    assert made["spec"]["predictor"]["model"]["storageUri"] == URI.format("g0010")
    container = made["spec"]["transformer"]["containers"][0]
    assert container["image"] == "registry.example/modiste/serving:1.2.3"
    assert "canary" not in made["spec"]
    assert (is_ours(installed), is_ours(made)) == (False, True)


def test_its_address_is_the_one_that_its_transformer_asks(installed: dict[str, Any]) -> None:
    assert grpc_address(installed) == "item-embedding-g0001-predictor.modiste.svc:9000"
    made = like(installed, "g0002", URI.format("g0002"))
    assert grpc_address(made) == "item-embedding-g0002-predictor.modiste.svc:9000"
    del made["spec"]["transformer"]
    assert grpc_address(made) == "item-embedding-g0002-predictor.modiste.svc:9000"


@pytest.mark.parametrize(
    ("wanted", "found", "is_in"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2, "d": 3}]}}, True),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": {"b": 1}}, {"a": 1}, False),
        ([1], 1, False),
    ],
)
def test_what_an_api_server_adds_is_no_difference(
    wanted: object, found: object, is_in: bool
) -> None:
    assert is_within(wanted, found) is is_in
