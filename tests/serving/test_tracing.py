"""Traces as a collector receives them: the real parts, the real exporter, OTLP over HTTP."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import httpx
import psycopg
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from local.ports import free_ports
from serving.environment import SettingsError
from serving.main import build_app
from serving.settings import Settings
from serving.tracing_config import tracing_from
from tests.serving.otlp_collector import Collector, attributes, collecting
from tests.serving.postgres_shop import add_generation
from tests.serving.triton_double import TritonDouble
from tests.serving.triton_double import serving as serving_triton

ROOT = Path(__file__).parents[2]
TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = {"traceparent": f"00-{TRACE_ID}-{PARENT_ID}-01"}
INFER = "inference.GRPCInferenceService/ModelInfer"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that the environment names."""
    with collecting() as made:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
        yield made


@asynccontextmanager
async def traced_api(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The API over real parts, tracing as the environment says; all spans are out at the end."""
    settings = Settings(database_url=database_url, objects_uri="file:///tmp")
    app = build_app(settings, tracing_from(os.environ))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://shop") as client,
    ):
        # What the service looks at by itself when it starts is no part of any trace.
        await client.get("/readyz")
        yield client


async def test_one_request_is_one_trace_from_the_caller_to_triton_and_sql(
    collector: Collector, postgres_url: str
) -> None:
    double = TritonDouble()
    async with serving_triton(double) as endpoint:
        add_generation(postgres_url, dimension=4, endpoint=endpoint)
        async with traced_api(postgres_url) as client:
            headers = {**TRACEPARENT, "x-request-id": "r-1"}
            answer = await client.post("/v1/items", json={"item_id": "a"}, headers=headers)
    assert answer.status_code == 200
    assert collector.paths == {"/v1/traces"}
    assert collector.resource["service.name"] == "modiste-retrieval"
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE_ID}
    request = collector.named("POST /v1/items")
    assert (request.kind, request.parent_span_id.hex()) == (Span.SPAN_KIND_SERVER, PARENT_ID)
    said = attributes(request.attributes)
    assert (said["http.route"], said["http.response.status_code"]) == ("/v1/items", 200)
    assert (said["http.request.method"], said["modiste.request_id"]) == ("POST", "r-1")

    triton = collector.named(INFER)
    assert (triton.kind, triton.parent_span_id) == (Span.SPAN_KIND_CLIENT, request.span_id)
    said = attributes(triton.attributes)
    assert (said["rpc.system"], said["server.port"]) == ("grpc", int(endpoint.split(":")[1]))
    assert double.metadata["traceparent"] == f"00-{TRACE_ID}-{triton.span_id.hex()}-01"
    assert double.metadata["x-request-id"] == "r-1"

    upsert = collector.named("store.upsert")
    assert upsert.parent_span_id == request.span_id
    written = [span for span in collector.spans if span.name.startswith("INSERT ")]
    assert {span.parent_span_id for span in written} == {upsert.span_id}
    said = attributes(written[0].attributes)
    assert (said["db.system.name"], said["db.operation.name"]) == ("postgresql", "INSERT")
    assert said["db.namespace"] == postgres_url.rpartition("/")[2]
    assert "%s" in str(said["db.query.text"])


async def test_what_fails_is_marked_with_its_cause_and_the_callers_faults_are_not(
    collector: Collector, postgres_url: str
) -> None:
    double = TritonDouble(abort=(grpc.StatusCode.UNAVAILABLE, "gone"))
    async with serving_triton(double) as endpoint:
        add_generation(postgres_url, dimension=4, endpoint=endpoint)
        async with traced_api(postgres_url) as client:
            assert (
                await client.post("/v1/search", json={"query": {"text": "a"}})
            ).status_code == 503
            assert (await client.get("/v1/items/nope")).status_code == 404
            with psycopg.connect(postgres_url, autocommit=True) as connection:
                connection.execute("DROP TABLE vectors_g0001, items CASCADE")
            assert (await client.get("/v1/items?limit=1")).status_code == 503
    search, triton = collector.named("POST /v1/search"), collector.named(INFER)
    assert triton.parent_span_id == search.span_id
    for span in (search, triton):
        assert span.status.code == Status.STATUS_CODE_ERROR
        assert attributes(span.attributes)["error.type"] == "refused"
    unknown = collector.named("GET /v1/items/{item_id}")
    assert unknown.status.code == Status.STATUS_CODE_UNSET
    assert attributes(unknown.attributes)["error.type"] == "unknown-item"
    failed = [span for span in collector.spans if span.status.code == Status.STATUS_CODE_ERROR]
    codes = {attributes(span.attributes).get("db.response.status_code") for span in failed}
    assert codes == {None, "42P01"}
    assert attributes(collector.named("GET /v1/items").attributes)["error.type"] == "not-ready"


async def test_probes_and_what_the_sampler_leaves_out_are_not_sent(
    collector: Collector, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")
    double = TritonDouble()
    async with serving_triton(double) as endpoint:
        add_generation(postgres_url, dimension=4, endpoint=endpoint)
        async with traced_api(postgres_url) as client:
            await client.post("/v1/items", json={"item_id": "a"})
            flags = double.metadata["traceparent"].rpartition("-")[2]
            assert int(flags, 16) & 1 == 0, "the caller was told that it is sampled"
            assert (await client.get("/readyz", headers=TRACEPARENT)).status_code == 200
            assert (await client.get("/v1/items", headers=TRACEPARENT)).status_code == 200
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE_ID}
    assert "GET /v1/items" in {span.name for span in collector.spans}
    assert "GET /readyz" not in {span.name for span in collector.spans}
    assert collector.resource["service.name"] == "shop"


async def test_a_collector_that_is_away_costs_no_request(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_ports(1)[0]}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    async with serving_triton(TritonDouble()) as endpoint:
        add_generation(postgres_url, dimension=4, endpoint=endpoint)
        async with traced_api(postgres_url) as client:
            for number in range(50):
                answer = await client.post("/v1/items", json={"item_id": f"item-{number}"})
                assert answer.status_code == 200


def test_without_a_collector_the_sdk_is_not_even_loaded() -> None:
    code = (
        "import sys, serving.main, serving.tracing_config as config\n"
        "assert config.tracing_from({}) is None\n"
        "loaded = ('opentelemetry.sdk', 'opentelemetry.exporter', 'serving.tracing', 'requests')\n"
        "assert not set(loaded) & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("off", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}])
def test_the_usual_switches_turn_it_off(off: dict[str, str]) -> None:
    assert tracing_from({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", **off}) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"},
            "OTEL_EXPORTER_OTLP_ENDPOINT: expected http://host:4318 or https://..., "
            "got 'collector:4318'",
        ),
        (
            {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf, got 'grpc'; give the "
            "collector's HTTP port, usually 4318",
        ),
        (
            {"OTEL_TRACES_EXPORTER": "zipkin"},
            "OTEL_TRACES_EXPORTER: expected otlp or none, got 'zipkin'",
        ),
    ],
)
def test_what_is_not_here_is_refused_by_name(given: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        tracing_from({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", **given})
    assert str(caught.value) == message
