"""What stands before KServe's HTTP routes: bounds on the body, the request's id, errors by name.

KServe's server reads a body whatever its size, and answers its own faults in three shapes. Here a
body is bounded in bytes and in time, and every error is `{"error": ...}`.
"""

import asyncio
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.bodies import check_announced_length, too_large
from serving.api.observe import Observed
from serving.errors import InvalidRequest, MalformedBody, SlowBody, TooLarge
from serving.metrics import Metrics
from serving.transformer.refusal import Refusal, refusal_response


def guard(app: FastAPI, metrics: Metrics, *, max_body_bytes: int, read_timeout_s: float) -> None:
    """Put the bounds, the measurements and the error handlers around an application."""
    app.add_middleware(Edge, max_body_bytes=max_body_bytes, read_timeout_s=read_timeout_s)
    app.add_middleware(Observed, metrics=metrics)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _framework_error)


class BodyRefused(HTTPException):
    """Raised where a body is read: FastAPI turns all but its own kind into a plain 400 there."""

    def __init__(self, error: InvalidRequest) -> None:
        super().__init__(Refusal(error).http_status, error.detail)
        self.error = error


class Edge:
    """ASGI middleware around each HTTP request, inside of `Observed`.

    Args:
        max_body_bytes: longest body that is read.
        read_timeout_s: how long a body may stop coming.
    """

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, read_timeout_s: float) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._read_timeout_s = read_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; everything that is not HTTP as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            check_announced_length(request, self._max_body_bytes)
        except TooLarge as error:
            await refusal_response(error, request)(scope, receive, send)
            return
        # In place: the route that will be found is noted in this very scope.
        scope["headers"] = _with_id(scope)
        await self._app(scope, self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        num_bytes, is_complete = 0, False

        async def receive_bounded() -> Message:
            nonlocal num_bytes, is_complete
            try:
                async with asyncio.timeout(None if is_complete else self._read_timeout_s):
                    message = await receive()
            except TimeoutError as error:
                raise BodyRefused(_slow(self._read_timeout_s)) from error
            num_bytes += len(message.get("body", b""))
            is_complete = not message.get("more_body", False)
            if num_bytes > self._max_body_bytes:
                raise BodyRefused(too_large("body", num_bytes, self._max_body_bytes))
            return message

        return receive_bounded


def _slow(timeout_s: float) -> SlowBody:
    detail = f"body: expected more of it within {timeout_s:g} s, got nothing; send it again"
    return SlowBody(detail, field="body")


def _with_id(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers, with the id that the answer and the log line will have."""
    others = [(name, value) for name, value in scope["headers"] if name != b"x-request-id"]
    return [*others, (b"x-request-id", scope["state"]["request_id"].encode())]


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return refusal_response(error.error, request)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    """A body of V2 that is no JSON, or not that of an inference request."""
    assert isinstance(error, RequestValidationError)
    return refusal_response(_named(error.errors()), request)


def _named(faults: Sequence[dict[str, object]]) -> MalformedBody:
    """The first fault of the V2 form; the other form a body may have, bytes, says nothing."""
    fault = faults[0]
    place = fault["loc"] if isinstance(fault["loc"], tuple) else ()
    path = [str(part) for part in place if part not in ("body", "InferenceRequest")]
    field = "body" if fault["type"] == "json_invalid" else ".".join(path) or "body"
    detail = f"{field}: expected an inference request of V2 in JSON, got other: {fault['msg']}"
    return MalformedBody(detail, field=field)


async def _framework_error(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, BodyRefused):
        return refusal_response(error.error, request)
    assert isinstance(error, HTTPException)
    return JSONResponse(
        {"error": f"{request.method} {request.url.path}: {error.detail}"},
        status_code=error.status_code,
        headers=error.headers,
    )
