"""Whatever JSON comes, the answer is an answer or a problem, never a fault of ours."""

import asyncio
import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.api.app import create_app
from serving.protocols import EmbeddingFailure
from serving.settings import Settings
from tests.serving.conftest import shop_items
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use

KEYS = st.sampled_from(
    [
        "query",
        "text",
        "item",
        "item_id",
        "items",
        "positive",
        "negative",
        "k",
        "filters",
        "cursor",
        "clothes",
        "color",
        "category",
        "*",
        "reinforced_feature_value",
        "metadata",
        "image",
        "clothes.color",
        "metadata.price",
        "variant_group",
        "not",
        "lte",
        "gt",
        "\x00",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["Black", "sku-0", "sku-1", "02top_04shirt"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PATHS = st.sampled_from(["/v1/search", "/v1/recommend", "/v1/embed", "/v1/items"])
KNOWN = {
    "query": st.fixed_dictionaries({}, optional={"text": JSON, "item": JSON, "item_id": JSON}),
    "positive": st.lists(JSON, max_size=3),
    "negative": st.lists(JSON, max_size=3),
    "items": st.lists(JSON, max_size=3),
    "filters": JSON,
    "cursor": JSON,
    "k": st.integers(0, 5) | JSON,
}
BODIES = JSON | st.fixed_dictionaries({}, optional=KNOWN)


async def answered(path: str, body: object) -> httpx.Response:
    generation = generation_in_use()
    store, embedder = FakeStore(generation), FakeEmbedder()
    for item in shop_items():
        [vector] = await embedder.embed([item], generation)
        assert not isinstance(vector, EmbeddingFailure)
        await store.upsert([item], [vector], generation.generation)
    given_settings = Settings(database_url="x", objects_uri="y")
    app = create_app(given_settings, store, embedder, FakeObjects())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        headers = {"content-type": "application/json"}
        return await client.post(path, content=json.dumps(body), headers=headers)


@given(PATHS, BODIES)
@settings(max_examples=150, deadline=None)
def test_no_json_makes_the_service_fail(path: str, body: Any) -> None:
    response = asyncio.run(answered(path, body))
    assert response.status_code in (200, 400, 404, 422), response.text
    if response.status_code == 200:
        assert response.json()["generation"] == "g0001"
    else:
        problem = response.json()
        assert problem["detail"]
        assert problem["field"]
