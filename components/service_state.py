"""Whether an InferenceService is ready, and why not: pure functions over what KServe 0.20 says."""

from collections.abc import Iterable, Mapping
from typing import Any

from components.train_job_state import exits, why_waiting

SERVICE_LABEL = "serving.kserve.io/inferenceservice"
"""On the pods of a service."""

Document = Mapping[str, Any]


def is_ready(service: Document) -> bool:
    """Whether the service is ready as it was asked for last, not as it was before."""
    status = service.get("status") or {}
    is_seen = status.get("observedGeneration", 0) >= service["metadata"].get("generation", 0)
    ready = _conditions(status).get("Ready", {})
    return is_seen and ready.get("status") == "True"


def is_invalid(service: Document) -> bool:
    """Whether KServe cannot make anything of it, so that waiting is of no use."""
    model = (service.get("status") or {}).get("modelStatus") or {}
    return bool(model.get("transitionStatus") == "InvalidSpec")


def why_not_ready(service: Document, pods: Iterable[Document]) -> str:
    """What KServe, its pods' containers and the scheduler say, in one line."""
    status = service.get("status") or {}
    reasons = [reason for pod in pods for reason in (why_waiting(pod), *exits([pod])) if reason]
    failure = (status.get("modelStatus") or {}).get("lastFailureInfo") or {}
    if failure:
        reasons.append(_said(failure))
    reasons += [
        f"{kind}: {_said(condition)}"
        for kind, condition in _conditions(status).items()
        if condition["status"] == "False"
    ]
    return "; ".join(dict.fromkeys(reasons)) or "KServe says nothing of it yet"


def _conditions(status: Document) -> dict[str, Document]:
    return {condition["type"]: condition for condition in status.get("conditions") or []}


def _said(document: Document) -> str:
    return ": ".join(str(document[key]) for key in ("reason", "message") if document.get(key))
