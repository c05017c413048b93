"""Health, generations, schema, pictures, metrics, documentation and the page."""

import asyncio

import pytest

from catalog.objects import ObjectsUnavailable
from catalog.schema import default_schema
from serving.api.check import check
from serving.api.schemas import EMBED, RECOMMEND, SEARCH
from serving.settings import Settings
from tests.serving.conftest import Shop

NAME = "a" * 64 + ".jpg"
SMALL = "a" * 64 + "-384.jpg"


async def test_readiness_names_the_generation(shop: Shop) -> None:
    answer = (await shop.client.get("/readyz")).json()
    assert answer == {"status": "ready", "generation": "g0001"}


async def test_generations_say_which_is_in_use(shop: Shop) -> None:
    answer = (await shop.client.get("/v1/generations")).json()
    assert answer["generation"] == "g0001"
    [listed] = answer["generations"]
    assert (listed["state"], listed["is_in_use"], listed["dimension"]) == ("indexed", True, 32)
    assert listed["metrics"] == {"model": {"recall@10": {"value": 0.87}}}
    assert listed["created_at"].startswith("2026-01-01T00:00:00")


async def test_the_schema_is_that_of_the_generation_in_use(shop: Shop) -> None:
    answer = (await shop.client.get("/v1/schema")).json()
    assert answer == {"generation": "g0001", "schema": default_schema().to_json()}


async def test_a_picture_comes_with_its_digest_as_etag(shop: Shop) -> None:
    shop.objects.blobs[f"images/{NAME}"] = b"jpeg"
    response = await shop.client.get(f"/images/{NAME}")
    assert (response.content, response.headers["content-type"]) == (b"jpeg", "image/jpeg")
    assert response.headers["etag"] == f'"{"a" * 64}"'
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_picture_the_client_has_is_not_sent_again(shop: Shop) -> None:
    headers = {"if-none-match": f'"other", "{"a" * 64}"'}
    response = await shop.client.get(f"/images/{NAME}", headers=headers)
    assert (response.status_code, response.content) == (304, b"")


async def test_a_picture_can_be_asked_about(shop: Shop) -> None:
    shop.objects.blobs[f"images/{NAME}"] = b"jpeg"
    response = await shop.client.head(f"/images/{NAME}")
    assert (response.status_code, response.headers["content-length"]) == (200, "4")


@pytest.mark.parametrize(
    "name",
    [
        "x.jpg",
        "A" * 64 + ".jpg",
        "a" * 64 + ".png",
        "a" * 64 + "-256.jpg",
        "%2e%2e/secret",
        "a" * 64 + ".jpg/x",
        "",
        "a%0A",
    ],
)
async def test_nothing_but_pictures_can_be_asked_for(shop: Shop, name: str) -> None:
    shop.objects.blobs["images/x.jpg"] = b"secret"
    response = await shop.client.get(f"/images/{name}")
    assert (response.status_code, response.json()["title"]) == (404, "No such picture")


async def test_a_thumbnail_comes_from_beside_the_pictures(shop: Shop) -> None:
    shop.objects.blobs[f"images/{NAME}"] = b"large"
    shop.objects.blobs[f"thumbs/{SMALL}"] = b"small"
    response = await shop.client.get(f"/images/{SMALL}")
    assert (response.content, response.headers["content-type"]) == (b"small", "image/jpeg")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    headers = {"if-none-match": response.headers["etag"]}
    assert (await shop.client.get(f"/images/{SMALL}", headers=headers)).status_code == 304
    assert (await shop.client.get(f"/images/{NAME}", headers=headers)).content == b"large"


async def test_a_picture_without_thumbnail_stands_for_it_for_a_while(shop: Shop) -> None:
    shop.objects.blobs[f"images/{NAME}"] = b"large"
    response = await shop.client.get(f"/images/{SMALL}")
    assert (response.status_code, response.content) == (200, b"large")
    assert response.headers["cache-control"] == "public, max-age=300"
    assert "etag" not in response.headers


async def test_a_thumbnail_of_no_picture_is_a_404_and_of_no_store_a_503(shop: Shop) -> None:
    response = await shop.client.get(f"/images/{SMALL}")
    assert (response.status_code, response.json()["got"]) == (404, f"images/{NAME}")
    shop.objects.fault = ObjectsUnavailable("object store: nobody listens")
    assert (await shop.client.get(f"/images/{SMALL}")).status_code == 503


async def test_a_missing_picture_is_a_404_that_names_its_key(shop: Shop) -> None:
    response = await shop.client.get(f"/images/{NAME}")
    assert (response.status_code, response.json()["got"]) == (404, f"images/{NAME}")


async def test_without_the_object_store_a_picture_is_a_503(shop: Shop) -> None:
    shop.objects.fault = ObjectsUnavailable("object store: nobody listens")
    problem = (await shop.client.get(f"/images/{NAME}")).json()
    assert (problem["status"], problem["detail"]) == (503, "object store: nobody listens")


