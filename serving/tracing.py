"""Traces by OpenTelemetry: one for each request, from the API to Triton and to every statement.

Made only where a collector is named; otherwise the SDK is not even imported. Its own
variables configure it (`OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`,
`OTEL_BSP_SCHEDULE_DELAY`, `OTEL_PROPAGATORS`, ...). Spans go out by a thread of the SDK: a
collector that is away costs spans, never a request.

Names and attributes follow the semantic conventions of HTTP, database and RPC.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from serving.errors import ServiceError
from serving.traced_sql import traced_cursor

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from psycopg import AsyncCursor

SERVICE = "modiste-retrieval"
"""`service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES gives another."""

FLUSH_TIMEOUT_S = 3.0
"""How long the end of the process waits for spans to go out."""

_RPC = {
    "rpc.system": "grpc",
    # The name of the same in newer conventions.
    "rpc.system.name": "grpc",
    "rpc.method": "inference.GRPCInferenceService/ModelInfer",
}


class Tracing:
    """Makes the spans of a service.

    Args:
        processor: where ended spans go.
    """

    def __init__(self, processor: "SpanProcessor") -> None:
        # Ended by `close`, which has a bound; the SDK's own hook at exit has another.
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self.tracer = self._provider.get_tracer("modiste")

    @contextmanager
    def operation(self, name: str) -> Iterator[None]:
        """The span of one operation of the store; only within a trace."""
        with self._span(f"store.{name}", SpanKind.INTERNAL, {}):
            yield

    @contextmanager
    def triton_call(self, endpoint: str) -> Iterator[Mapping[str, str]]:
        """The span of one call to Triton; gives the gRPC metadata that carries the trace on."""
        host, _, port = endpoint.rpartition(":")
        attributes: dict[str, str | int] = {**_RPC, SERVER_ADDRESS: host, SERVER_PORT: int(port)}
        metadata: dict[str, str] = {}
        with self._span(_RPC["rpc.method"], SpanKind.CLIENT, attributes):
            propagate.inject(metadata)
            yield metadata

    @contextmanager
    def _span(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str | int]
    ) -> Iterator[None]:
        """A span that fails with its block; what the caller did wrong is no failure of ours."""
        if not is_traced():
            yield
            return
        with self.tracer.start_as_current_span(
            name,
            kind=kind,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                _note_failure(span, error)
                raise

    def log_filter(self) -> logging.Filter:
        """What gives lines of the log the ids of their trace and span."""
        return TraceIds()

    def cursor(self) -> "type[AsyncCursor]":
        """psycopg's cursor, with a span for each statement within a trace."""
        return traced_cursor(self.tracer)

    def close(self, timeout_s: float = FLUSH_TIMEOUT_S) -> None:
        """Send what is left, and give up after a while: the collector may be away."""
        # A thread of its own: the SDK's wait for a collector cannot be bounded from outside.
        flushing = threading.Thread(target=self._provider.shutdown, daemon=True)
        flushing.start()
        flushing.join(timeout_s)


class TraceIds(logging.Filter):
    """Adds `trace_id` and `span_id` to records that are made within a trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true."""
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            record.trace_id = trace.format_trace_id(context.trace_id)
            record.span_id = trace.format_span_id(context.span_id)
        return True


def is_traced() -> bool:
    """Whether there is a trace to belong to: work in the background has none."""
    return trace.get_current_span().get_span_context().is_valid


def _note_failure(span: Span, error: Exception) -> None:
    kind, is_ours = type(error).__name__, True
    if isinstance(error, ServiceError):
        kind, is_ours = error.kind, error.status >= 500
    span.set_attribute(ERROR_TYPE, kind)
    if is_ours:
        span.set_status(Status(StatusCode.ERROR, str(error)))


def _resource() -> Resource:
    found = Resource.create()
    if not str(found.attributes["service.name"]).startswith("unknown_service"):
        return found
    return found.merge(Resource({"service.name": SERVICE}))
