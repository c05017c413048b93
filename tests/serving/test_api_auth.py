"""Without a key 401, with too low a role 403, and open is only what must be."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest

from serving.access.config import AccessConfig
from serving.access.roles import Role
from serving.api.access import needed_by
from serving.api.routes import generations, health, items, pictures, search
from tests.serving.access.service import ITEM, KEYS, PICTURE, bearer, keys_file, service

QUERY = {"query": {"text": "black"}}
ROUTES = [
    ("POST", "/v1/search", QUERY, Role.READ),
    ("POST", "/v1/recommend", {"positive": ["new-1"]}, Role.READ),
    ("POST", "/v1/embed", {"items": [ITEM]}, Role.READ),
    ("GET", "/v1/items", None, Role.READ),
    ("GET", "/v1/items/new-1", None, Role.READ),
    ("GET", "/v1/schema", None, Role.READ),
    ("GET", "/v1/generations", None, Role.READ),
    ("GET", f"/{PICTURE}", None, Role.READ),
    ("HEAD", f"/{PICTURE}", None, Role.READ),
    ("POST", "/v1/items", ITEM, Role.WRITE),
    ("DELETE", "/v1/items/new-1", None, Role.WRITE),
]
OPEN = ["/healthz", "/readyz", "/metrics", "/", "/docs", "/openapi.json", "/static/main.js"]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service that knows one key of each role, with one item and one picture."""
    async with service(AccessConfig(keys_file=keys_file(tmp_path))) as client:
        await client.post("/v1/items", json=ITEM, headers=bearer(KEYS[Role.WRITE]))
        yield client


async def asked(
    client: httpx.AsyncClient, method: str, path: str, body: object, headers: Mapping[str, str]
) -> httpx.Response:
    return await client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize(("method", "path", "body", "role"), ROUTES)
async def test_every_route_asks_for_a_key(
    client: httpx.AsyncClient, method: str, path: str, body: object, role: Role
) -> None:
    response = await asked(client, method, path, body, {})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="modiste"'
    assert response.headers["content-type"] == "application/problem+json"
    if method == "HEAD":
        return
    problem = response.json()
    assert problem["type"] == "urn:modiste:problem:unauthenticated"
    assert problem["detail"] == "authorization: expected `Bearer <API key>`, got nothing"
    assert (problem["field"], problem["instance"]) == ("authorization", path)


@pytest.mark.parametrize(("method", "path", "body", "role"), ROUTES)
async def test_every_route_asks_for_its_role(
    client: httpx.AsyncClient, method: str, path: str, body: object, role: Role
) -> None:
    for own, key in KEYS.items():
        response = await asked(client, method, path, body, bearer(key))
        if own >= role:
            assert response.status_code in (200, 404), response.text
        else:
            problem = response.json()
            assert (response.status_code, problem["title"]) == (403, "The role does not allow this")
            assert problem["detail"] == (
                "role: expected write, got read; use a key or a token with that role"
            )
            assert (problem["got"], problem["allowed"]) == ("read", ["write", "admin"])
            assert 'scope="write"' in response.headers["www-authenticate"]


