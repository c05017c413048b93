"""KServe's clients, as they are, against the real Triton: the same vectors, bit by bit."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tritonclient.grpc import InferenceServerClient, InferInput

from tests.conftest import TritonAddress
from tests.serving.transformer.process import MODEL, KServeSide, Transformer
from tests.training.small_run import small_items

ITEMS: list[dict[str, Any]] = [item.to_json() for item in small_items(7)]
BAD = {"clothes": {"color": "Blakc"}}
REASON = "clothes.color: unknown value"

Ask = Callable[[KServeSide, Transformer, list[str]], dict[str, Any]]


def over_http(side: KServeSide, at: Transformer, texts: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = side.ask("v2", url=at.url, texts=texts, is_binary=False)
    return answer


def over_http_in_binary(side: KServeSide, at: Transformer, texts: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = side.ask("v2", url=at.url, texts=texts, is_binary=True)
    return answer


def over_grpc(side: KServeSide, at: Transformer, texts: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = side.ask("v2_grpc", address=at.grpc, texts=texts)
    return answer


def of_triton(endpoint: str, items: list[dict[str, Any]]) -> NDArray[np.float32]:
    """The vectors that Triton itself gives, float32 [N, D]."""
    texts = np.array([[json.dumps(item).encode()] for item in items], dtype=np.object_)
    tensor = InferInput("item", [len(items), 1], "BYTES")
    tensor.set_data_from_numpy(texts)
    with InferenceServerClient(endpoint) as client:
        vectors: NDArray[np.float32] = client.infer(MODEL, [tensor]).as_numpy("embedding")
    return vectors


def vectors_of(answer: dict[str, Any]) -> NDArray[np.float32]:
    assert answer["dtype"] == "float32"
    raw = bytes.fromhex(answer["embedding"])
    return np.frombuffer(raw, dtype=np.float32).reshape(answer["shape"])


def test_v1_gives_tritons_vectors(
    transformer: Transformer, kserve_side: KServeSide, triton: TritonAddress
) -> None:
    predictions = kserve_side.ask("v1", url=transformer.url, instances=ITEMS)
    given = np.array([prediction["embedding"] for prediction in predictions], dtype=np.float32)
    assert {prediction["generation"] for prediction in predictions} == {"g0001"}
    np.testing.assert_array_equal(given, of_triton(triton, ITEMS))
    np.testing.assert_allclose(np.linalg.norm(given, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("ask", [over_http, over_http_in_binary, over_grpc])
def test_v2_gives_tritons_vectors(
    ask: Ask, transformer: Transformer, kserve_side: KServeSide, triton: TritonAddress
) -> None:
    answer = ask(kserve_side, transformer, [json.dumps(item) for item in ITEMS])
    np.testing.assert_array_equal(vectors_of(answer), of_triton(triton, ITEMS))
    assert (answer["error"], answer["generation"]) == ([""] * 7, ["g0001"] * 7)


def test_v1_tells_a_bad_item_its_own_error_and_its_neighbours_their_vectors(
    transformer: Transformer, kserve_side: KServeSide, triton: TritonAddress
) -> None:
    mixed = [ITEMS[0], BAD, ITEMS[1]]
    first, bad, last = kserve_side.ask("v1", url=transformer.url, instances=mixed)
    assert list(bad) == ["error"]
    assert REASON in bad["error"]
    given = np.array([first["embedding"], last["embedding"]], dtype=np.float32)
    np.testing.assert_array_equal(given, of_triton(triton, mixed)[[0, 2]])
    [alone] = kserve_side.ask("v1", url=transformer.url, instances=[BAD])
    assert alone == bad


@pytest.mark.parametrize("ask", [over_http, over_http_in_binary, over_grpc])
def test_v2_tells_a_bad_item_its_own_error_and_its_neighbours_their_vectors(
    ask: Ask, transformer: Transformer, kserve_side: KServeSide, triton: TritonAddress
) -> None:
    mixed = [ITEMS[0], BAD, ITEMS[1]]
    answer = ask(kserve_side, transformer, [json.dumps(item) for item in mixed])
    np.testing.assert_array_equal(vectors_of(answer), of_triton(triton, mixed))
    assert np.isnan(vectors_of(answer)[1]).all()
    assert [REASON in reason for reason in answer["error"]] == [False, True, False]
    alone = ask(kserve_side, transformer, [json.dumps(BAD)])
    assert np.isnan(vectors_of(alone)).all()
    assert (alone["error"], alone["generation"]) == ([answer["error"][1]], ["g0001"])


def test_kserves_clients_find_it_live_and_ready(
    transformer: Transformer, kserve_side: KServeSide
) -> None:
    asked = {"url": transformer.url, "address": transformer.grpc}
    assert kserve_side.ask("readiness", **asked) == [True] * 7


@pytest.mark.parametrize("ask", [over_http_in_binary, over_grpc])
def test_more_items_than_the_models_take_at_once_come_back_in_order(
    ask: Ask, transformer: Transformer, kserve_side: KServeSide, triton: TritonAddress
) -> None:
    items = [item.to_json() for item in small_items(600)]
    answer = ask(kserve_side, transformer, [json.dumps(item) for item in items])
    expected = np.concatenate([of_triton(triton, items[at : at + 200]) for at in (0, 200, 400)])
    # Batches of another size are computed in another order, so not bit by bit.
    np.testing.assert_allclose(vectors_of(answer), expected, atol=1e-6)
