"""Requests that cannot be answered: the status, the field and the remedy, over HTTP and gRPC."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
import numpy as np
import pytest
from tritonclient.grpc import InferInput, service_pb2
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from serving.triton_client import MAX_ROWS
from tests.serving.transformer.process import MODEL, Transformer, texts_v2
from tests.serving.triton_double import TritonDouble, serving

TEXT = '{"clothes": {}}'


def item_of_v2(**changes: object) -> dict[str, Any]:
    return {"inputs": [{**texts_v2([TEXT])["inputs"][0], **changes}]}


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ([1], 400, 'body: expected an object {"instances": [item, ...]}, got [1]'),
        ({"inputs": []}, 400, 'body: expected an object {"instances": [item, ...]}, got {\'inputs'),
        ({"instances": {}}, 400, "instances: expected a list of items, got {}"),
        ({"instances": []}, 400, "instances: expected 1 to 2,048 items, got none"),
        (
            {"instances": [{}] * 2049},
            413,
            "instances: expected at most 2,048 items, got 2,049; send them in several requests",
        ),
    ],
)
def test_v1_names_what_is_wrong_with_a_request(
    transformer: Transformer, body: object, status: int, message: str
) -> None:
    response = transformer.v1(body)
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert response.json()["error"].startswith(message)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "inputs: expected an inference request of V2 in JSON, got other: Field required"),
        (
            item_of_v2(name="items"),
            400,
            "inputs: expected one tensor named 'item', got ['items']",
        ),
        (item_of_v2(datatype="FP32"), 400, "inputs.item.datatype: expected BYTES, got FP32"),
        (
            item_of_v2(shape=[1, 2]),
            400,
            "inputs.item.shape: expected [N] or [N, 1], N items, got [1, 2]",
        ),
        (
            item_of_v2(shape=[-1, 1]),
            400,
            "inputs.item.shape: expected [N] or [N, 1], N items, got [-1, 1]",
        ),
        (item_of_v2(shape=[0], data=[]), 400, "inputs.item.shape: expected 1 to 2,048 items, got"),
        (
            item_of_v2(shape=[2]),
            400,
            "inputs.item: expected as many texts as its shape [2] says, got other data",
        ),
        (
            item_of_v2(data=[{}]),
            400,
            "inputs.item.data[0]: expected an item's JSON as a text, got {}",
        ),
        (
            {**item_of_v2(), "outputs": [{"name": "vector"}]},
            400,
            "outputs: expected names among embedding, error, generation, got vector",
        ),
        (
            item_of_v2(shape=[2049]),
            413,
            "inputs.item.shape: expected at most 2,048 items, got 2,049; send them in several",
        ),
    ],
)
def test_v2_names_what_is_wrong_with_a_request(
    transformer: Transformer, body: object, status: int, message: str
) -> None:
    response = transformer.v2(body)
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert response.json()["error"].startswith(message)


JSON = {"content-type": "application/json"}
BINARY = {"content-type": "application/octet-stream"}


@pytest.mark.parametrize(
    ("path", "headers", "content", "status", "message"),
    [
        (":predict", JSON, b'{"instances": [', 400, "body: expected a request of V1, got other: "),
        (":predict", JSON, b'{"instances": [NaN]}', 400, "body: expected a request of V1, got ot"),
        (":predict", {"content-type": "text/plain"}, b"{", 400, "body: expected JSON, got someth"),
        ("/infer", JSON, b'{"inputs": [', 400, "body: expected an inference request of V2 in JSO"),
        ("/infer", BINARY, b"abc", 400, "body: expected a request of V2, got other: received byt"),
        (
            "/infer",
            {**BINARY, "inference-header-content-length": "x"},
            b"abc",
            400,
            "body: expected a request of V2, got other: invalid literal",
        ),
        (
            "/infer",
            {**BINARY, "inference-header-content-length": "2"},
            b"[]",
            400,
            "body: expected a request of V2, got other: ",
        ),
        (":predict", JSON, b" " * (8 * 2**20 + 1), 413, "body: expected at most 8,388,608 bytes"),
        ("/infer", JSON, b" " * (8 * 2**20 + 1), 413, "body: expected at most 8,388,608 bytes"),
    ],
)
@pytest.mark.parametrize("is_announced", [True, False])
def test_a_body_that_cannot_be_read_is_told_why(
    transformer: Transformer,
    path: str,
    headers: dict[str, str],
    content: bytes,
    status: int,
    message: str,
    is_announced: bool,
) -> None:
    version = "v1" if path == ":predict" else "v2"
    sent = content if is_announced else iter([content[:100], content[100:]])
    response = httpx.post(
        f"{transformer.url}/{version}/models/{MODEL}{path}", headers=headers, content=sent
    )
    assert response.status_code == status
    assert response.json()["error"].startswith(message)


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("POST", "/v1/models/tower:predict", 404, "model_name: expected item_embedding, got 'tow"),
        ("POST", "/v2/models/tower/infer", 404, "model_name: expected item_embedding, got 'tower"),
        ("GET", "/v2/models/tower", 404, "model_name: expected item_embedding, got 'tower'"),
        ("GET", "/v2/models/tower/ready", 404, "model_name: expected item_embedding, got 'tower"),
        ("POST", f"/v1/models/{MODEL}:explain", 405, "expected one of predict, infer, got explai"),
        ("POST", f"/v2/repository/models/{MODEL}/unload", 405, "expected one of infer, got load "),
        ("GET", "/nowhere", 404, "GET /nowhere: Not Found"),
    ],
)
def test_what_is_not_there_is_told_by_name(
    transformer: Transformer, method: str, path: str, status: int, message: str
) -> None:
    body = {"instances": [{}], **item_of_v2()}
    response = httpx.request(method, f"{transformer.url}{path}", json=body)
    assert response.status_code == status
    assert response.json()["error"].startswith(message)
    assert transformer.is_ready()


def tensor(num_items: int, name: str = "item") -> InferInput:
    made = InferInput(name, [num_items, 1], "BYTES")
    made.set_data_from_numpy(np.full((num_items, 1), b"{}", dtype=np.object_))
    return made


@pytest.mark.parametrize(
    ("model", "asked", "status", "message"),
    [
        ("tower", tensor(1), "NOT_FOUND", "model_name: expected item_embedding, got 'tower'"),
        (MODEL, tensor(1, "items"), "INVALID_ARGUMENT", "inputs: expected one tensor named 'item'"),
        (MODEL, tensor(2049), "RESOURCE_EXHAUSTED", "inputs.item.shape: expected at most 2,048"),
    ],
)
async def test_grpc_has_a_status_for_each_fault(
    transformer: Transformer, model: str, asked: InferInput, status: str, message: str
) -> None:
    async with InferenceServerClient(transformer.grpc) as client:
        with pytest.raises(InferenceServerException, match=message) as caught:
            await client.infer(model, [asked])
    assert caught.value.status() == f"StatusCode.{status}"


async def test_a_predictor_that_is_away_is_a_503_and_not_ready(
    before_a_double: Transformer, predictor_port: int
) -> None:
    response = before_a_double.v1({"instances": [{}]})
    assert response.status_code == 503
    assert response.headers["retry-after"]
    away = f"Triton: 127.0.0.1:{predictor_port} cannot be reached; check that the server runs"
    assert response.json()["error"].startswith(away)
    assert httpx.get(f"{before_a_double.url}/v2/health/live").status_code == 200
    for path in ("/v2/health/ready", f"/v2/models/{MODEL}/ready", f"/v1/models/{MODEL}"):
        assert httpx.get(f"{before_a_double.url}{path}").status_code == 503
    assert any(line["message"].startswith("not ready: Triton") for line in before_a_double.logged())
    async with InferenceServerClient(before_a_double.grpc) as client:
        assert not await client.is_server_ready()
        with pytest.raises(InferenceServerException, match="cannot be reached") as caught:
            await client.infer(MODEL, [tensor(1)])
    assert caught.value.status() == "StatusCode.UNAVAILABLE"


async def asked(function: Callable[..., httpx.Response], *arguments: object) -> httpx.Response:
    """A blocking call to the transformer while this loop serves its predictor."""
    return await asyncio.to_thread(function, *arguments)


async def test_it_is_ready_once_its_predictor_gives_vectors(
    before_a_double: Transformer, predictor_port: int
) -> None:
    def answers() -> httpx.Response:
        return httpx.get(f"{before_a_double.url}/v2/health/ready")

    async with serving(TritonDouble(), port=predictor_port), asyncio.timeout(20):
        while (await asked(answers)).status_code != 200:
            await asyncio.sleep(0.05)
    async with serving(TritonDouble(bad=b"{"), port=predictor_port), asyncio.timeout(20):
        while (await asked(answers)).status_code != 503:
            await asyncio.sleep(0.05)


@dataclass
class Knowing(TritonDouble):
    """Keeps the last call's ids; answers each call of many rows as the next generation."""

    id: str = ""
    header: object = None
    is_changing: bool = False

    async def answer(
        self, request: service_pb2.ModelInferRequest, context: grpc.aio.ServicerContext
    ) -> service_pb2.ModelInferResponse:
        self.id, self.header = request.id, dict(context.invocation_metadata()).get("x-request-id")
        if self.is_changing:
            self.generation = f"g000{1 + len(self.batches)}"
        return await super().answer(request, context)


