"""The log of a real server: every line of a request has its id, whoever writes it."""

import asyncio
import io
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from opentelemetry.sdk.trace import TracerProvider
from starlette.types import Receive, Scope, Send

from serving.api.observe import Observed
from serving.logs import JsonLines, RequestIds, add_to_lines, log_to_stderr
from serving.metrics import Metrics
from serving.tracing import TraceIds

PARTS = ("psycopg", "serving.triton_client", "botocore")


@pytest.fixture
def lines() -> Iterator["_Lines"]:
    """What is logged during the test, as it is written; `read` gives it."""
    stream, found = io.StringIO(), _Lines()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(RequestIds())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    found.stream = stream
    yield found
    root.removeHandler(handler)
    root.setLevel(level)


class _Lines(list[dict[str, object]]):
    """Lines read from a stream."""

    stream: io.StringIO

    def read(self) -> "_Lines":
        """Everything that was written by now."""
        self[:] = [json.loads(line) for line in self.stream.getvalue().splitlines()]
        return self


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Has parts and a thread write lines, answers, and breaks in the middle where told to."""
    for part in PARTS:
        logging.getLogger(part).warning("something of %s", part)
    await asyncio.to_thread(logging.getLogger("thread").warning, "something of a thread")
    await asyncio.create_task(_in_a_task())
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/broken":
        raise ValueError("in the middle")
    await send({"type": "http.response.body", "body": b"done"})


async def _in_a_task() -> None:
    logging.getLogger("task").warning("something of a task")


@asynccontextmanager
async def serving(metrics: Metrics) -> AsyncIterator[str]:
    """`app`, observed, by uvicorn on a free port."""
    config = uvicorn.Config(Observed(app, metrics), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running


async def test_lines_of_parts_threads_and_tasks_have_their_requests_id(lines: _Lines) -> None:
    async with serving(Metrics()) as url, httpx.AsyncClient(base_url=url) as client:
        ids = [f"request-{number}" for number in range(8)]
        await asyncio.gather(*(client.get("/", headers={"x-request-id": one}) for one in ids))
    loggers = {*PARTS, "thread", "task", "serving.access"}
    for one in ids:
        written = [line["logger"] for line in lines.read() if line.get("request_id") == one]
        assert set(written) >= loggers
    assert not [line for line in lines if line["logger"] in loggers and "request_id" not in line]


async def test_an_answer_that_breaks_is_counted_and_the_servers_line_has_its_id(
    lines: _Lines,
) -> None:
    metrics = Metrics()
    async with serving(metrics) as url, httpx.AsyncClient(base_url=url) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/broken", headers={"x-request-id": "broken"})
    of_server = [line for line in lines.read() if line["logger"] == "uvicorn.error"]
    failed = [line for line in of_server if "traceback" in line]
    assert [line["request_id"] for line in failed] == ["broken"]
    [answered] = [line for line in lines if line["message"] == "answered"]
    assert (answered["outcome"], answered["status"]) == ("internal", 200)
    labels = {"method": "GET", "route": "none", "outcome": "internal"}
    name = "modiste_http_request_duration_seconds_count"
    assert metrics.registry.get_sample_value(name, labels) == 1


def test_outside_of_a_request_there_is_no_id(lines: _Lines) -> None:
    logging.getLogger("background").warning("nobody asked")
    [line] = [line for line in lines.read() if line["logger"] == "background"]
    assert "request_id" not in line


def test_lines_within_a_span_have_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log_to_stderr()
    add_to_lines(TraceIds())
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("one") as span:
        logging.getLogger("a").info("within")
    logging.getLogger("a").info("after")
    root.handlers[:] = handlers
    root.setLevel(level)
    within, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    context = span.get_span_context()
    assert within["trace_id"] == f"{context.trace_id:032x}"
    assert within["span_id"] == f"{context.span_id:016x}"
    assert "trace_id" not in after
