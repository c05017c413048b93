"""What a rendering names is in it, or is what whoever installs modiste brings."""

import copy
import re
from typing import Any

import pytest

from k8s.tools import ROOT
from tests.k8s.objects import Manifests, pods_of
from tests.k8s.references import BROUGHT, dangling, secrets_asked_for

SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|ACCESS_KEY|DATABASE_URL|_DSN")


def test_whatever_is_named_is_there(rendered: Manifests) -> None:
    assert dangling(rendered) == []


def test_no_secret_has_a_value_in_a_rendering(rendered: Manifests) -> None:
    assert rendered.of("Secret") == []
    given = [
        f"{one.owner}: {variable['name']}"
        for one in pods_of(rendered)
        for container in one.containers
        for variable in container.get("env", [])
        if SECRET_NAME.search(variable["name"]) and "value" in variable
    ]
    given += [
        f"ConfigMap/{one['metadata']['name']}: {name}"
        for one in rendered.of("ConfigMap")
        for name in one["data"]
        if SECRET_NAME.search(name)
    ]
    assert given == []


def test_each_secret_that_is_asked_for_is_explained(rendered: Manifests) -> None:
    page = "helm/modiste/README.md" if rendered.name.startswith("helm") else "k8s/README.md"
    readme = (ROOT / page).read_text(encoding="utf-8")

    for name in secrets_asked_for(rendered):
        keys = BROUGHT.get(("Secret", name))
        assert keys is None or (f"`{name}`" in readme and all(key in readme for key in keys)), name


def test_the_names_of_generations_agree(rendered: Manifests) -> None:
    (encoder,) = rendered.of("InferenceService")
    generation = encoder["metadata"]["labels"]["modiste/generation"]
    predictors = [encoder["spec"]["predictor"]]
    predictors += [one["predictor"] for one in encoder["spec"].get("canary", [])]

    assert encoder["metadata"]["name"] == f"item-embedding-{generation}"
    for one in predictors:
        uri = one["model"]["storageUri"]
        assert uri == f"s3://modiste/models/item_embedding/{generation}"


def test_one_autoscaler_at_most_scales_a_deployment(rendered: Manifests) -> None:
    scaled = [
        one["spec"]["scaleTargetRef"]["name"]
        for one in rendered.of("HorizontalPodAutoscaler", "ScaledObject")
    ]
    (encoder,) = rendered.of("InferenceService")
    kserves = encoder["metadata"]["annotations"].get("serving.kserve.io/autoscalerClass")

    assert len(scaled) == len(set(scaled))
    assert (kserves == "external") == any(name.startswith("item-embedding-") for name in scaled)


@pytest.mark.parametrize(
    ("kind", "path", "value", "line"),
    [
        ("RoleBinding", ["roleRef", "name"], "none", "no Role/none"),
        ("HorizontalPodAutoscaler", ["spec", "scaleTargetRef", "name"], "api", "no Deployment/api"),
        ("Service", ["spec", "ports", 0, "targetPort"], "web", "nothing has port 'web'"),
        ("ServiceAccount", ["secrets"], [{"name": "keys"}], "no Secret/keys"),
    ],
)
def test_a_name_of_nothing_is_found(
    base: Manifests, kind: str, path: list[Any], value: object, line: str
) -> None:
    objects = copy.deepcopy(base.objects)
    place: Any = next(one for one in objects if one["kind"] == kind)
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    (found,) = dangling(Manifests("changed", objects))

    assert line in found
