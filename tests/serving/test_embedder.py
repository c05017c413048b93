"""The embedder over gRPC: order, failures of single items, and each kind of fault by name."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import grpc
import numpy as np
import pytest

from catalog.item import Item
from serving.embedder import TritonEmbedder
from serving.errors import NotReady, Refused, ServerFailed, TimedOut
from serving.metrics import Metrics
from serving.protocols import EmbeddingFailure, GenerationInUse
from serving.triton_client import MAX_ROWS
from tests.serving.fakes import generation_in_use
from tests.serving.triton_double import TritonDouble, serving


def at(endpoint: str | None) -> GenerationInUse:
    return replace(generation_in_use(), endpoint=endpoint, dimension=4)


def item(item_id: str = "sku-1") -> Item:
    return Item(item_id=item_id, clothes={"color": ("Black",)})


@pytest.fixture
async def embedder() -> AsyncIterator[TritonEmbedder]:
    made = TritonEmbedder(timeout_s=2)
    yield made
    await made.close()


async def test_every_item_has_its_vector_in_order(embedder: TritonEmbedder) -> None:
    async with serving(TritonDouble()) as endpoint:
        vectors = await embedder.embed([item(), item()], at(endpoint))
    np.testing.assert_array_equal(np.array(vectors), [[1, 0, 0, 0]] * 2)
    assert isinstance(vectors[0], np.ndarray)
    assert vectors[0].dtype == np.float32


async def test_a_large_batch_is_cut_to_what_the_models_take(embedder: TritonEmbedder) -> None:
    double = TritonDouble()
    async with serving(double) as endpoint:
        vectors = await embedder.embed([item()] * (2 * MAX_ROWS + 5), at(endpoint))
    assert len(vectors) == 2 * MAX_ROWS + 5
    assert sorted(double.batches) == [5, MAX_ROWS, MAX_ROWS]


async def test_nothing_is_asked_for_no_items(embedder: TritonEmbedder) -> None:
    double = TritonDouble()
    async with serving(double) as endpoint:
        assert await embedder.embed([], at(endpoint)) == []
    assert double.batches == []


async def test_one_bad_item_fails_alone_in_a_batch(embedder: TritonEmbedder) -> None:
    async with serving(TritonDouble()) as endpoint:
        found = await embedder.embed([item(), item("bad"), item()], at(endpoint))
    assert found[1] == EmbeddingFailure(reason="bad: not allowed")
    assert isinstance(found[0], np.ndarray)
    assert isinstance(found[2], np.ndarray)


async def test_a_bad_item_by_itself_is_a_failure_too(embedder: TritonEmbedder) -> None:
    async with serving(TritonDouble()) as endpoint:
        assert await embedder.embed([item("bad")], at(endpoint)) == [
            EmbeddingFailure(reason="bad: not allowed")
        ]


async def test_a_generation_without_an_endpoint_is_not_ready(embedder: TritonEmbedder) -> None:
    with pytest.raises(NotReady) as caught:
        await embedder.embed([item()], at(None))
    assert str(caught.value) == (
        "Triton: expected an endpoint of generation g0001, got none; wait until its Triton is "
        "deployed, or look at what deploys it"
    )


async def test_another_generation_at_the_endpoint_is_an_error_and_no_vector(
    embedder: TritonEmbedder,
) -> None:
    async with serving(TritonDouble(generation="g0002")) as endpoint:
        with pytest.raises(NotReady) as caught:
            await embedder.embed([item()], at(endpoint))
    assert str(caught.value) == (
        f"Triton: expected generation g0001 at {endpoint}, got g0002; "
        "start the Triton of the generation in use there"
    )


@pytest.mark.parametrize(
    ("double", "kind", "message"),
    [
        (
            TritonDouble(dimension=3),
            ServerFailed,
            r"expected item_embedding to answer 1 x 4 values",
        ),
        (TritonDouble(is_nan=True), ServerFailed, r"answered a vector that is no number"),
        (
            TritonDouble(abort=(grpc.StatusCode.INTERNAL, "stub died")),
            ServerFailed,
            r"answered with an error; its log has the whole of it \(INTERNAL: stub died\)",
        ),
        (
            TritonDouble(abort=(grpc.StatusCode.NOT_FOUND, "unknown model")),
            NotReady,
            r"has not loaded the models of this generation",
        ),
        (
            TritonDouble(abort=(grpc.StatusCode.UNAVAILABLE, "not ready")),
            Refused,
            r"cannot be reached",
        ),
    ],
)
async def test_faults_are_kept_apart(
    embedder: TritonEmbedder, double: TritonDouble, kind: type[ServerFailed], message: str
) -> None:
    async with serving(double) as endpoint:
        with pytest.raises(kind, match=message) as caught:
            await embedder.embed([item()], at(endpoint))
    assert type(caught.value) is kind
    assert caught.value.part == "Triton"


async def test_silence_is_a_timeout() -> None:
    embedder = TritonEmbedder(timeout_s=0.2)
    async with serving(TritonDouble(is_silent=True)) as endpoint:
        with pytest.raises(TimedOut, match=r"^Triton: 127\.0\.0\.1:\d+ did not answer within"):
            await embedder.embed([item()], at(endpoint))
    await embedder.close()


async def test_nobody_listening_is_a_refusal(embedder: TritonEmbedder) -> None:
    async with serving(TritonDouble()) as endpoint:
        pass
    with pytest.raises(Refused, match=rf"^Triton: {endpoint} cannot be reached; check that"):
        await embedder.embed([item()], at(endpoint))


async def test_a_server_that_comes_back_is_found_again(embedder: TritonEmbedder) -> None:
    async with serving(TritonDouble()) as endpoint:
        await embedder.embed([item()], at(endpoint))
    with pytest.raises(Refused):
        await embedder.embed([item()], at(endpoint))
    async with serving(TritonDouble(), port=int(endpoint.rpartition(":")[2])):
        async with asyncio.timeout(5):
            while True:
                try:
                    await embedder.embed([item()], at(endpoint))
                    break
                except Refused:
                    await asyncio.sleep(0.05)


async def test_the_check_asks_for_a_vector_of_this_generation(embedder: TritonEmbedder) -> None:
    async with serving(TritonDouble()) as endpoint:
        await embedder.check(at(endpoint))
    async with serving(TritonDouble(bad=b"{")) as endpoint:
        with pytest.raises(ServerFailed, match=r"refused an empty item: bad: not allowed"):
            await embedder.check(at(endpoint))


async def test_every_call_is_measured() -> None:
    metrics = Metrics()
    embedder = TritonEmbedder(timeout_s=2, measured=metrics.triton)
    async with serving(TritonDouble()) as endpoint:
        await embedder.embed([item()] * (MAX_ROWS + 1), at(endpoint))
        with pytest.raises(NotReady):
            await embedder.embed([item()], replace(at(endpoint), generation="g0002"))
    await embedder.close()
    counted = "modiste_triton_request_duration_seconds_count"
    assert metrics.registry.get_sample_value(counted, {"outcome": "ok"}) == 2
    assert metrics.registry.get_sample_value(counted, {"outcome": "not-ready"}) == 1


def test_a_time_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^timeout_s: expected more than 0, got 0$"):
        TritonEmbedder(timeout_s=0)
