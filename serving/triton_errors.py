"""What tritonclient's gRPC client raises, in the service's own words, by gRPC status."""

import grpc
from tritonclient.utils import InferenceServerException

from serving.errors import (
    NotReady,
    Refused,
    ServerFailed,
    ServiceError,
    TimedOut,
    Unavailable,
)

PART = "Triton"
REJECTED = grpc.StatusCode.INVALID_ARGUMENT
"""The status of one item that the encoder refuses; all else is about the server."""

BY_STATUS: dict[grpc.StatusCode, type[Unavailable]] = {
    grpc.StatusCode.OK: ServerFailed,
    grpc.StatusCode.CANCELLED: Refused,
    grpc.StatusCode.UNKNOWN: ServerFailed,
    grpc.StatusCode.INVALID_ARGUMENT: ServerFailed,
    grpc.StatusCode.DEADLINE_EXCEEDED: TimedOut,
    grpc.StatusCode.NOT_FOUND: NotReady,
    grpc.StatusCode.ALREADY_EXISTS: ServerFailed,
    grpc.StatusCode.PERMISSION_DENIED: NotReady,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ServerFailed,
    grpc.StatusCode.FAILED_PRECONDITION: NotReady,
    grpc.StatusCode.ABORTED: ServerFailed,
    grpc.StatusCode.OUT_OF_RANGE: ServerFailed,
    grpc.StatusCode.UNIMPLEMENTED: NotReady,
    grpc.StatusCode.INTERNAL: ServerFailed,
    grpc.StatusCode.UNAVAILABLE: Refused,
    grpc.StatusCode.DATA_LOSS: ServerFailed,
    grpc.StatusCode.UNAUTHENTICATED: NotReady,
}

REMEDY: dict[type[Unavailable], str] = {
    Refused: "{endpoint} cannot be reached; check that the server runs and try again",
    TimedOut: "{endpoint} did not answer within the time allowed; try again",
    NotReady: "{endpoint} answers, but has not loaded the models of this generation; "
    "wait for it, or check its model repository",
    ServerFailed: "{endpoint} answered with an error; its log has the whole of it",
}


def status_of(error: InferenceServerException) -> grpc.StatusCode | None:
    """The gRPC status that tritonclient keeps as text, or None where it raised by itself."""
    name = (error.status() or "").removeprefix("StatusCode.")
    return grpc.StatusCode.__members__.get(name)


def is_rejection(error: InferenceServerException) -> bool:
    """Whether Triton refused the item itself, so that trying again is no use."""
    return status_of(error) is REJECTED


def translated(error: InferenceServerException, endpoint: str) -> ServiceError:
    """The service's error for one of tritonclient's; `endpoint` is `host:port`."""
    status = status_of(error)
    if status is None:
        return ServiceError(f"{PART}: tritonclient refused the call: {error.message()}")
    kind = BY_STATUS[status]
    said = f" ({status.name}: {(error.message() or '')[:300]})"
    return kind(PART, REMEDY[kind].format(endpoint=endpoint) + said)
