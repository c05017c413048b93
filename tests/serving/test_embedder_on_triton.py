"""The embedder against the real Triton and a bundle of small models with random weights."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from catalog.item import Item
from serving.embedder import TritonEmbedder
from serving.errors import NotReady, Refused
from serving.protocols import EmbeddingFailure, GenerationInUse
from serving.sent_items import refused_field
from tests.conftest import TritonAddress, TritonFactory
from tests.training.small_run import SCHEMA, small_items


@pytest.fixture(scope="module")
def triton(triton_factory: TritonFactory, small_bundle: Path) -> TritonAddress:
    """A Triton that serves generation g0001."""
    return triton_factory(small_bundle)


@pytest.fixture
async def embedder() -> AsyncIterator[TritonEmbedder]:
    made = TritonEmbedder(timeout_s=5)
    yield made
    await made.close()


def generation(triton: str, name: str = "g0001") -> GenerationInUse:
    return GenerationInUse(generation=name, schema=SCHEMA, dimension=16, endpoint=triton)


@pytest.mark.parametrize("num_items", [1, 7, 300])
async def test_items_have_unit_vectors_in_order(
    triton: TritonAddress, embedder: TritonEmbedder, num_items: int
) -> None:
    items = small_items(num_items)
    found = np.array(await embedder.embed(items, generation(triton)))
    assert found.shape == (num_items, 16)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    [alone] = await embedder.embed(items[-1:], generation(triton))
    assert isinstance(alone, np.ndarray)
    np.testing.assert_allclose(found[-1], alone, atol=1e-5)


async def test_an_item_that_the_encoder_refuses_fails_alone(
    triton: TritonAddress, embedder: TritonEmbedder
) -> None:
    bad = Item(item_id="bad", clothes={"color": ("Blak",)})
    good = small_items(1)[0]
    first, second, third = await embedder.embed([good, bad, good], generation(triton))
    assert isinstance(second, EmbeddingFailure)
    assert refused_field(bad, second) == (
        "clothes.color",
        "unknown value, did you mean 'Black', got 'Blak' (allowed: Black, White, Red, Blue, Green)",
    )
    assert isinstance(first, np.ndarray)
    assert isinstance(third, np.ndarray)
    [alone] = await embedder.embed([bad], generation(triton))
    assert isinstance(alone, EmbeddingFailure)
    assert refused_field(bad, alone) == refused_field(bad, second)


async def test_the_check_tells_its_own_generation_from_another(
    triton: TritonAddress, embedder: TritonEmbedder
) -> None:
    await embedder.check(generation(triton))
    with pytest.raises(NotReady, match=r"expected generation g0002 at .*, got g0001"):
        await embedder.check(generation(triton, "g0002"))


async def test_a_killed_triton_is_a_refusal_in_time(
    triton: TritonAddress, embedder: TritonEmbedder
) -> None:
    await embedder.check(generation(triton))
    # The whole group: the stubs of its Python models would outlive it.
    os.killpg(triton.pid, signal.SIGKILL)
    with pytest.raises(Refused, match=r"^Triton: .* cannot be reached"):
        await embedder.check(generation(triton))
