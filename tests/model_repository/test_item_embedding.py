"""The ensemble on a real Triton: raw item JSON in, PyTorch's unit vectors out, faults by row."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from numpy.typing import NDArray
from tritonclient.utils import InferenceServerException

from catalog.encoder import ItemEncoder
from tests.conftest import SmallModel, TritonAddress, TritonFactory
from tests.training.small_run import ENCODER, SCHEMA, small_item
from training.implementations import embed_texts, pytorch
from training.parity_sample import edge_cases

Answer = dict[str, NDArray[Any]]
OUTPUTS = ("embedding", "error", "generation")
BAD_COLOR = b'{"clothes": {"color": ["Blacc"]}}'
REASON = (
    "clothes.color: unknown value, did you mean 'Black', got 'Blacc'"
    " (allowed: Black, White, Red, Blue, Green)"
)


@pytest.fixture(scope="module")
def triton(small_model: SmallModel, triton_factory: TritonFactory) -> TritonAddress:
    return triton_factory(small_model.bundle)


@pytest.fixture(params=["grpc", "http"])
def ask(request: pytest.FixtureRequest, triton: TritonAddress) -> Iterator[Callable[..., Answer]]:
    """Asks `item_embedding` for some items' JSON, over gRPC and over HTTP."""
    url = str(triton) if request.param == "grpc" else triton.http
    tritonclient_of = getattr(tritonclient, request.param)

    def infer(texts: list[bytes], shape: tuple[int, int] = (-1, 1)) -> Answer:
        array = np.array(texts, dtype=np.object_).reshape(shape)
        tensor = tritonclient_of.InferInput("item", list(array.shape), "BYTES")
        tensor.set_data_from_numpy(array)
        answer = client.infer("item_embedding", [tensor])
        return {name: answer.as_numpy(name) for name in OUTPUTS}

    with tritonclient_of.InferenceServerClient(url) as client:
        yield infer


def texts_of(count: int) -> list[bytes]:
    """JSON of edge cases and items, `count` in all."""
    records = edge_cases(ItemEncoder(SCHEMA, ENCODER))
    records += [small_item(number).to_json() for number in range(count)]
    return [json.dumps(record, ensure_ascii=False).encode() for record in records[:count]]


def by_pytorch(model: SmallModel, texts: list[bytes]) -> NDArray[np.float32]:
    """What the trained weights give, with the encoder of the checkout."""
    return embed_texts(pytorch(model.run), ItemEncoder(SCHEMA, ENCODER), texts)


@pytest.mark.parametrize("batch", [1, 7, 64, 256])
def test_raw_items_become_the_unit_vectors_of_pytorch(
    ask: Callable[..., Answer], small_model: SmallModel, batch: int
) -> None:
    texts = texts_of(batch)
    answer = ask(texts)
    np.testing.assert_allclose(answer["embedding"], by_pytorch(small_model, texts), atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(answer["embedding"], axis=1), 1, atol=1e-5)
    assert answer["embedding"].dtype == np.float32
    assert answer["error"].tolist() == [[b""]] * batch
    assert answer["generation"].tolist() == [[b"g0001"]] * batch


def test_a_bad_item_alone_is_refused_with_its_reason(ask: Callable[..., Answer]) -> None:
    with pytest.raises(InferenceServerException) as caught:
        ask([BAD_COLOR])
    assert caught.value.message() == f"in ensemble 'item_embedding', {REASON}"
    assert caught.value.status() in ("StatusCode.INVALID_ARGUMENT", "400")


def test_a_bad_row_gets_its_reason_and_no_vector_and_the_others_theirs(
    ask: Callable[..., Answer], small_model: SmallModel
) -> None:
    texts = texts_of(7)
    well = [0, 1, 2, 4, 5, 6]
    answer = ask([*texts[:3], BAD_COLOR, *texts[4:]])
    assert answer["error"].ravel().tolist() == [b""] * 3 + [REASON.encode()] + [b""] * 3
    assert np.isnan(answer["embedding"][3]).all()
    expected = by_pytorch(small_model, texts)
    np.testing.assert_allclose(answer["embedding"][well], expected[well], atol=1e-4)


def test_a_batch_of_bad_rows_only_gets_every_reason(ask: Callable[..., Answer]) -> None:
    answer = ask([BAD_COLOR, b"[]", BAD_COLOR])
    reasons = [REASON.encode(), b"item: an item is a JSON object, got []", REASON.encode()]
    assert answer["error"].ravel().tolist() == reasons
    assert np.isnan(answer["embedding"]).all()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "item: not JSON in UTF-8: Expecting value"),
        (b'{"item_id": ', "item: not JSON in UTF-8: Expecting value"),
        (b'{"item_id": "\xff"}', "item: not JSON in UTF-8: 'utf-8' codec can't decode byte 0xff"),
        (b"[" * 200_000, "item: not JSON in UTF-8: maximum recursion depth exceeded"),
        (b'{"size": 9}', "size: unknown key of an item, got 9 (allowed: item_id, clothes,"),
        (b'{"clothes": {"colour": "Red"}}', "clothes.colour: unknown field, did you mean 'color'"),
        (
            b'{"reinforced_feature_value": {"title": [1.5]}}',
            "reinforced_feature_value.title: a tex",
        ),
        (
            json.dumps({"clothes": {"color": list(SCHEMA.standard["color"])}}).encode(),
            "clothes.color: at most 3 values",
        ),
        (
            b'{"reinforced_feature_value": {"title": "' + b"a" * (10 << 20) + b'"}}',
            "item: at most 1,048,576 bytes of JSON: shorten it, got '10,485,803 bytes'",
        ),
    ],
    ids=["empty", "half", "utf8", "deep", "key", "field", "type", "values", "10MB"],
)
def test_what_is_no_item_is_refused_by_name(
    ask: Callable[..., Answer], text: bytes, reason: str
) -> None:
    with pytest.raises(InferenceServerException) as caught:
        ask([text])
    assert f"in ensemble 'item_embedding', {reason}" in (caught.value.message() or "")
    assert reason.encode() in ask([text, b"{}"])["error"][0, 0]


def test_a_tensor_of_another_shape_is_refused(ask: Callable[..., Answer]) -> None:
    with pytest.raises(InferenceServerException, match=r"Expected \[-1,1\], got \[2,2\]"):
        ask(texts_of(4), shape=(2, 2))


def test_more_rows_than_the_models_take_are_refused(ask: Callable[..., Answer]) -> None:
    with pytest.raises(InferenceServerException, match="batch-size must be <= 256"):
        ask(texts_of(257))


def test_a_bad_item_among_requests_that_are_batched_together_fails_alone(
    triton: TritonAddress, small_model: SmallModel
) -> None:
    texts = texts_of(48)
    texts[20] = BAD_COLOR
    client = tritonclient.grpc.InferenceServerClient(str(triton))

    def one(text: bytes) -> NDArray[np.float32] | str:
        tensor = tritonclient.grpc.InferInput("item", [1, 1], "BYTES")
        tensor.set_data_from_numpy(np.array([[text]], dtype=np.object_))
        try:
            vector: NDArray[np.float32] = client.infer("item_embedding", [tensor]).as_numpy(
                "embedding"
            )[0]
        except InferenceServerException as error:
            return error.message() or ""
        return vector

    with client, ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(one, texts))
    assert answers.pop(20) == f"in ensemble 'item_embedding', {REASON}"
    del texts[20]
    np.testing.assert_allclose(np.array(answers), by_pytorch(small_model, texts), atol=1e-4)