async def test_an_object_store_that_hangs_is_a_503_in_time(settings: Settings, shop: Shop) -> None:
    object.__setattr__(settings, "picture_timeout_s", 0.01)

    shop.objects.delay_s = 0.2
    problem = (await shop.client.get(f"/images/{NAME}")).json()
    assert problem["type"] == "urn:modiste:problem:timeout"
    assert problem["detail"] == "object store: no answer within 0.01 s; try again"
    await asyncio.sleep(0.25)


async def test_metrics_tell_routes_outcomes_parts_and_generation(shop: Shop) -> None:
    await shop.post("/v1/recommend", {"positive": ["sku-0"]})
    await shop.post("/v1/recommend", {"positive": ["nope"]})
    await shop.client.get("/v1/items/sku-0")
    await shop.client.get("/nope")
    text = (await shop.client.get("/metrics")).text
    request = "modiste_http_request_duration_seconds_count"
    assert f'{request}{{method="POST",outcome="200",route="/v1/recommend"}} 1.0' in text
    assert f'{request}{{method="POST",outcome="unknown-item",route="/v1/recommend"}} 1.0' in text
    assert f'{request}{{method="GET",outcome="200",route="/v1/items/{{item_id}}"}} 1.0' in text
    assert f'{request}{{method="GET",outcome="unknown-route",route="none"}} 1.0' in text
    operation = "modiste_database_operation_duration_seconds_count"
    assert f'{operation}{{operation="search",outcome="ok"}} 1.0' in text
    assert 'modiste_database_pool_connections{state="available"} 3.0' in text
    assert 'modiste_generation_info{generation="g0001"} 1.0' in text
    assert "modiste_http_requests_in_flight 1.0" in text
    assert "process_resident_memory_bytes" in text


async def test_what_a_caller_makes_up_becomes_no_label(shop: Shop) -> None:
    await shop.client.request("BREW", "/v1/items")
    await shop.client.get("/static/nothing.css")
    text = (await shop.client.get("/metrics")).text
    request = "modiste_http_request_duration_seconds_count"
    refused = 'outcome="method-not-allowed",route="/v1/items"'
    assert f'{request}{{method="other",{refused}}} 1.0' in text
    assert f'{request}{{method="GET",outcome="unknown-route",route="/static/{{path}}"}} 1.0' in text
    assert "BREW" not in text
    assert "nothing.css" not in text


async def test_every_route_is_documented_with_its_problems(shop: Shop) -> None:
    document = (await shop.client.get("/openapi.json")).json()
    assert set(document["paths"]) == {
        "/v1/search",
        "/v1/recommend",
        "/v1/embed",
        "/v1/items",
        "/v1/items/{item_id}",
        "/v1/generations",
        "/v1/schema",
        "/healthz",
        "/readyz",
        "/metrics",
        "/images/{name}",
    }
    search = document["paths"]["/v1/search"]["post"]
    assert set(search["responses"]) == {
        "200",
        *map(str, (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)),
    }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert search["responses"]["422"]["content"] == problem
    assert {"Item", "Fault", "Problem"} <= set(document["components"]["schemas"])
    written = document["paths"]["/v1/items"]["post"]["requestBody"]["content"]
    assert set(written) == {"application/json", "application/x-ndjson"}
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("schema", [SEARCH, RECOMMEND])
def test_documented_examples_are_good_requests(schema: dict[str, object]) -> None:
    check(schema["example"], schema)
    check({"items": [{"item_id": "a"}]}, EMBED)


async def test_the_documentation_can_be_read_offline(shop: Shop) -> None:
    response = await shop.client.get("/docs")
    assert response.headers["content-type"].startswith("text/html")
    assert "<script" not in response.text
    assert "http" not in response.text.replace("http-equiv", "")
    document = (await shop.client.get("/openapi.json")).json()
    for path in document["paths"]:
        assert f"</span> {path}</h2>" in response.text
    assert "&quot;text&quot;: &quot;white linen shirt&quot;" in response.text


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/v1/items", "/v1/items/sku-1", "/static/main.js", "/v1/no"]
)
async def test_head_is_get_without_the_body(shop: Shop, path: str) -> None:
    whole = await shop.client.get(path)
    head = await shop.client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    own = {"x-request-id", "date"}
    assert {n: v for n, v in head.headers.items() if n not in own} == {
        n: v for n, v in whole.headers.items() if n not in own
    }


async def test_head_where_only_post_is_answered_is_a_405(shop: Shop) -> None:
    head = await shop.client.head("/v1/search")
    assert (head.status_code, head.headers["allow"]) == (405, "POST")


async def test_the_page_and_its_files_are_served(shop: Shop) -> None:
    page = await shop.client.get("/")
    assert page.status_code == 200
    assert "<title>" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    style = await shop.client.get("/static/style.css")
    assert style.headers["content-type"].startswith("text/css")
