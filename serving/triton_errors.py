"""What a call to Triton over gRPC raises, in the service's own words, by gRPC status."""

import grpc

from serving.errors import (
    NotReady,
    Refused,
    ServerFailed,
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


def is_rejection(error: grpc.aio.AioRpcError) -> bool:
    """Whether Triton refused the item itself, so that trying again is no use."""
    return error.code() is REJECTED


def translated(error: grpc.aio.AioRpcError, endpoint: str) -> Unavailable:
    """The service's error for one of gRPC's; `endpoint` is `host:port`."""
    status = error.code()
    kind = BY_STATUS[status]
    said = f" ({status.name}: {(error.details() or '')[:300]})"
    return kind(PART, REMEDY[kind].format(endpoint=endpoint) + said)