async def reached(transformer: Transformer, body: object) -> httpx.Response:
    """The answer to a request, once the transformer has found the double."""
    async with asyncio.timeout(20):
        while True:
            response = await asked(lambda: transformer.v1(body, headers={"x-request-id": "abc"}))
            if "cannot be reached" not in response.text:
                return response
            await asyncio.sleep(0.05)


async def test_a_requests_id_goes_along(before_a_double: Transformer, predictor_port: int) -> None:
    double = Knowing()
    async with serving(double, port=predictor_port):
        response = await reached(before_a_double, {"instances": [{}]})
    assert response.headers["x-request-id"] == "abc"
    assert (double.id, double.header) == ("abc", "abc")
    assert any(line.get("request_id") == "abc" for line in before_a_double.logged())


@pytest.mark.parametrize(
    ("double", "status", "message"),
    [
        (TritonDouble(is_silent=True), 504, "did not answer within the time allowed; try again"),
        (TritonDouble(abort=(grpc.StatusCode.NOT_FOUND, "no")), 503, "has not loaded the models"),
        (TritonDouble(abort=(grpc.StatusCode.INTERNAL, "stub")), 503, "answered with an error"),
        (TritonDouble(is_nan=True), 503, "answered a vector that is no number; publish it again"),
    ],
)
async def test_a_predictor_that_fails_is_told_apart(
    before_a_double: Transformer,
    predictor_port: int,
    double: TritonDouble,
    status: int,
    message: str,
) -> None:
    async with serving(double, port=predictor_port):
        response = await reached(before_a_double, {"instances": [{}]})
    assert response.status_code == status
    assert message in response.json()["error"]


async def test_vectors_of_two_generations_are_never_in_one_answer(
    before_a_double: Transformer, predictor_port: int
) -> None:
    async with serving(Knowing(is_changing=True), port=predictor_port):
        response = await reached(before_a_double, {"instances": [{}] * (MAX_ROWS + 1)})
    assert response.status_code == 503
    assert "expected one generation in an answer, got g000" in response.json()["error"]
