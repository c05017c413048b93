"""How a TrainJob stands, read from what the API says of it and of its pods: pure functions.

Fields and reasons are those of Kubeflow Trainer 2.3, of JobSet, which makes the pods, and of
Kubernetes' own conditions of pods.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

JOBSET_LABEL = "jobset.sigs.k8s.io/jobset-name"
STEP_LABEL = "jobset.sigs.k8s.io/replicatedjob-name"
INDEX_LABEL = "batch.kubernetes.io/job-completion-index"
NODE = "node"
"""Name of the replicated job that trains, and of the container in its pods."""

RUNTIME_MISSING = "TrainingRuntimeNotSupported"
"""A Failed condition that Trainer takes back when the runtime comes."""

EVICTIONS = ("Evicted", "Preempting", "NodeLost", "Shutdown", "NodeShutdown", "Terminated")
"""Reasons of a pod's status where its node ended it."""

Document = Mapping[str, Any]


class Phase(Enum):
    """Where a TrainJob is."""

    WAITING = auto()
    RUNNING = auto()
    COMPLETE = auto()
    FAILED = auto()


@dataclass(frozen=True, kw_only=True)
class State:
    """A phase and why."""

    phase: Phase
    reason: str
    """In words of the cluster's, for a person."""

    @property
    def is_over(self) -> bool:
        """Whether it stays as it is."""
        return self.phase in (Phase.COMPLETE, Phase.FAILED)


def state_of(job: Document, pods: Sequence[Document]) -> State:
    """How a TrainJob stands."""
    held = {
        condition["type"]: condition
        for condition in job.get("status", {}).get("conditions", [])
        if condition["status"] == "True"
    }
    if "Complete" in held:
        return State(phase=Phase.COMPLETE, reason=_said(held["Complete"]))
    if "Failed" in held:
        is_passing = held["Failed"]["reason"] == RUNTIME_MISSING
        phase = Phase.WAITING if is_passing else Phase.FAILED
        return State(phase=phase, reason=_said(held["Failed"]))
    if "Suspended" in held:
        return State(phase=Phase.WAITING, reason=_said(held["Suspended"]))
    return _state_of_pods(pods, job["spec"].get("trainer", {}).get("numNodes", 1))


def _state_of_pods(pods: Sequence[Document], num_nodes: int) -> State:
    reasons = [reason for pod in pods if (reason := why_waiting(pod))]
    if reasons:
        return State(phase=Phase.WAITING, reason="; ".join(reasons))
    there = [pod for pod in pods if _labels(pod).get(STEP_LABEL) == NODE]
    if len(there) < num_nodes:
        found = f"{len(there)} of {num_nodes} pods are there"
        return State(phase=Phase.WAITING, reason=found)
    return State(phase=Phase.RUNNING, reason=f"{num_nodes} of {num_nodes} nodes have started")


def why_waiting(pod: Document) -> str | None:
    """Why a pod has not started, such as no place or no image; None if it has."""
    status = pod.get("status", {})
    if status.get("phase", "Pending") != "Pending":
        return None
    name = pod["metadata"]["name"]
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return f"{name}: {condition.get('reason')}: {condition.get('message')}"
    for container in _containers(pod):
        waiting = (container.get("state") or {}).get("waiting")
        if waiting:
            return f"{name}: {': '.join(filter(None, map(waiting.get, ('reason', 'message'))))}"
    return f"{name}: Pending"


def interruptions(pods: Iterable[Document]) -> dict[str, str]:
    """Pods that were preempted, evicted or drained, by name, with the reason."""
    found = {}
    for pod in pods:
        status = pod.get("status", {})
        for condition in status.get("conditions") or []:
            if condition["type"] == "DisruptionTarget" and condition["status"] == "True":
                found[pod["metadata"]["name"]] = str(condition.get("reason"))
        if status.get("reason") in EVICTIONS:
            found.setdefault(pod["metadata"]["name"], status["reason"])
    return found


def exits(pods: Iterable[Document]) -> list[str]:
    """How containers ended that failed, such as `train-node-0-0-x7f2p: node ended with 137`."""
    found = []
    for pod in pods:
        for container in _containers(pod):
            ended = (container.get("state") or {}).get("terminated")
            if ended and ended["exitCode"] != 0:
                reason = ended.get("reason") or "Error"
                why = "" if reason == "Error" else f" ({reason})"
                name = pod["metadata"]["name"]
                found.append(f"{name}: {container['name']} ended with {ended['exitCode']}{why}")
    return found


def first_node(pods: Iterable[Document]) -> Document | None:
    """The pod of the first process, whose log tells of the training; None before it is there.

    Of several, which a Job makes when it tries again, the last.
    """
    found = [
        pod
        for pod in pods
        if _labels(pod).get(STEP_LABEL) == NODE and _labels(pod).get(INDEX_LABEL, "0") == "0"
    ]
    return max(found, key=lambda pod: pod["metadata"].get("creationTimestamp") or "", default=None)


def progress(job: Document) -> str | None:
    """What the training itself reported to Trainer; None where it reports nothing."""
    told = job.get("status", {}).get("trainerStatus")
    if not told:
        return None
    parts = []
    if "progressPercentage" in told:
        parts.append(f"{told['progressPercentage']} %")
    if "estimatedRemainingSeconds" in told:
        parts.append(f"about {told['estimatedRemainingSeconds']} s left")
    parts += [f"{metric['name']} {metric['value']}" for metric in told.get("metrics", [])]
    return ", ".join(parts) or None


def _said(condition: Document) -> str:
    return f"{condition['reason']}: {condition['message']}".rstrip(": ")


def _labels(pod: Document) -> Document:
    labels: Document = pod["metadata"].get("labels") or {}
    return labels


def _containers(pod: Document) -> list[Document]:
    status = pod.get("status", {})
    every: list[Document] = [
        *(status.get("initContainerStatuses") or []),
        *(status.get("containerStatuses") or []),
    ]
    return every
