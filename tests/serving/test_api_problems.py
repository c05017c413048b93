"""Whatever goes wrong, the answer is a problem document with a request id."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Message

from serving.api.app import create_app
from serving.settings import Settings
from tests.serving.conftest import Shop
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use

JSON = {"content-type": "application/json"}


async def raw(shop: Shop, content: bytes, path: str = "/v1/search") -> httpx.Response:
    return await shop.client.post(path, content=content, headers=JSON)


async def test_an_unknown_path_is_a_404_problem(shop: Shop) -> None:
    response = await shop.client.get("/v1/nope")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "urn:modiste:problem:unknown-route"
    assert problem["title"] == "No such page"
    assert problem["detail"] == "/v1/nope: expected a path of this API, see /docs"
    assert problem["instance"] == "/v1/nope"


async def test_a_missing_static_file_is_a_404_problem(shop: Shop) -> None:
    response = await shop.client.get("/static/nope.js")
    assert (response.status_code, response.json()["title"]) == (404, "No such page")


async def test_a_wrong_method_is_a_405_problem_with_allow(shop: Shop) -> None:
    response = await shop.client.get("/v1/search")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["detail"] == "expected one of POST, got GET"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/items", "GET, HEAD, POST"),
        ("/v1/items/sku-1", "DELETE, GET, HEAD"),
        ("/images/x.jpg", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/static/main.js", "GET, HEAD"),
    ],
)
async def test_allow_names_every_method_of_the_path(shop: Shop, path: str, allowed: str) -> None:
    response = await shop.client.patch(path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json()["allowed"] == allowed.split(", ")


@pytest.mark.parametrize("path", ["/v1/search", "/v1/recommend", "/v1/embed", "/v1/items"])
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"{'a': 1}", b'{"k": NaN}', b'{"k": 1e999}', b'"\\ud800"', b"\xff", b"[" * 5000],
)
async def test_what_is_not_json_is_a_400_problem(shop: Shop, path: str, content: bytes) -> None:
    response = await raw(shop, content, path)
    problem = response.json()
    assert (response.status_code, problem["field"]) == (400, "body")
    assert problem["detail"].startswith("body: expected JSON, got something else: ")


def nested(levels: int) -> bytes:
    """An item with so many levels of lists and objects."""
    lists = levels - 2
    return b'{"item_id": "deep", "metadata": {"a": ' + b"[" * lists + b"]" * lists + b"}}"


@pytest.mark.parametrize("path", ["/v1/search", "/v1/recommend", "/v1/embed", "/v1/items"])
@pytest.mark.parametrize("levels", [33, 200, 900, 1000])
async def test_json_that_is_nested_too_deeply_is_a_400_problem(
    shop: Shop, path: str, levels: int
) -> None:
    problem = (await raw(shop, nested(levels), path)).json()
    assert problem["status"] == 400
    assert problem["detail"] == "body: expected at most 32 levels of lists and objects, got more"


async def test_json_as_deep_as_is_read_is_answered_by_its_field(shop: Shop) -> None:
    problem = (await raw(shop, nested(32), "/v1/items")).json()
    assert (problem["status"], problem["field"]) == (422, "metadata.a")


async def test_a_deep_filter_and_a_deep_line_are_refused_by_name(shop: Shop) -> None:
    deep = (b"[" * 500 + b"]" * 500).decode()
    problem = (await shop.client.get("/v1/items", params={"filters": deep})).json()
    assert (problem["status"], problem["field"]) == (400, "filters")
    lines = nested(500) + b'\n{"item_id": "fine"}\n'
    headers = {"content-type": "application/x-ndjson"}
    written = (await shop.client.post("/v1/items", content=lines, headers=headers)).json()
    assert (written["accepted"], written["errors"][0]["line"]) == (1, 1)
    assert written["errors"][0]["reason"] == (
        "expected one JSON object: expected at most 32 levels of lists and objects, got more"
    )


@pytest.mark.parametrize("content", [b"[]", b"3", b"null", b'"text"', b"true"])
async def test_json_of_another_type_is_a_422_problem(shop: Shop, content: bytes) -> None:
    problem = (await raw(shop, content)).json()
    assert (problem["status"], problem["field"]) == (422, "body")
    assert problem["detail"].startswith("body: expected an object, got ")


@pytest.mark.parametrize("path", ["/v1/search", "/v1/items"])
async def test_another_content_type_is_a_415_problem(shop: Shop, path: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = await shop.client.post(path, content=b"{}", headers=headers)
    problem = response.json()
    assert (response.status_code, problem["field"]) == (415, "content-type")
    assert problem["got"] == "application/x-www-form-urlencoded"
    assert "application/json" in problem["allowed"]


async def test_a_compressed_body_is_refused_by_name(shop: Shop) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    response = await shop.client.post("/v1/search", content=b"x", headers=headers)
    assert (response.status_code, response.json()["field"]) == (415, "content-encoding")


@pytest.mark.parametrize("path", ["/v1/search", "/v1/items"])
async def test_a_text_of_10_mb_is_a_413_problem(shop: Shop, path: str) -> None:
    content = b'{"query": {"text": "' + b"x" * 10_000_000 + b'"}}'
    response = await raw(shop, content, path)
    assert response.status_code == 413
    assert response.json()["detail"].startswith("body: expected at most 65,536 bytes, got 10,000,")
    assert len(response.content) < 1000


async def test_a_long_body_without_a_length_is_stopped_where_it_is_too_long(shop: Shop) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 10_000
            yield b" " * 10_000

    response = await shop.client.post("/v1/search", content=endless(), headers=JSON)
    assert response.status_code == 413
    assert sent <= 80_000


async def test_a_text_that_fits_the_body_but_not_the_field_is_a_422(shop: Shop) -> None:
    problem = (await shop.post("/v1/search", {"query": {"text": "x" * 20_000}})).json()
    assert problem["detail"] == (
        "query.text: expected a text of 1 to 1000 characters, got 20000 characters"
    )


async def test_a_body_that_stops_coming_is_a_408_problem(settings: Settings) -> None:
    object.__setattr__(settings, "read_timeout_s", 0.01)
    store = FakeStore(generation_in_use())
    app = create_app(settings, store, FakeEmbedder(), FakeObjects())

    async def stuck() -> AsyncIterator[bytes]:
        yield b'{"query": '
        await asyncio.sleep(60)

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        response = await client.post("/v1/search", content=stuck(), headers=JSON)
    assert response.status_code == 408
    assert response.json()["detail"] == (
        "body: expected more of it within 0.01 s, got nothing; send it again"
    )


async def test_every_answer_has_a_request_id_of_its_own(shop: Shop) -> None:
    one, two = await shop.client.get("/healthz"), await shop.client.get("/nope")
    assert one.headers["x-request-id"] != two.headers["x-request-id"]
    assert two.json()["request_id"] == two.headers["x-request-id"]


async def test_a_plain_request_id_is_kept_and_any_other_replaced(shop: Shop) -> None:
    given = await shop.client.get("/healthz", headers={"x-request-id": "trace-1.a:b_c"})
    assert given.headers["x-request-id"] == "trace-1.a:b_c"
    for other in ("x" * 65, 'a"b', "a b"):
        answered = await shop.client.get("/healthz", headers={"x-request-id": other})
        assert answered.headers["x-request-id"] != other


async def test_a_fault_of_ours_is_a_500_problem_that_tells_nothing(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.store.stored.clear()
    response = await shop.post("/v1/search", {"query": {"text": "black"}})
    problem = response.json()
    assert response.status_code == 500
    assert problem["type"] == "urn:modiste:problem:internal"
    assert problem["detail"] == "an unexpected fault; the log has it under this request_id"
    assert "KeyError" in caplog.text
    [record] = [record for record in caplog.records if record.exc_info]
    assert vars(record)["request_id"] == problem["request_id"]


async def test_a_client_that_goes_away_midway_is_no_fault(settings: Settings) -> None:
    app = create_app(settings, FakeStore(generation_in_use()), FakeEmbedder(), FakeObjects())
    messages: list[Message] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"{", "more_body": True},
    ]
    answered: list[Message] = []

    async def receive() -> Message:
        return messages.pop()

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/search",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await app(scope, receive, send)
    assert answered == []
    text = app.state.service.metrics.text().decode()
    assert 'outcome="disconnected",route="/v1/search"' in text
