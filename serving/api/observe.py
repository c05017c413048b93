"""Around every request: an id, a measurement, a log line, an answer when all else failed."""

import asyncio
import logging
import re
import time
import uuid
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.problems import problem_response
from serving.errors import ServiceError
from serving.logs import REQUEST_ID
from serving.metrics import Metrics

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")

UNKNOWN_ROUTE = "none"
"""The route of paths that are none of ours."""

log = logging.getLogger("serving.access")


@dataclass
class _Sent:
    """What the application has answered so far."""

    status: int = 0


class Observed:
    """ASGI middleware: gives each request its id and counts what became of it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, observed; everything that is not HTTP as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        # Not reset: the server's own lines about this request come after us, in the same task.
        REQUEST_ID.set(request_id)
        sent = _Sent()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent.status = message["status"]
                own = {**scope["state"].get("headers", {}), "x-request-id": request_id}
                added = [(name.lower().encode(), text.encode()) for name, text in own.items()]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        started = time.perf_counter()
        try:
            with self._metrics.in_flight():
                await self._answer(scope, receive, send_with_id, sent)
        finally:
            self._note(scope, sent, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, sent: _Sent) -> None:
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            scope["state"]["outcome"] = "disconnected"
        except asyncio.CancelledError:
            scope["state"]["outcome"] = "cancelled"
            raise
        except Exception:
            log.exception("a request failed by a fault of ours", extra=_fields(scope))
            error = ServiceError("an unexpected fault; the log has it under this request_id")
            scope["state"]["outcome"] = error.kind
            if sent.status:
                raise
            await problem_response(error, scope)(scope, receive, send)

    def _note(self, scope: Scope, sent: _Sent, seconds: float) -> None:
        outcome = scope["state"].get("outcome") or str(sent.status)
        self._metrics.observe_request(scope["method"], route_of(scope), outcome, seconds)
        fields = {"status": sent.status, "outcome": outcome, "milliseconds": seconds * 1e3}
        log.info("answered", extra={**_fields(scope), **fields})


def route_of(scope: Scope) -> str:
    """The template of the route that answered, as `/docs` writes it, or UNKNOWN_ROUTE."""
    if "route" in scope:
        return str(scope["route"].path_format)
    # A mounted application, such as the page's files, moves the root and names no route.
    mounted = scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))
    return f"{mounted}/{{path}}" if mounted and "app_root_path" in scope else UNKNOWN_ROUTE


def _fields(scope: Scope) -> dict[str, object]:
    known = {
        name: scope["state"][name] for name in ("request_id", "caller") if name in scope["state"]
    }
    return {**known, "method": scope["method"], "path": scope["path"]}


def _request_id(scope: Scope) -> str:
    """The caller's id if it is a plain one, so that traces join; else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
