"""What KServe and the scheduler do to an InferenceService, as steps of a FakeCluster's script."""

from typing import Any

from tests.components.fake_cluster import Document, FakeCluster
from tests.components.train_job_steps import MOMENT, Step


class KServe:
    """Makes the steps for one cluster."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    def nothing(self, service: Document) -> None:
        """Look the other way."""

    def ready(self, service: Document) -> None:
        """All of it is ready as it was asked for last."""
        self._status(service, "True", observed=service["metadata"]["generation"])

    def ready_as_before(self, service: Document) -> None:
        """It is ready, but what was asked for last is not seen yet."""
        self._status(service, "True", observed=service["metadata"]["generation"] - 1)

    def image_missing(self, service: Document) -> None:
        """Its pod's image does not come."""
        name = service["metadata"]["name"]
        waiting = {"reason": "ErrImagePull", "message": "manifest unknown"}
        container = {"name": "kserve-container", "image": "triton", "imageID": ""}
        self._cluster.pods[f"{name}-predictor-1"] = {
            "metadata": {
                "name": f"{name}-predictor-1",
                "labels": {"serving.kserve.io/inferenceservice": name},
            },
            "status": {
                "phase": "Pending",
                "containerStatuses": [
                    container | {"ready": False, "restartCount": 0, "state": {"waiting": waiting}}
                ],
            },
        }
        self._status(service, "False", reason="MinimumReplicasUnavailable")

    def load_fails(self, state: str = "BlockedByFailedLoad") -> Step:
        """Triton ends with an error."""

        def step(service: Document) -> None:
            failure = {"reason": "ModelLoadFailed", "message": "failed to load item_tower"}
            model = {"transitionStatus": state, "lastFailureInfo": failure}
            self._status(service, "False", modelStatus=model)

        return step

    def _status(
        self, service: Document, ready: str, *, observed: int = 1, reason: str = "", **more: Any
    ) -> None:
        condition = {"type": "Ready", "status": ready, "lastTransitionTime": MOMENT}
        if reason:
            condition |= {"reason": reason}
        service["status"] = {"observedGeneration": observed, "conditions": [condition], **more}
