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
        *("query", "text", "item", "item_id", "items", "positive", "negative", "k", "filters"),
        *("cursor", "clothes", "color", "category", "*", "reinforced_feature_value", "metadata"),
        *("image", "clothes.color", "metadata.price", "variant_group", "not", "lte", "gt", "\x00"),
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
IDS = st.sampled_from(["sku-0", "sku-1", "sku-2"])
VALUES = SCALARS | st.lists(SCALARS, min_size=1, max_size=3)
BOUNDS = st.dictionaries(st.sampled_from(["lt", "lte", "gt", "gte", "not"]), SCALARS, max_size=3)
FILTERS = st.dictionaries(
    st.sampled_from(["clothes.color", "metadata.price", "metadata.x", "variant_group", "item_id"]),
    VALUES | BOUNDS,
    max_size=2,
)
ITEMS = st.fixed_dictionaries(
    {"item_id": IDS | st.text(max_size=5)},
    optional={
        "clothes": st.fixed_dictionaries({"color": st.sampled_from(["Black", "Red"])}),
        "reinforced_feature_value": st.dictionaries(st.just("category"), st.text(max_size=9)),
        "metadata": st.dictionaries(st.text(max_size=5), JSON, max_size=3),
        "variant_group": st.text(max_size=5),
    },
)
REST = {"filters": FILTERS, "k": st.integers(1, 5)}
QUERIES = (
    st.fixed_dictionaries({"text": st.text(min_size=1, max_size=20)})
    | st.fixed_dictionaries({"item_id": IDS})
    | st.fixed_dictionaries({"item": ITEMS})
)
REQUESTS = (
    st.tuples(st.just("/v1/search"), st.fixed_dictionaries({"query": QUERIES}, optional=REST))
    | st.tuples(
        st.just("/v1/recommend"),
        st.fixed_dictionaries(
            {"positive": st.lists(IDS | ITEMS, min_size=1, max_size=3)}, optional=REST
        ),
    )
    | st.tuples(
        st.sampled_from(["/v1/items", "/v1/embed"]),
        st.fixed_dictionaries({"items": st.lists(ITEMS, min_size=1, max_size=3)}),
    )
    | st.tuples(PATHS, JSON)
)


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


@given(REQUESTS)
@settings(max_examples=150, deadline=None)
def test_no_json_makes_the_service_fail(asked: tuple[str, Any]) -> None:
    path, body = asked
    response = asyncio.run(answered(path, body))
    assert response.status_code in (200, 400, 404, 422), response.text
    if response.status_code == 200:
        assert response.json()["generation"] == "g0001"
    else:
        problem = response.json()
        assert problem["detail"]
        assert problem["field"]
