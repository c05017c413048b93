"""Embedding in bulk against a gRPC server that fails on purpose: patience, and its end."""

import asyncio
import threading

import grpc
import numpy as np
import pytest

from catalog.item import Item
from serving.bulk_embed import BulkConfig, TritonBulkEmbedder
from serving.errors import NotReady, Refused
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector
from tests.serving.stock import SCHEMA
from tests.serving.triton_double import TritonDouble, serving

ITEMS = [Item(item_id=f"sku-{number}") for number in range(300)]
QUICK = BulkConfig(timeout_s=5.0, attempts=4, backoff_s=0.05)


def generation(endpoint: str | None) -> GenerationInUse:
    """g0001 at an address."""
    return GenerationInUse(generation="g0001", schema=SCHEMA, dimension=4, endpoint=endpoint)


def embedded(
    endpoint: str | None, items: list[Item], config: BulkConfig = QUICK
) -> list[Vector | EmbeddingFailure]:
    """What a step gets; it has a loop of its own, so it runs on a thread of its own."""
    with TritonBulkEmbedder(generation(endpoint), config) as embedder:
        return embedder.embed(items)


async def test_each_item_gets_its_vector_or_its_reason_in_order() -> None:
    double = TritonDouble()
    items = [*ITEMS, Item(item_id="bad")]
    async with serving(double) as endpoint:
        answers = await asyncio.to_thread(embedded, endpoint, items)
    assert sum(double.batches) == len(items)
    assert all(isinstance(answer, np.ndarray) for answer in answers[:-1])
    assert answers[-1] == EmbeddingFailure(reason="bad: not allowed")


async def test_a_triton_that_comes_back_is_waited_for() -> None:
    double = TritonDouble(abort=(grpc.StatusCode.UNAVAILABLE, "starting"))
    back = threading.Timer(0.1, setattr, [double, "abort", None])
    async with serving(double) as endpoint:
        back.start()
        answers = await asyncio.to_thread(embedded, endpoint, ITEMS[:3])
    back.join()
    assert len(answers) == 3


async def test_a_triton_that_stays_away_is_given_up_by_name() -> None:
    with pytest.raises(Refused, match=r"Triton: 127.0.0.1:1 cannot be reached"):
        await asyncio.to_thread(embedded, "127.0.0.1:1", ITEMS[:1])


async def test_a_generation_without_a_triton_is_named() -> None:
    once = BulkConfig(attempts=1)
    with pytest.raises(NotReady, match="expected an endpoint of generation g0001, got none"):
        await asyncio.to_thread(embedded, None, ITEMS[:1], once)


async def test_a_triton_of_another_generation_gives_no_vectors() -> None:
    once = BulkConfig(attempts=1)
    async with serving(TritonDouble(generation="g0002")) as endpoint:
        with pytest.raises(NotReady, match=r"expected generation g0001 at .*, got g0002"):
            await asyncio.to_thread(embedded, endpoint, ITEMS[:1], once)


def test_a_patience_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected times above 0 s and at least 1 attempt"):
        BulkConfig(attempts=0)
