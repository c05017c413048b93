"""The InferenceService of a generation: what `k8s/` installs for g0001, and the same for others.

`inference_service` is written out here once; a test compares it with what `k8s/` renders. What an
installation changed (replicas, resources, the registry, a canary) is in the object that it applied,
not here, so the services of later generations are made `like` that one.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

ENCODER = "item-embedding"
MODEL = "item_embedding"
ENCODER_LABEL = "modiste/encoder"
GENERATION_LABEL = "modiste/generation"
MANAGER_LABEL = "app.kubernetes.io/managed-by"
MANAGER = "modiste-pipelines"
STOPPED = "serving.kserve.io/stop"
"""Annotation by which KServe takes a service's pods away and keeps the object."""

SERVING_IMAGE = "modiste/serving:0.1.0"
GRPC_PORT = 9000
"""Of Triton, as ServingRuntime `modiste-triton` has it; KServe gives the Service the same."""

_KEPT_ANNOTATIONS = ("serving.kserve.io/", "autoscaling.")
_HOST_OPTION = "--predictor_host="

Document = dict[str, Any]


def service_name(generation: str) -> str:
    """Name of a generation's InferenceService."""
    return f"{ENCODER}-{generation}"


def inference_service(generation: str, namespace: str, storage_uri: str) -> Document:
    """The service of a generation as `k8s/base` has it."""
    name = service_name(generation)
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {
                "app.kubernetes.io/name": ENCODER,
                "app.kubernetes.io/component": "encoder",
                "app.kubernetes.io/part-of": "modiste",
                MANAGER_LABEL: MANAGER,
                ENCODER_LABEL: ENCODER,
                GENERATION_LABEL: generation,
                # It asks nobody for a key: KServe makes no way in from outside.
                "networking.kserve.io/visibility": "cluster-local",
            },
            "annotations": {"serving.kserve.io/deploymentMode": "Standard"},
        },
        "spec": {
            "predictor": _predictor(storage_uri),
            "transformer": _transformer(f"{name}-predictor.{namespace}.svc:{GRPC_PORT}"),
        },
    }


def like(template: Mapping[str, Any], generation: str, storage_uri: str) -> Document:
    """Another generation's service with everything that the template's has, but its canary.

    Args:
        template: an InferenceService of this encoder, as the API gives it.
        generation: whose service to make; may be the template's own.
        storage_uri: where its bundle lies.
    """
    metadata, spec = template["metadata"], deepcopy(dict(template["spec"]))
    spec.pop("canary", None)
    spec["predictor"]["model"]["storageUri"] = storage_uri
    annotations = {
        key: value
        for key, value in (metadata.get("annotations") or {}).items()
        if key.startswith(_KEPT_ANNOTATIONS) and key != STOPPED
    }
    before = metadata["labels"][GENERATION_LABEL]
    made: Document = _renamed(
        {
            "apiVersion": template["apiVersion"],
            "kind": template["kind"],
            "metadata": {
                "name": metadata["name"],
                "namespace": metadata["namespace"],
                "labels": metadata["labels"] | {MANAGER_LABEL: MANAGER},
                "annotations": annotations,
            },
            "spec": spec,
        },
        re.compile(rf"\b{re.escape(before)}\b"),
        generation,
    )
    return made


def grpc_address(service: Mapping[str, Any]) -> str:
    """`host:port` of its Triton's gRPC: the one that its transformer asks."""
    metadata = service["metadata"]
    for container in service["spec"].get("transformer", {}).get("containers", []):
        for argument in container.get("args", []):
            if argument.startswith(_HOST_OPTION):
                return str(argument.removeprefix(_HOST_OPTION))
    return f"{metadata['name']}-predictor.{metadata['namespace']}.svc:{GRPC_PORT}"


def is_ours(service: Mapping[str, Any]) -> bool:
    """Whether a pipeline made the service, and no installation."""
    return bool((service["metadata"].get("labels") or {}).get(MANAGER_LABEL) == MANAGER)


def is_stopped(service: Mapping[str, Any]) -> bool:
    """Whether KServe keeps it without pods."""
    return (service["metadata"].get("annotations") or {}).get(STOPPED) == "true"


def is_within(wanted: object, found: object) -> bool:
    """Whether an object says all that is wanted; what the API and KServe add does not count."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and is_within(value, found[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(is_within(one, other) for one, other in zip(wanted, found, strict=True))
        )
    return wanted == found


def _renamed(value: Any, before: re.Pattern[str], generation: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _renamed(entry, before, generation) for key, entry in value.items()}
    if isinstance(value, list):
        return [_renamed(entry, before, generation) for entry in value]
    return before.sub(generation, value) if isinstance(value, str) else value


def _predictor(storage_uri: str) -> Document:
    return {
        **_scale(),
        "storageContainerName": "modiste-storage-initializer",
        "terminationGracePeriodSeconds": 60,
        "securityContext": _pod_security(1000),
        "model": {
            "modelFormat": {"name": "triton", "version": "2"},
            "runtime": "modiste-triton",
            "protocolVersion": "v2",
            "storageUri": storage_uri,
        },
    }


def _transformer(predictor: str) -> Document:
    return {
        **_scale(),
        "securityContext": _pod_security(65532),
        "containers": [
            {
                "name": "kserve-container",
                "image": SERVING_IMAGE,
                "command": ["python", "-m", "serving.transformer"],
                "args": [
                    f"--model_name={MODEL}",
                    f"{_HOST_OPTION}{predictor}",
                    "--predictor_protocol=grpc-v2",
                    "--http_port=8080",
                    "--grpc_port=8081",
                ],
                "ports": [
                    {"name": "http", "containerPort": 8080, "protocol": "TCP"},
                    {"name": "grpc", "containerPort": 8081, "protocol": "TCP"},
                ],
                "startupProbe": _probe("live", period=2, timeout=2, failures=60),
                "readinessProbe": _probe("ready", period=5, timeout=2, failures=2),
                "livenessProbe": _probe("live", period=10, timeout=5, failures=3),
                "resources": {
                    "requests": {"cpu": "250m", "memory": "320Mi", "ephemeral-storage": "100Mi"},
                    "limits": {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": True,
                    **_identity(65532),
                },
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}}],
    }


def _scale() -> Document:
    return {
        "minReplicas": 1,
        "maxReplicas": 4,
        "scaleMetric": "cpu",
        "scaleTarget": 70,
        "serviceAccountName": "modiste-models",
        "automountServiceAccountToken": False,
    }


def _pod_security(user: int) -> Document:
    return {"fsGroup": user, **_identity(user)}


def _identity(user: int) -> Document:
    return {
        "runAsUser": user,
        "runAsGroup": user,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _probe(path: str, *, period: int, timeout: int, failures: int) -> Document:
    return {
        "httpGet": {"path": f"/v2/health/{path}", "port": 8080},
        "periodSeconds": period,
        "timeoutSeconds": timeout,
        "failureThreshold": failures,
    }
