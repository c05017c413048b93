"""What Trainer, JobSet and the scheduler do to a TrainJob, as steps of a FakeCluster's script."""

import itertools
from collections.abc import Callable
from typing import Any

from tests.components.fake_cluster import Document, FakeCluster

MOMENT = "2026-01-01T00:00:00Z"

Step = Callable[[Document], None]
_numbers = itertools.count(1)


class Trainer:
    """Makes the steps for one cluster."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    def nothing(self, job: Document) -> None:
        """Look the other way."""

    def unschedulable(self, job: Document) -> None:
        """The first node has no place."""
        message = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
        scheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
        self._pod(job, 0, phase="Pending", conditions=[scheduled | {"message": message}])

    def pulling_fails(self, job: Document) -> None:
        """The first node's image does not come."""
        waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "modiste"'}
        self._pod(job, 0, phase="Pending", container={"waiting": waiting})

    def runs(self, *lines: str, **status: Any) -> Step:
        """Every node runs, and the first says something more; `status` is the trainer's."""

        def step(job: Document) -> None:
            for node in range(job["spec"]["trainer"]["numNodes"]):
                running = {"running": {"startedAt": MOMENT}}
                self._pod(job, node, phase="Running", container=running)
            self.says(job, *lines)
            if status:
                job.setdefault("status", {})["trainerStatus"] = status

        return step

    def says(self, job: Document, *lines: str) -> None:
        """The first node's log grows."""
        log = self._cluster.logs[_pod_name(job, 0)]
        for line in lines:
            log.append((f"2026-01-01T00:00:00.{next(_numbers):09d}Z", line))

    def completes(self, job: Document) -> None:
        """Training ends well."""
        self._condition(job, "Complete", "AllJobsCompleted", "jobset completed successfully")

    def fails(self, exit_code: int = 1, reason: str = "Error") -> Step:
        """The first node's container ends by itself."""

        def step(job: Document) -> None:
            ended = {"terminated": {"exitCode": exit_code, "reason": reason}}
            self._pod(job, 0, phase="Failed", container=ended)
            self._condition(job, "Failed", "FailedJobs", "jobset failed due to one or more jobs")

        return step

    def preempted(self, job: Document) -> None:
        """The last node is taken away; the others end because of it."""
        last = job["spec"]["trainer"]["numNodes"] - 1
        for node in range(last):
            ended = {"terminated": {"exitCode": 1, "reason": "Error"}}
            self._pod(job, node, phase="Failed", container=ended)
        target = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}
        ended = {"terminated": {"exitCode": 143, "reason": "Error"}}
        self._pod(job, last, phase="Failed", conditions=[target], container=ended)
        self._condition(job, "Failed", "FailedJobs", "jobset failed due to one or more jobs")

    def too_late(self, job: Document) -> None:
        """The deadline of the TrainJob itself passes."""
        message = "TrainJob exceeded its active deadline"
        self._condition(job, "Failed", "DeadlineExceeded", message)

    def runtime_missing(self, job: Document) -> None:
        """There is no such runtime; Trainer looks again later."""
        message = 'unsupported runtime: "modiste-torch"'
        self._condition(job, "Failed", "TrainingRuntimeNotSupported", message)

    def suspended(self, job: Document) -> None:
        """A queue holds it back."""
        self._condition(job, "Suspended", "Suspended", "TrainJob is suspended")

    def resumed(self, job: Document) -> None:
        """No condition holds any more."""
        job["status"]["conditions"] = []

    def _condition(self, job: Document, kind: str, reason: str, message: str) -> None:
        condition = {"type": kind, "status": "True", "reason": reason, "message": message}
        status = job.setdefault("status", {})
        status["conditions"] = [condition | {"lastTransitionTime": MOMENT}]

    def _pod(
        self,
        job: Document,
        node: int,
        *,
        phase: str,
        conditions: list[Document] | None = None,
        container: Document | None = None,
    ) -> None:
        name = _pod_name(job, node)
        labels = {
            "jobset.sigs.k8s.io/jobset-name": job["metadata"]["name"],
            "jobset.sigs.k8s.io/replicatedjob-name": "node",
            "batch.kubernetes.io/job-completion-index": str(node),
        }
        uid = f"{job['metadata']['uid']}-{node}"
        image = {"image": "modiste/training:0.1.0", "imageID": "", "restartCount": 0}
        status = {"name": "node", "ready": False, "state": container or {}, **image}
        self._cluster.pods[name] = {
            "metadata": {"name": name, "uid": uid, "labels": labels, "creationTimestamp": MOMENT},
            "status": {
                "phase": phase,
                "conditions": conditions or [],
                "containerStatuses": [status] if container else [],
            },
        }


def _pod_name(job: Document, node: int) -> str:
    return f"{job['metadata']['name']}-node-0-{node}-{job['metadata']['uid'][-5:]}"
