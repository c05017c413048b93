"""The service's errors as KServe's two servers answer them: an HTTP status and a gRPC status.

    InvalidRequest    400  INVALID_ARGUMENT
    |-- SlowBody      408  DEADLINE_EXCEEDED
    `-- TooLarge      413  RESOURCE_EXHAUSTED
    NotFound          404  NOT_FOUND
    MethodNotAllowed  405  UNIMPLEMENTED
    Unavailable       503  UNAVAILABLE
    `-- TimedOut      504  DEADLINE_EXCEEDED
    anything else     500  INTERNAL

KServe's gRPC server passes a `GrpcException` on with its status, and its HTTP server has a handler
for each exception that it is given one for; so one exception serves both. Over HTTP the answer is
`{"error": ...}`, which both protocols ask for.
"""

import logging
from collections.abc import Mapping

import grpc
from fastapi import Request
from fastapi.responses import JSONResponse
from grpc_interceptor.exceptions import GrpcException

from serving.errors import (
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    ServiceError,
    SlowBody,
    TimedOut,
    TooLarge,
    Unavailable,
)

# The first that fits counts.
_STATUSES: Mapping[type[ServiceError], tuple[int, grpc.StatusCode]] = {
    SlowBody: (408, grpc.StatusCode.DEADLINE_EXCEEDED),
    TooLarge: (413, grpc.StatusCode.RESOURCE_EXHAUSTED),
    InvalidRequest: (400, grpc.StatusCode.INVALID_ARGUMENT),
    NotFound: (404, grpc.StatusCode.NOT_FOUND),
    MethodNotAllowed: (405, grpc.StatusCode.UNIMPLEMENTED),
    TimedOut: (504, grpc.StatusCode.DEADLINE_EXCEEDED),
    Unavailable: (503, grpc.StatusCode.UNAVAILABLE),
    ServiceError: (500, grpc.StatusCode.INTERNAL),
}

log = logging.getLogger(__name__)


class Refusal(GrpcException):
    """A whole request that cannot be answered."""

    def __init__(self, error: ServiceError) -> None:
        self.error = error
        kind = next(kind for kind in _STATUSES if isinstance(error, kind))
        self.http_status, status = _STATUSES[kind]
        super().__init__(status_code=status, details=error.detail)


def refusal_response(error: ServiceError, request: Request) -> JSONResponse:
    """The HTTP answer to a request that ended in this error, noted for its log line."""
    refusal = Refusal(error)
    request.scope.setdefault("state", {})["outcome"] = error.kind
    if isinstance(error, Unavailable):
        log.warning(error.detail, extra={"cause": repr(error.__cause__)[:500]})
    return JSONResponse(
        {"error": error.detail}, status_code=refusal.http_status, headers=dict(error.headers())
    )
