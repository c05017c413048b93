"""A shop of ten known items over in-memory parts, and an HTTP client in front of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from catalog.item import Item
from serving.api.app import create_app
from serving.metrics import Metrics
from serving.protocols import EmbeddingFailure
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use


@dataclass
class Shop:
    """The parts behind the API, and the API."""

    client: httpx.AsyncClient
    store: FakeStore
    embedder: FakeEmbedder
    objects: FakeObjects
    metrics: Metrics = field(default_factory=Metrics)

    async def post(self, path: str, body: object) -> httpx.Response:
        """POST a JSON body."""
        return await self.client.post(path, json=body)


def shop_items() -> list[Item]:
    """sku-0 .. sku-9: colours and categories in turn, prices from 10,000."""
    colors, categories = ("Black", "White"), ("02top_04shirt", "02top_02t-shirt", "01outer_01coat")
    return [
        Item(
            item_id=f"sku-{number}",
            clothes={"color": (colors[number % 2],), "category": (categories[number % 3],)},
            reinforced={"category": (f"plain {number} piece",)},
            metadata={"price": 10_000 * (number + 1)},
        )
        for number in range(10)
    ]


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of generation g0001, exported once: see `tests.serving.small_bundle`."""
    from tests.serving.small_bundle import write_small_bundle

    return write_small_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def settings() -> Settings:
    """Small bounds, so that tests can go beyond them."""
    return Settings(
        database_url="postgresql://nowhere",
        objects_uri="file:///nowhere",
        max_body_bytes=64 * 1024,
        max_item_bytes=16 * 1024,
        readiness_max_age_s=0,
    )


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    """The API over in-memory parts that hold `shop_items`."""
    generation = generation_in_use()
    store, embedder, objects = FakeStore(generation), FakeEmbedder(), FakeObjects()
    items = shop_items()
    made = await embedder.embed(items, generation)
    vectors = [vector for vector in made if not isinstance(vector, EmbeddingFailure)]
    await store.upsert(items, vectors, generation.generation)
    store.calls.clear()
    embedder.num_embedded = 0
    embedder.asked.clear()
    metrics = Metrics()
    app = create_app(settings, store, embedder, objects, metrics=metrics)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield Shop(client, store, embedder, objects, metrics)
