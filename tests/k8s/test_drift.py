"""The comparison sees every difference that matters, and none that does not."""

import copy
from typing import Any

import pytest
import yaml

from k8s.drift import differences

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "retrieval", "labels": {"app.kubernetes.io/managed-by": "kustomize"}},
    "spec": {
        "template": {
            "metadata": {"labels": {"app.kubernetes.io/name": "retrieval"}},
            "spec": {
                "initContainers": [{"name": "a"}, {"name": "b"}],
                "containers": [
                    {"name": "api", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}
                ],
            },
        }
    },
}
SERVICE: dict[str, Any] = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "retrieval"}}


def text(*documents: dict[str, Any]) -> str:
    return yaml.safe_dump_all(documents)


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    """The deployment with one value changed."""
    document = copy.deepcopy(DEPLOYMENT)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


POD: list[str | int] = ["spec", "template", "spec"]
CONTAINER: list[str | int] = [*POD, "containers", 0]


def test_the_same_objects_in_another_order_do_not_differ() -> None:
    assert differences(text(DEPLOYMENT, SERVICE), text(SERVICE, DEPLOYMENT)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["metadata", "labels"], {"helm.sh/chart": "m-1", "app.kubernetes.io/managed-by": "Helm"}),
        (["metadata", "annotations"], {"helm.sh/hook": "pre-upgrade", "helm.sh/hook-weight": "1"}),
        ([*CONTAINER, "env"], [{"name": "B"}, {"name": "A", "value": "1"}]),
        (
            ["spec", "template", "metadata", "labels"],
            {"app.kubernetes.io/name": "retrieval", "helm.sh/chart": "modiste-0.1.0"},
        ),
    ],
    ids=["labels", "hooks", "order", "labels of pods"],
)
def test_what_differs_by_nature_is_no_difference(path: list[str | int], value: object) -> None:
    assert differences(text(DEPLOYMENT), text(changed(path, value))) == []


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ([*CONTAINER, "env", 0, "value"], "2", "env[0].value: k8s/ has '1', the chart has '2'"),
        ([*CONTAINER, "env", 0, "value"], 1, "env[0].value: k8s/ has '1', the chart has 1"),
        ([*CONTAINER, "image"], "api:1", "image: k8s/ has nothing, the chart has 'api:1'"),
        ([*POD, "containers"], [], "the chart has []"),
        ([*POD, "initContainers", 0, "name"], "b", "initContainers[0].name: k8s/ has 'a'"),
        (["metadata", "labels", "team"], "x", "labels: k8s/ has nothing, the chart has {'team'"),
    ],
    ids=["value", "type", "added", "removed", "order of init containers", "label"],
)
def test_what_matters_is_named_with_its_path(
    path: list[str | int], value: object, line: str
) -> None:
    (found,) = differences(text(DEPLOYMENT), text(changed(path, value)))

    assert found.startswith("Deployment/retrieval: ")
    assert line in found


@pytest.mark.parametrize("other", ["a\nb", "a\nc\n", "a\nb\nc\n"])
def test_texts_of_several_lines_differ_by_one(other: str) -> None:
    ours, theirs = ({**SERVICE, "data": {"x": value}} for value in ("a\nb\n", other))

    (found,) = differences(text(ours), text(theirs))

    assert found.startswith("Service/retrieval: data.x")


def test_an_object_that_one_side_lacks_is_named() -> None:
    assert differences(text(DEPLOYMENT, SERVICE), text(DEPLOYMENT)) == [
        "Service/retrieval: only k8s/ has it"
    ]
    assert differences(text(DEPLOYMENT), text(DEPLOYMENT, SERVICE)) == [
        "Service/retrieval: only the chart has it"
    ]


def test_pods_of_helm_test_belong_to_the_chart_alone() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "test", "annotations": {"helm.sh/hook": "test"}},
    }

    assert differences(text(SERVICE), text(SERVICE, pod)) == []


def test_an_object_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="Service/retrieval: expected once, got twice"):
        differences(text(SERVICE, SERVICE), text(SERVICE))
