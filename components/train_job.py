"""The TrainJob of Kubeflow Trainer v2 that trains a generation; a pure function of what is asked.

Image, volume, security and the environment come from the TrainingRuntime `modiste-torch`, which
also tells torchrun, by PET_* variables, how many nodes and processes there are and who is first.
"""

import re
from dataclasses import dataclass
from typing import Any

from components.cluster import TRAINER

RUNTIME = "modiste-torch"
RUNTIME_KIND = "TrainingRuntime"
"""Of the namespace, not of the whole cluster: it mounts a volume of the namespace."""

FINGERPRINT = "modiste/fingerprint"
"""Annotation: a label is too short for it."""

COMMAND = ("torchrun", "-m", "training.train")
GPU = "nvidia.com/gpu"

_MEMORY = re.compile(r"[1-9]\d*([KMGTP]i?)?")


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """How many nodes a training gets, and what each of them has."""

    num_nodes: int = 1
    """Pods, each on a node of the cluster."""
    gpus_per_node: int = 0
    """GPUs of each, with one process on every GPU; 0: one process on the CPU."""
    cpu_per_node: int = 4
    """Cores of each."""
    memory_per_node: str = "8Gi"
    """Memory of each, as Kubernetes writes it."""

    def __post_init__(self) -> None:
        for name, least in (("num_nodes", 1), ("gpus_per_node", 0), ("cpu_per_node", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: expected >= {least}, got {getattr(self, name)}")
        if not _MEMORY.fullmatch(self.memory_per_node):
            raise ValueError(
                f"memory_per_node: expected a quantity such as 8Gi, got {self.memory_per_node!r}"
            )

    @property
    def processes_per_node(self) -> int:
        """Processes that torchrun starts on each."""
        return max(1, self.gpus_per_node)


@dataclass(frozen=True, kw_only=True)
class Training:
    """What is trained."""

    fingerprint: str
    """Digest of data, settings and code."""
    generation: str
    """The generation that it makes."""
    arguments: tuple[str, ...]
    """Of `python -m training.train`; its paths are on the volume that all nodes mount."""
    timeout_s: int
    """How long it may run at a stretch, >= 1."""

    @property
    def name(self) -> str:
        """Of the TrainJob: the same for the same training."""
        return f"train-item-tower-{self.fingerprint[:10]}"


def train_job(training: Training, nodes: Nodes, namespace: str) -> dict[str, Any]:
    """The object as it is sent to the API."""
    return {
        "apiVersion": f"{TRAINER}/v1alpha1",
        "kind": "TrainJob",
        "metadata": {
            "name": training.name,
            "namespace": namespace,
            "labels": {
                "app.kubernetes.io/name": "train-item-tower",
                "app.kubernetes.io/component": "training",
                "app.kubernetes.io/part-of": "modiste",
                "app.kubernetes.io/managed-by": "modiste-pipelines",
                "modiste/generation": training.generation,
            },
            "annotations": {FINGERPRINT: training.fingerprint},
        },
        "spec": {
            "activeDeadlineSeconds": training.timeout_s,
            "runtimeRef": {"apiGroup": TRAINER, "kind": RUNTIME_KIND, "name": RUNTIME},
            "trainer": {
                "numNodes": nodes.num_nodes,
                "numProcPerNode": nodes.processes_per_node,
                "command": list(COMMAND),
                "args": list(training.arguments),
                "env": _environment(nodes),
                "resourcesPerNode": _resources(nodes),
            },
        },
    }


def _environment(nodes: Nodes) -> list[dict[str, str]]:
    # torch counts the cores of the machine, of which the container has a part.
    threads = max(1, nodes.cpu_per_node // nodes.processes_per_node)
    return [
        {"name": "OMP_NUM_THREADS", "value": str(threads)},
        {"name": "PYTHONUNBUFFERED", "value": "1"},
    ]


def _resources(nodes: Nodes) -> dict[str, dict[str, str]]:
    amounts = {"cpu": str(nodes.cpu_per_node), "memory": nodes.memory_per_node}
    if nodes.gpus_per_node:
        amounts[GPU] = str(nodes.gpus_per_node)
    # As much as the limits: such pods are evicted last.
    return {"requests": dict(amounts), "limits": dict(amounts)}
