"""GET /v1/items with filters: the page lists what passes them before anything is searched."""

import json

from tests.serving.conftest import Shop

BLACK = json.dumps({"clothes.color": ["Black"]})


async def test_a_listing_keeps_only_what_passes_the_filters(shop: Shop) -> None:
    cheap = json.dumps({"clothes.color": ["Black"], "metadata.price": {"lte": 30_000}})

    answer = await shop.client.get("/v1/items", params={"filters": cheap})

    assert [item["item_id"] for item in answer.json()["items"]] == ["sku-0", "sku-2"]
    assert answer.json()["cursor"] is None


async def test_a_filtered_listing_goes_on_with_its_cursor(shop: Shop) -> None:
    first = await shop.client.get("/v1/items", params={"filters": BLACK, "limit": 3})
    asked = {"filters": BLACK, "limit": 3, "cursor": first.json()["cursor"]}

    second = await shop.client.get("/v1/items", params=asked)

    ids = [item["item_id"] for page in (first, second) for item in page.json()["items"]]
    assert ids == ["sku-0", "sku-2", "sku-4", "sku-6", "sku-8"]
    assert second.json()["cursor"] is None


async def test_a_cursor_of_other_filters_is_refused(shop: Shop) -> None:
    first = await shop.client.get("/v1/items", params={"filters": BLACK, "limit": 3})

    answer = await shop.client.get("/v1/items", params={"cursor": first.json()["cursor"]})

    assert answer.status_code == 400
    assert answer.json()["field"] == "cursor"
    assert "it belongs to another list" in answer.json()["detail"]


async def test_a_filter_on_an_unknown_field_is_refused_by_name(shop: Shop) -> None:
    asked = {"filters": json.dumps({"clothes.colour": "Black"})}

    answer = await shop.client.get("/v1/items", params=asked)

    assert answer.status_code == 422
    assert answer.json()["field"] == "filters.clothes.colour"
    assert "clothes.color" in answer.json()["allowed"]


async def test_filters_that_are_no_json_object_are_refused_by_name(shop: Shop) -> None:
    for raw, status in (("{", 400), ("[]", 422), ("7", 422)):
        answer = await shop.client.get("/v1/items", params={"filters": raw})
        assert answer.status_code == status
        assert answer.json()["field"] == "filters"
        assert answer.json()["detail"].startswith("filters: expected")
