"""A cursor of psycopg that makes a span of each statement, by its own extension point.

Values never become part of a span: statements are shown with their placeholders.
"""

from typing import Any

from opentelemetry import trace
from opentelemetry.semconv.attributes.db_attributes import (
    DB_NAMESPACE,
    DB_OPERATION_NAME,
    DB_QUERY_TEXT,
    DB_RESPONSE_STATUS_CODE,
    DB_SYSTEM_NAME,
)
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from psycopg import AsyncConnection, AsyncCursor, Error
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import TupleRow
from psycopg.sql import Composable

MAX_TEXT = 2_000
"""Characters of a statement that a span keeps."""


def traced_cursor(tracer: Tracer) -> type[AsyncCursor]:
    """The class of cursors whose statements are spans of this tracer."""

    class TracedCursor(AsyncCursor[TupleRow]):
        """Statements within a trace are spans; the pool's own and those of no request are not."""

        # Without template strings, which need Python 3.14.
        async def execute(  # type: ignore[override]
            self, query: QueryNoTemplate, params: Params | None = None, **options: Any
        ) -> "TracedCursor":
            """See `psycopg.AsyncCursor.execute`."""
            is_recorded = trace.get_current_span().is_recording()
            text = _text(query, self.connection) if is_recorded else ""
            if not text:
                await super().execute(query, params, **options)
                return self
            attributes = _attributes(text, self.connection)
            with tracer.start_as_current_span(
                f"{attributes[DB_OPERATION_NAME]} {attributes[DB_NAMESPACE]}",
                kind=SpanKind.CLIENT,
                attributes=attributes,
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                try:
                    await super().execute(query, params, **options)
                except Error as error:
                    span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                    span.set_attribute(ERROR_TYPE, error.sqlstate or type(error).__name__)
                    if error.sqlstate:
                        span.set_attribute(DB_RESPONSE_STATUS_CODE, error.sqlstate)
                    raise
            return self

    return TracedCursor


def _text(query: QueryNoTemplate, connection: AsyncConnection[Any]) -> str:
    if isinstance(query, Composable):
        return query.as_string(connection)
    return query.decode() if isinstance(query, bytes) else str(query)


def _attributes(text: str, connection: AsyncConnection[Any]) -> dict[str, str | int]:
    info = connection.info
    return {
        DB_SYSTEM_NAME: "postgresql",
        DB_NAMESPACE: info.dbname,
        DB_OPERATION_NAME: text.split(None, 1)[0].upper(),
        DB_QUERY_TEXT: text[:MAX_TEXT],
        SERVER_ADDRESS: info.host,
        SERVER_PORT: info.port,
    }
