"""The span of a request: the root of its trace, or the child of the caller's (W3C traceparent)."""

from opentelemetry import propagate
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE,
)
from opentelemetry.semconv.attributes.url_attributes import URL_PATH, URL_SCHEME
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.observe import UNKNOWN_ROUTE, route_of
from serving.metrics import METHODS

UNTRACED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines every few seconds; their traces would be most of all."""


class Traced:
    """ASGI middleware: what happens within a request happens within its span."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on within its span; everything that is not HTTP as it is."""
        if scope["type"] != "http" or scope["path"] in UNTRACED:
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "HTTP"
        with self._tracer.start_as_current_span(
            method,
            context=propagate.extract(_carrier(scope)),
            kind=SpanKind.SERVER,
            attributes={
                HTTP_REQUEST_METHOD: method if method in METHODS else "_OTHER",
                URL_PATH: scope["path"],
                URL_SCHEME: scope["scheme"],
            },
        ) as span:

            async def send_noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note_status(span, message["status"])
                await send(message)

            await self._app(scope, receive, send_noted)
            _note_end(span, method, scope)


def _carrier(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _note_status(span: Span, status: int) -> None:
    span.set_attribute(HTTP_RESPONSE_STATUS_CODE, status)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))
        span.set_attribute(ERROR_TYPE, str(status))


def _note_end(span: Span, method: str, scope: Scope) -> None:
    """What is only known afterwards: the route, the request's id, and a failure's kind."""
    route = route_of(scope)
    if route != UNKNOWN_ROUTE:
        span.update_name(f"{method} {route}")
        span.set_attribute(HTTP_ROUTE, route)
    state = scope.get("state", {})
    span.set_attribute("modiste.request_id", state.get("request_id", ""))
    if "outcome" in state:
        span.set_attribute(ERROR_TYPE, state["outcome"])
