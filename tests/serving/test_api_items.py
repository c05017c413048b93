"""/v1/items: written, read, listed, deleted."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.serving.conftest import Shop
from tests.serving.fakes import generation_in_use

NEW = {"item_id": "new-1", "clothes": {"color": "Black"}, "metadata": {"price": 5}}


async def test_a_written_item_is_found_by_the_next_search(shop: Shop) -> None:
    response = await shop.post("/v1/items", NEW)
    assert response.json() == {
        "generation": "g0001",
        "accepted": 1,
        "changed": 1,
        "refused": 0,
        "errors": [],
    }
    body = {"query": {"item": {"clothes": {"color": "Black"}}}, "k": 1}
    assert (await shop.post("/v1/search", body)).json()["items"][0]["item_id"] == "new-1"


async def test_a_batch_is_written_at_once(shop: Shop) -> None:
    items = [{"item_id": f"new-{number}"} for number in range(3)]
    assert (await shop.post("/v1/items", {"items": items})).json()["accepted"] == 3
    assert shop.store.calls.count("upsert") == 1


async def test_writing_the_same_again_changes_nothing(shop: Shop) -> None:
    await shop.post("/v1/items", NEW)
    answer = (await shop.post("/v1/items", NEW)).json()
    assert (answer["accepted"], answer["changed"]) == (1, 0)


async def test_of_two_items_with_one_id_the_later_stays(shop: Shop) -> None:
    later = {**NEW, "metadata": {"price": 6}}
    answer = (await shop.post("/v1/items", {"items": [NEW, later]})).json()
    assert answer["accepted"] == 2
    assert shop.store.items["new-1"].metadata == {"price": 6}


async def test_one_bad_item_loses_none_of_its_neighbours(shop: Shop) -> None:
    bad = {"item_id": "bad", "clothes": {"color": "Blak"}}
    dull = {"item_id": "dull", "reinforced_feature_value": {"category": "unencodable"}}
    entries = [dull, NEW, bad, {"clothes": {}}, None, "sku-1"]
    response = await shop.post("/v1/items", {"items": entries})
    answer = response.json()
    assert response.status_code == 200
    assert (answer["accepted"], answer["refused"]) == (1, 5)
    assert [(error["index"], error["field"]) for error in answer["errors"]] == [
        (0, "reinforced_feature_value.category"),
        (2, "clothes.color"),
        (3, "item_id"),
        (4, "item"),
        (5, "item"),
    ]
    assert answer["errors"][4]["reason"] == "an item is a JSON object"
    assert answer["errors"][4]["got"] == "'sku-1'"
    assert answer["errors"][0]["reason"] == "no code, got 'unencodable'"
    assert answer["errors"][1]["item_id"] == "bad"
    assert answer["errors"][1]["reason"] == "unknown value, did you mean 'Black'"
    assert "Black" in answer["errors"][1]["allowed"]
    assert "new-1" in shop.store.items


async def test_a_batch_of_bad_items_is_a_422_with_every_reason(shop: Shop) -> None:
    response = await shop.post("/v1/items", {"items": [{"clothes": {}}, {"item_id": 1.5}]})
    problem = response.json()
    assert response.status_code == 422
    assert problem["type"] == "urn:modiste:problem:items-refused"
    assert problem["detail"] == "none of 2 items was taken; see errors for each"
    assert [error["index"] for error in problem["errors"]] == [0, 1]
    assert problem["generation"] == "g0001"


@pytest.mark.parametrize(
    ("body", "field", "got"),
    [
        ({"clothes": {"color": "Black"}}, "item_id", "None"),
        ({"item_id": "x", "clothes": {"color": "Blak"}}, "clothes.color", "'Blak'"),
        ({"item_id": "x", "clothes": {"size": "L"}}, "clothes.size", "'L'"),
        ({"item_id": "x", "price": 3}, "price", "3"),
        ({"item_id": "x", "metadata": []}, "metadata", "[]"),
        ({"item_id": "x\x00y"}, "item_id", "'x\\x00y'"),
        ({"item_id": "x", "variant_group": "a\x00"}, "variant_group", "'a\\x00'"),
        (
            {"item_id": "x", "reinforced_feature_value": {"category": "t" * 10_001}},
            "reinforced_feature_value.category",
            "'" + "t" * 78 + "…",
        ),
    ],
)
async def test_a_single_bad_item_is_a_422_that_names_its_field(
    shop: Shop, body: dict[str, Any], field: str, got: str
) -> None:
    response = await shop.post("/v1/items", body)
    problem = response.json()
    assert (response.status_code, problem["field"], problem["got"]) == (422, field, got)


async def test_a_large_single_item_is_a_413(shop: Shop) -> None:
    body = {"item_id": "x", "reinforced_feature_value": {"category": "t" * 17_000}}
    response = await shop.post("/v1/items", body)
    assert response.status_code == 413
    assert response.json()["detail"].startswith("body: expected at most 16,384 bytes, got 17,")


async def test_an_empty_batch_is_refused_by_name(shop: Shop) -> None:
    problem = (await shop.post("/v1/items", {"items": []})).json()
    assert problem["detail"] == "items: expected a list of 1 to 1000 entries, got 0 entries"


async def test_keys_beside_items_are_refused_by_name(shop: Shop) -> None:
    problem = (await shop.post("/v1/items", {"items": [NEW], "dry_run": True})).json()
    assert (problem["field"], problem["allowed"]) == ("dry_run", ["items"])


async def test_a_write_that_meets_a_switch_is_embedded_again_by_the_new_one(shop: Shop) -> None:
    await shop.post("/v1/items", NEW)
    shop.store.switch(generation_in_use(2))
    answer = (await shop.post("/v1/items", {**NEW, "metadata": {"price": 7}})).json()
    assert answer["generation"] == "g0002"
    assert [asked.generation for asked in shop.embedder.asked[-2:]] == ["g0001", "g0002"]


@pytest.mark.parametrize("item_id", ["a/b", "신발 1", "50%", "a?b#c", "/lead", "x//y", "..", "a+b"])
async def test_any_id_can_be_read_and_deleted_percent_encoded(shop: Shop, item_id: str) -> None:
    await shop.post("/v1/items", {"item_id": item_id, "clothes": {"color": "Black"}})
    path = "/v1/items/" + quote(item_id, safe="").replace(".", "%2E")
    answer = (await shop.client.get(path)).json()
    assert answer == {
        "generation": "g0001",
        "item": {"item_id": item_id, "clothes": {"color": ["Black"]}},
    }
    assert (await shop.client.delete(path)).json() == {"generation": "g0001", "item_id": item_id}
    assert (await shop.client.get(path)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("item_id", ["nope", "a\x00b", ""])
async def test_an_unknown_id_is_a_404_that_names_it(shop: Shop, method: str, item_id: str) -> None:
    response = await shop.client.request(method, "/v1/items/" + quote(item_id, safe=""))
    assert response.status_code == 404
    assert response.json()["got"] == item_id


async def test_a_deleted_item_is_in_no_later_answer(shop: Shop) -> None:
    await shop.client.delete("/v1/items/sku-0")
    answer = (await shop.post("/v1/search", {"query": {"text": "black"}, "k": 100})).json()
    assert "sku-0" not in [item["item_id"] for item in answer["items"]]


async def test_all_items_are_listed_page_by_page(shop: Shop) -> None:
    found: list[str] = []
    path = "/v1/items?limit=4"
    while True:
        answer = (await shop.client.get(path)).json()
        assert answer["generation"] == "g0001"
        found += [item["item_id"] for item in answer["items"]]
        if answer["cursor"] is None:
            break
        path = f"/v1/items?limit=4&cursor={answer['cursor']}"
    assert found == [f"sku-{number}" for number in range(10)]


async def test_a_listing_goes_on_after_a_deletion_and_a_switch(shop: Shop) -> None:
    cursor = (await shop.client.get("/v1/items?limit=3")).json()["cursor"]
    await shop.client.delete("/v1/items/sku-2")
    shop.store.switch(generation_in_use(2))
    answer = (await shop.client.get(f"/v1/items?limit=2&cursor={cursor}")).json()
    assert answer["generation"] == "g0002"
    assert [item["item_id"] for item in answer["items"]] == ["sku-3", "sku-4"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1e2", "9" * 40, ""])
async def test_a_limit_out_of_bounds_is_refused_by_name(shop: Shop, limit: str) -> None:
    problem = (await shop.client.get("/v1/items", params={"limit": limit})).json()
    assert (problem["status"], problem["field"]) == (422, "limit")
    assert "expected a whole number from 1 to 100" in problem["detail"]


async def test_a_cursor_of_a_search_lists_nothing(shop: Shop) -> None:
    first = (await shop.post("/v1/search", {"query": {"text": "a"}, "k": 1})).json()
    problem = (await shop.client.get(f"/v1/items?cursor={first['cursor']}")).json()
    assert (problem["status"], problem["field"]) == (400, "cursor")
