"""InferenceServices of this encoder through the kserve SDK, as plain documents."""

from collections.abc import Callable, Mapping
from typing import Any

from kserve import V1beta1InferenceService
from kubernetes.client import V1ObjectMeta

from components.api_errors import ConflictError, MissingError
from components.cluster import INFERENCE_SERVICES, SERVING, Cluster
from components.inference_service import ENCODER, ENCODER_LABEL, Document

MAX_CONFLICTS = 5
"""How often a service is read anew because somebody else changed it."""


class Services:
    """The InferenceServices of one namespace that serve `item-embedding`."""

    def __init__(self, cluster: Cluster) -> None:
        """Nothing is asked yet."""
        self._cluster = cluster
        self._kserve = cluster.kserve

    def list(self) -> dict[str, Document]:
        """All of them, by name."""
        found = self._ask("list", "", lambda: self._kserve.get(namespace=self._cluster.namespace))
        return {
            item["metadata"]["name"]: item
            for item in found["items"]
            if (item["metadata"].get("labels") or {}).get(ENCODER_LABEL) == ENCODER
        }

    def get(self, name: str) -> Document | None:
        """One as it is now; None where there is none."""
        try:
            return self._ask(
                "get", name, lambda: self._kserve.get(name, namespace=self._cluster.namespace)
            )
        except MissingError:
            return None

    def create(self, service: Document) -> Document:
        """Make a new one.

        Raises:
            ConflictError: there is one of this name.
        """
        name = service["metadata"]["name"]
        made = _model(service)
        return self._ask(
            "create", name, lambda: self._kserve.create(made, namespace=self._cluster.namespace)
        )

    def replace(self, service: Document) -> Document:
        """Put another in the place of one that was read; all of its metadata stays.

        Raises:
            ConflictError: it was changed since it was read.
        """
        name = service["metadata"]["name"]
        made = _model(service)
        return self._ask(
            "update",
            name,
            lambda: self._kserve.replace(name, made, namespace=self._cluster.namespace),
        )

    def change(self, name: str, alter: Callable[[Document], Document]) -> None:
        """Put what `alter` makes of a service in its place; it is no fault where it is gone.

        Raises:
            ConflictError: somebody else changed it in between, time and again.
        """
        for _ in range(MAX_CONFLICTS):
            found = self.get(name)
            if found is None:
                return
            try:
                self.replace(alter(found))
            except ConflictError:
                continue
            return
        raise ConflictError(
            f"InferenceService {name} was changed by somebody else {MAX_CONFLICTS} times while it "
            "was written; see who writes it, and run again"
        )

    def delete(self, name: str) -> None:
        """Remove one; it is no fault where it is gone."""
        try:
            self._ask(
                "delete",
                name,
                lambda: self._kserve.delete(name, namespace=self._cluster.namespace),
            )
        except MissingError:
            return

    def _ask(self, verb: str, name: str, request: Callable[[], Document]) -> Document:
        call = self._cluster.call(verb, INFERENCE_SERVICES, name, group=SERVING)
        answer: Document = self._cluster.ask(call, request)
        return answer


def _model(service: Mapping[str, Any]) -> V1beta1InferenceService:
    """A document as the SDK takes it; what the API server itself fills in is left out."""
    metadata = service["metadata"]
    return V1beta1InferenceService(
        api_version=service["apiVersion"],
        kind=service["kind"],
        metadata=V1ObjectMeta(
            name=metadata["name"],
            namespace=metadata["namespace"],
            labels=metadata.get("labels"),
            annotations=metadata.get("annotations"),
            finalizers=metadata.get("finalizers"),
            owner_references=metadata.get("ownerReferences"),
            resource_version=metadata.get("resourceVersion"),
        ),
        spec=service["spec"],
    )