@pytest.mark.parametrize("path", OPEN)
async def test_what_says_how_the_service_is_asks_for_nothing(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 200


def test_every_route_below_v1_and_images_asks_for_a_role() -> None:
    routes = [
        route
        for part in (generations, health, items, pictures, search)
        for route in part.router.routes
    ]
    without = {getattr(route, "path", "") for route in routes if needed_by(route) is None}
    assert without == {"/healthz", "/readyz", "/metrics"}


async def test_a_key_may_come_as_x_api_key(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/schema", headers={"x-api-key": KEYS[Role.READ]})
    assert response.status_code == 200


async def test_a_key_may_come_twice_if_it_is_the_same(client: httpx.AsyncClient) -> None:
    key = KEYS[Role.READ]
    both = {**bearer(key), "x-api-key": key}
    assert (await client.get("/v1/schema", headers=both)).status_code == 200
    both["x-api-key"] = KEYS[Role.WRITE]
    problem = (await client.get("/v1/schema", headers=both)).json()
    assert problem["detail"] == "authorization: expected one key or token, got different ones"


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        (bearer("modiste_rea"), "expected `Bearer <API key>`, got an unknown one"),
        (bearer(""), "expected `Bearer <API key>`, got an unknown one"),
        ({"x-api-key": "\xff"}, "expected `Bearer <API key>`, got an unknown one"),
        ({"Authorization": "Basic abc"}, "expected the scheme Bearer, got another one"),
        ({"Authorization": KEYS[Role.READ]}, "expected the scheme Bearer, got another one"),
    ],
)
async def test_a_wrong_key_is_refused_and_not_repeated(
    client: httpx.AsyncClient, headers: Mapping[str, str], detail: str
) -> None:
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    response = await client.get("/v1/schema", headers=raw)
    assert response.status_code == 401
    assert response.json()["detail"] == f"authorization: {detail}"
    assert "modiste_" not in response.text


async def test_who_may_not_write_sends_nothing_of_a_long_body(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b" " * 10_000

    for headers, status in (({}, 401), (bearer(KEYS[Role.READ]), 403)):
        response = await client.post("/v1/items", content=endless(), headers=headers)
        assert (response.status_code, sent) == (status, 0)


async def test_without_keys_everything_is_open() -> None:
    async with service(AccessConfig()) as client:
        for headers in ({}, bearer("left over"), {"Authorization": "Basic x"}):
            assert (await client.post("/v1/items", json=ITEM, headers=headers)).status_code == 200


async def test_the_description_says_how_to_log_in_and_which_role_is_needed(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "key"}
    for method, path, _, role in ROUTES[:-3] + ROUTES[-2:]:
        path = path.replace("new-1", "{item_id}").replace(PICTURE.removeprefix("images/"), "{name}")
        operation = document["paths"][path][method.lower()]
        assert operation["security"] == [{"bearer": [role.word]}, {"key": [role.word]}]
        assert {"401", "403"} <= set(operation["responses"])
    assert "security" not in document["paths"]["/healthz"]["get"]
    page = (await client.get("/docs")).text
    assert page.count("Needs a key or token with the role <code>write</code>") == 2


async def test_without_keys_the_description_says_that_none_is_needed() -> None:
    async with service(AccessConfig()) as client:
        document = (await client.get("/openapi.json")).json()
        assert document["paths"]["/v1/search"]["post"]["security"][0] == {}
        page = (await client.get("/docs")).text
        assert page.count("role <code>write</code>. This service asks for none.") == 2


async def test_refusals_and_keys_are_counted(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await client.get("/v1/schema")
    await client.delete("/v1/items/new-1", headers=bearer(KEYS[Role.READ]))
    text = (await client.get("/metrics")).text
    assert 'modiste_requests_rejected_total{reason="unauthenticated"} 1.0' in text
    assert 'modiste_requests_rejected_total{reason="forbidden"} 1.0' in text
    assert 'modiste_requests_rejected_total{reason="too_large"} 0.0' in text
    assert "modiste_api_keys 3.0" in text
    assert "modiste_api_keys_last_reload_successful 1.0" in text
    (tmp_path / "keys.json").write_text("{")
    text = (await client.get("/metrics")).text
    assert "modiste_api_keys 3.0" in text
    assert "modiste_api_keys_last_reload_successful 0.0" in text


async def test_the_log_names_the_caller_and_no_key(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await client.get("/v1/schema", headers=bearer(KEYS[Role.READ]))
    [record] = [record for record in caplog.records if record.name == "serving.access"]
    assert vars(record)["caller"] == "key:read"
    assert KEYS[Role.READ] not in caplog.text + str(vars(record))
