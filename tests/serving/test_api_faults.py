"""While a part is away every answer is a 503 problem that names it, and then all is well again."""

import pytest

from serving.errors import Conflict, NotReady, Refused, ServerFailed, ServiceError, TimedOut
from serving.protocols import GenerationInUse
from tests.serving.conftest import Shop
from tests.serving.fakes import generation_in_use

NEW = {"item_id": "new-1", "clothes": {"color": "Black"}}
REQUESTS = [
    ("POST", "/v1/search", {"query": {"text": "black"}}),
    ("POST", "/v1/search", {"query": {"item_id": "sku-0"}}),
    ("POST", "/v1/recommend", {"positive": ["sku-0"]}),
    ("POST", "/v1/items", NEW),
    ("GET", "/v1/items", None),
    ("GET", "/v1/items/sku-0", None),
    ("DELETE", "/v1/items/sku-0", None),
    ("GET", "/v1/generations", None),
    ("GET", "/v1/schema", None),
    ("GET", "/readyz", None),
]
NEEDS_TRITON = [
    ("POST", "/v1/search", {"query": {"text": "black"}}),
    ("POST", "/v1/search", {"query": {"item": {"clothes": {"color": "Black"}}}}),
    ("POST", "/v1/recommend", {"positive": [{"clothes": {"color": "Black"}}]}),
    ("POST", "/v1/items", NEW),
    ("POST", "/v1/embed", {"items": [NEW]}),
    ("GET", "/readyz", None),
]


@pytest.mark.parametrize("kind", [Refused, TimedOut, ServerFailed])
@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
async def test_without_the_database_every_answer_is_a_503_that_names_it(
    shop: Shop, method: str, path: str, body: object, kind: type[Refused]
) -> None:
    await shop.post("/v1/search", {"query": {"text": "black"}})
    shop.store.fault = kind("PostgreSQL", "gone")
    response = await shop.client.request(method, path, json=body)
    problem = response.json()
    assert (response.status_code, problem["part"]) == (503, "PostgreSQL")
    assert problem["detail"] == "PostgreSQL: gone"
    assert problem["type"] == f"urn:modiste:problem:{kind.kind}"
    assert response.headers["retry-after"] == "2"
    shop.store.fault = None
    assert (await shop.client.request(method, path, json=body)).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), NEEDS_TRITON)
async def test_without_triton_what_needs_it_is_a_503_that_names_it(
    shop: Shop, method: str, path: str, body: object
) -> None:
    shop.embedder.fault = Refused("Triton", "127.0.0.1:9001 cannot be reached")
    response = await shop.client.request(method, path, json=body)
    assert (response.status_code, response.json()["part"]) == (503, "Triton")
    shop.embedder.fault = None
    assert (await shop.client.request(method, path, json=body)).status_code == 200


async def test_without_triton_what_does_not_need_it_is_answered(shop: Shop) -> None:
    shop.embedder.fault = Refused("Triton", "gone")
    assert (await shop.post("/v1/recommend", {"positive": ["sku-0"]})).status_code == 200
    assert (await shop.client.get("/v1/items/sku-0")).status_code == 200


async def test_what_was_not_written_is_not_acknowledged(shop: Shop) -> None:
    shop.embedder.fault = Refused("Triton", "gone")
    assert (await shop.post("/v1/items", NEW)).status_code == 503
    assert "new-1" not in shop.store.items


async def test_a_triton_that_moved_to_another_address_is_found(shop: Shop) -> None:
    await shop.post("/v1/search", {"query": {"text": "black"}})
    old = shop.store.generation
    assert old is not None
    moved = GenerationInUse(
        generation=old.generation,
        schema=old.schema,
        dimension=old.dimension,
        endpoint="127.0.0.1:9999",
    )
    shop.store.generation = moved
    shop.embedder.gone.add(old.endpoint)
    response = await shop.post("/v1/search", {"query": {"text": "black"}})
    assert response.status_code == 200
    assert shop.embedder.asked[-1].endpoint == "127.0.0.1:9999"


async def test_before_the_first_generation_it_is_said_what_to_do(shop: Shop) -> None:
    shop.store.generation = None
    response = await shop.client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["type"] == "urn:modiste:problem:not-ready"
    assert "no generation is in use" in response.json()["detail"]
    listing = (await shop.client.get("/v1/generations")).json()
    assert listing == {"generation": None, "generations": []}


async def test_the_process_lives_while_everything_else_is_away(shop: Shop) -> None:
    shop.store.fault = NotReady("PostgreSQL", "not migrated")
    shop.embedder.fault = Refused("Triton", "gone")
    response = await shop.client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


async def test_a_generation_that_keeps_changing_ends_in_a_409_after_some_tries(shop: Shop) -> None:
    numbers = iter(range(2, 100))

    def switch() -> None:
        shop.store.switch(generation_in_use(next(numbers)))

    shop.store.before_upsert = switch
    response = await shop.post("/v1/items", NEW)
    assert response.status_code == 409
    assert response.json()["type"] == "urn:modiste:problem:generation-changed"
    assert shop.store.calls.count("upsert") == 3


async def test_a_conflict_under_the_same_generation_is_tried_again(shop: Shop) -> None:
    faults: list[ServiceError] = [Conflict("PostgreSQL (SQLSTATE 40001): could not serialize")]

    def contend() -> None:
        if faults:
            raise faults.pop()

    shop.store.before_upsert = contend
    assert (await shop.post("/v1/items", NEW)).json()["accepted"] == 1
