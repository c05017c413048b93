"""What the forms of V2 have beyond their vectors: shapes, outputs by name, null, ids, metadata."""

import json
import math

import httpx
import numpy as np
import pytest
from tritonclient import http as triton_http
from tritonclient.grpc import InferenceServerClient, InferInput

from tests.conftest import TritonAddress
from tests.serving.transformer.process import MODEL, Transformer, texts_v2

BAD = json.dumps({"clothes": {"color": "Blakc"}})


def test_a_list_of_texts_is_as_good_as_a_column(transformer: Transformer) -> None:
    [column, flat] = [
        transformer.v2(texts_v2(["{}", "{}"], shape)).json() for shape in ([2, 1], [2])
    ]
    assert column["outputs"] == flat["outputs"]
    shapes = {output["name"]: output["shape"] for output in flat["outputs"]}
    assert shapes == {"embedding": [2, 16], "error": [2, 1], "generation": [2, 1]}


def test_json_has_null_where_a_row_has_no_vector(transformer: Transformer) -> None:
    response = transformer.v2(texts_v2(["{}", BAD]))
    assert response.headers["content-type"] == "application/json"
    embedding = response.json()["outputs"][0]["data"]
    assert all(isinstance(value, float) and math.isfinite(value) for value in embedding[:16])
    assert embedding[16:] == [None] * 16


def test_outputs_come_by_name_and_each_in_the_form_it_was_asked_for(
    transformer: Transformer,
) -> None:
    asked = [{"name": "generation"}, {"name": "embedding", "parameters": {"binary_data": True}}]
    response = transformer.v2({**texts_v2(["{}"]), "outputs": asked})
    length = int(response.headers["inference-header-content-length"])
    generation, embedding = json.loads(response.content[:length])["outputs"]
    assert (generation["name"], generation["data"]) == ("generation", ["g0001"])
    assert embedding["parameters"] == {"binary_data_size": 64}
    assert np.isfinite(np.frombuffer(response.content[length:], dtype=np.float32)).all()


def test_an_id_comes_back_and_a_request_without_one_gets_one(transformer: Transformer) -> None:
    given = transformer.v2({**texts_v2(["{}"]), "id": "42"}, headers={"x-request-id": "abc"})
    assert (given.json()["id"], given.headers["x-request-id"]) == ("42", "abc")
    made = transformer.v2(texts_v2(["{}"]))
    assert made.json()["id"] == made.headers["x-request-id"]


def test_tritons_own_clients_take_it_for_a_triton(transformer: Transformer) -> None:
    texts = np.array([[b"{}"], [BAD.encode()]], dtype=np.object_)
    over_http = triton_http.InferInput("item", [2, 1], "BYTES")
    over_http.set_data_from_numpy(texts)
    over_grpc = InferInput("item", [2, 1], "BYTES")
    over_grpc.set_data_from_numpy(texts)
    with triton_http.InferenceServerClient(transformer.url.removeprefix("http://")) as client:
        first = client.infer(MODEL, [over_http]).as_numpy("embedding")
    with InferenceServerClient(transformer.grpc) as client:
        assert client.is_server_ready()
        second = client.infer(MODEL, [over_grpc]).as_numpy("embedding")
    np.testing.assert_array_equal(first, second)
    assert np.isnan(second[1]).all()


def test_text_that_is_not_utf_8_is_an_item_that_is_none(transformer: Transformer) -> None:
    texts = InferInput("item", [2], "BYTES")
    texts.set_data_from_numpy(np.array([b"\xff", b"{}"], dtype=np.object_))
    with InferenceServerClient(transformer.grpc) as client:
        errors = client.infer(MODEL, [texts]).as_numpy("error").ravel()
    assert errors[0]
    assert not errors[1]


def test_the_model_is_described(transformer: Transformer, triton: TritonAddress) -> None:
    ours = httpx.get(f"{transformer.url}/v2/models/{MODEL}").json()
    tritons = httpx.get(f"http://{triton.http}/v2/models/{MODEL}").json()
    for kind in ("inputs", "outputs"):
        named = [(tensor["name"], tensor["datatype"]) for tensor in ours[kind]]
        assert named == [(tensor["name"], tensor["datatype"]) for tensor in tritons[kind]]


@pytest.mark.parametrize(
    "name", ["request_predict_seconds", "modiste_triton_request_duration_seconds"]
)
def test_kserves_metrics_and_ours_are_written_out(transformer: Transformer, name: str) -> None:
    transformer.v1({"instances": [{}]})
    assert f"{name}_count{{" in httpx.get(f"{transformer.url}/metrics").text


def test_requests_are_counted_by_route_whichever_server_took_them(transformer: Transformer) -> None:
    transformer.v1({"instances": [{}]})
    with InferenceServerClient(transformer.grpc) as client:
        tensor = InferInput("item", [1, 1], "BYTES")
        tensor.set_data_from_numpy(np.array([[b"{}"]], dtype=np.object_))
        client.infer(MODEL, [tensor])
    text = httpx.get(f"{transformer.url}/metrics").text
    for route in ("/v1/models/{model_name}:predict", "/inference.GRPCInferenceService/ModelInfer"):
        counted = f'method="POST",outcome="200",route="{route}"'
        assert f"modiste_http_request_duration_seconds_count{{{counted}}}" in text
