"""Pods of every rendering meet the restricted standard, and what modiste asks beyond it."""

import copy
import re
from typing import Any

import pytest

from tests.k8s.objects import Manifests, Pods, pods_of
from tests.k8s.restricted import breaches, shortcomings

GOOD: dict[str, Any] = {
    "securityContext": {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "containers": [
        {
            "name": "api",
            "image": "modiste/serving:0.1.0",
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            },
            "resources": {
                "requests": {"cpu": "1", "memory": "1Gi"},
                "limits": {"cpu": "1", "memory": "1Gi"},
            },
            "readinessProbe": {},
            "livenessProbe": {},
            "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
        }
    ],
    "volumes": [{"name": "tmp", "emptyDir": {}}],
}
USES_A_TOKEN = {"Pooler/postgres-pooler"}
"""CloudNativePG's manager in the pooler's Pods asks the Kubernetes API."""


def test_all_meet_the_restricted_standard(rendered: Manifests) -> None:
    pods = pods_of(rendered)

    assert [line for one in pods for line in breaches(one)] == []
    assert len(pods) >= 6


def test_all_have_probes_requests_limits_and_a_root_filesystem_to_read(rendered: Manifests) -> None:
    assert [line for one in pods_of(rendered) for line in shortcomings(one)] == []


def test_none_has_a_token_that_it_does_not_use(rendered: Manifests) -> None:
    with_token = {
        one.owner
        for one in pods_of(rendered)
        if one.spec.get("automountServiceAccountToken") is not False
    }

    assert with_token <= USES_A_TOKEN


def test_every_image_is_pinned(rendered: Manifests) -> None:
    images = [container["image"] for one in pods_of(rendered) for container in one.containers]
    for cluster in rendered.of("Cluster"):
        extensions = cluster["spec"]["postgresql"]["extensions"]
        images += [cluster["spec"]["imageName"], *(one["image"]["reference"] for one in extensions)]

    loose = [image for image in images if not re.search(r":[^/]*\d|@sha256:[0-9a-f]{64}$", image)]
    assert loose == []


def test_the_namespace_enforces_the_standard(base: Manifests) -> None:
    labels = base.get("Namespace", "modiste")["metadata"]["labels"]

    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (["hostNetwork"], True, "hostNetwork is set"),
        (["volumes", 0], {"name": "host", "hostPath": {"path": "/"}}, "is a ['hostPath']"),
        (["securityContext", "runAsNonRoot"], False, "runAsNonRoot is not true"),
        (["securityContext", "runAsUser"], 0, "runs as root"),
        (["securityContext", "seccompProfile"], None, "seccompProfile is not RuntimeDefault"),
        (["securityContext", "sysctls"], [{"name": "kernel.msgmax"}], "sysctl kernel.msgmax"),
        (["containers", 0, "securityContext", "capabilities"], {}, "not all dropped"),
        (["containers", 0, "securityContext", "privileged"], True, "privileged"),
        (["containers", 0, "securityContext", "allowPrivilegeEscalation"], True, "Escalation"),
        (["containers", 0, "securityContext", "runAsNonRoot"], False, "runAsNonRoot"),
        (["containers", 0, "ports"], [{"containerPort": 1, "hostPort": 1}], "hostPort is set"),
    ],
)
def test_a_breach_of_the_standard_is_found(path: list[str | int], value: object, line: str) -> None:
    assert breaches(pods(GOOD)) == []

    (found, *_) = breaches(pods(changed(path, value)))

    assert line in found


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (["containers", 0, "securityContext", "readOnlyRootFilesystem"], False, "root filesystem"),
        (["containers", 0, "resources", "limits"], {"cpu": "1"}, "no limits of ['memory']"),
        (["containers", 0, "volumeMounts"], [], "it has no /tmp to write to"),
        (["securityContext"], {}, "its user is not said"),
    ],
)
def test_what_a_pod_lacks_is_found(path: list[str | int], value: object, line: str) -> None:
    assert shortcomings(pods(GOOD)) == []

    (found,) = shortcomings(pods(changed(path, value)))

    assert line in found


def pods(spec: dict[str, Any]) -> Pods:
    return Pods(owner="Deployment/api", spec=spec, labels={})


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    """The good Pod with one value changed."""
    spec = copy.deepcopy(GOOD)
    place: Any = spec
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return spec
