"""POST /v1/search: by words, by item, by id; filters, paging, and what is refused."""

from typing import Any

import pytest

from serving.protocols import GenerationInUse
from tests.serving.conftest import Shop
from tests.serving.fakes import generation_in_use

SHIRT = {"clothes": {"color": "Black", "category": "02top_04shirt"}}


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["item_id"] for item in answer["items"]]


async def test_words_find_items_and_every_answer_names_its_generation(shop: Shop) -> None:
    answer = (await shop.post("/v1/search", {"query": {"text": "black shirt"}, "k": 3})).json()
    assert answer["generation"] == "g0001"
    assert len(answer["items"]) == 3
    first = answer["items"][0]
    assert first["clothes"] == {"color": ["Black"], "category": ["02top_04shirt"]}
    assert first["score"] >= answer["items"][1]["score"]


async def test_a_text_is_read_as_texts_of_items_are_kept(shop: Shop) -> None:
    texts = {"category": ["Hem <b>30CM</b> wide"]}
    await shop.post("/v1/items", {"item_id": "hem", "reinforced_feature_value": texts})
    for text in ("hem 30cm", "hem 30㎝", "<i>Hem</i>&nbsp;30 cm"):
        answer = (await shop.post("/v1/search", {"query": {"text": text}, "k": 1})).json()
        assert ids(answer) == ["hem"]


async def test_an_answer_holds_items_in_the_shape_of_the_contract(shop: Shop) -> None:
    answer = (await shop.post("/v1/search", {"query": {"text": "piece 4"}, "k": 1})).json()
    [item] = answer["items"]
    assert set(item) == {"item_id", "clothes", "reinforced_feature_value", "metadata", "score"}


async def test_k_is_ten_unless_said(shop: Shop) -> None:
    assert len(ids((await shop.post("/v1/search", {"query": {"text": "black"}})).json())) == 10


async def test_an_item_finds_what_is_like_it(shop: Shop) -> None:
    answer = (await shop.post("/v1/search", {"query": {"item": SHIRT}, "k": 2})).json()
    assert ids(answer)[0] in ("sku-0", "sku-6")


async def test_an_id_finds_others_without_a_call_to_triton(shop: Shop) -> None:
    answer = (await shop.post("/v1/search", {"query": {"item_id": "sku-0"}, "k": 9})).json()
    assert len(ids(answer)) == 9
    assert "sku-0" not in ids(answer)
    assert shop.embedder.num_embedded == 0


async def test_a_request_by_id_costs_two_operations_of_the_store(shop: Shop) -> None:
    await shop.post("/v1/search", {"query": {"item_id": "sku-0"}})
    shop.store.calls.clear()
    await shop.post("/v1/search", {"query": {"item_id": "sku-1"}})
    assert shop.store.calls == ["vectors", "search"]


async def test_filters_keep_what_they_say(shop: Shop) -> None:
    body = {
        "query": {"text": "piece"},
        "filters": {"clothes.color": ["White"], "metadata.price": {"lte": 60000}},
    }
    assert sorted(ids((await shop.post("/v1/search", body)).json())) == ["sku-1", "sku-3", "sku-5"]


@pytest.mark.parametrize("k", [1, 3, 4, 10])
async def test_pages_neither_repeat_nor_skip(shop: Shop, k: int) -> None:
    body: dict[str, Any] = {"query": {"text": "black piece"}, "k": k}
    whole = ids((await shop.post("/v1/search", {**body, "k": 100})).json())
    found: list[str] = []
    while True:
        answer = (await shop.post("/v1/search", body)).json()
        found += ids(answer)
        body["cursor"] = answer["cursor"]
        if answer["cursor"] is None:
            break
    assert found == whole
    assert len(found) == 10


async def test_a_later_page_is_not_embedded_again(shop: Shop) -> None:
    body: dict[str, Any] = {"query": {"text": "black"}, "k": 2}
    body["cursor"] = (await shop.post("/v1/search", body)).json()["cursor"]
    shop.embedder.num_embedded = 0
    assert len(ids((await shop.post("/v1/search", body)).json())) == 2
    assert shop.embedder.num_embedded == 0


async def test_a_page_may_have_another_size(shop: Shop) -> None:
    body: dict[str, Any] = {"query": {"text": "black"}, "k": 2}
    cursor = (await shop.post("/v1/search", body)).json()["cursor"]
    answer = (await shop.post("/v1/search", {**body, "k": 8, "cursor": cursor})).json()
    assert len(ids(answer)) == 8
    assert answer["cursor"] is None


@pytest.mark.parametrize(
    "other",
    [
        {"query": {"text": "white"}},
        {"query": {"text": "black"}, "filters": {"clothes.color": "White"}},
        {"query": {"item_id": "sku-1"}},
    ],
)
async def test_a_cursor_of_another_query_is_a_400_that_names_cursor(
    shop: Shop, other: dict[str, Any]
) -> None:
    first = await shop.post("/v1/search", {"query": {"text": "black"}, "k": 2})
    response = await shop.post("/v1/search", {**other, "cursor": first.json()["cursor"]})
    problem = response.json()
    assert (response.status_code, problem["field"]) == (400, "cursor")
    assert problem["type"] == "urn:modiste:problem:invalid-cursor"
    assert "it belongs to another query" in problem["detail"]


async def test_a_cursor_of_another_route_is_refused(shop: Shop) -> None:
    first = await shop.post("/v1/recommend", {"positive": ["sku-0"], "k": 2})
    body = {"query": {"item_id": "sku-0"}, "cursor": first.json()["cursor"]}
    assert (await shop.post("/v1/search", body)).status_code == 400


async def test_a_cursor_of_a_generation_before_says_to_start_again(shop: Shop) -> None:
    body: dict[str, Any] = {"query": {"text": "black"}, "k": 2}
    body["cursor"] = (await shop.post("/v1/search", body)).json()["cursor"]
    shop.store.switch(generation_in_use(2))
    response = await shop.post("/v1/search", body)
    assert response.status_code == 400
    assert response.json()["detail"] == (
        "cursor: it belongs to generation g0001, in use is g0002; "
        "leave it out to start from the first page"
    )


async def test_a_search_after_a_switch_is_answered_by_the_new_generation(shop: Shop) -> None:
    body = {"query": {"text": "black"}, "k": 2}
    assert (await shop.post("/v1/search", body)).json()["generation"] == "g0001"
    shop.store.switch(generation_in_use(2))
    assert (await shop.post("/v1/search", body)).json()["generation"] == "g0002"
    assert shop.embedder.asked[-1].generation == "g0002"


async def test_an_unknown_id_is_a_404_that_names_it(shop: Shop) -> None:
    response = await shop.post("/v1/search", {"query": {"item_id": "nope"}})
    assert response.status_code == 404
    problem = response.json()
    assert (problem["field"], problem["got"]) == ("query.item_id", "nope")
    assert problem["detail"] == "query.item_id: expected the id of a stored item, got 'nope'"


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        (
            {"query": {"item": {"clothes": {"colour": "Black"}}}},
            "query.item.clothes.colour",
            "query.item.clothes.colour: unknown field, did you mean 'color', got 'Black'",
        ),
        (
            {"query": {"item": {"clothes": {"color": "Blak"}}}},
            "query.item.clothes.color",
            "query.item.clothes.color: unknown value, did you mean 'Black', got 'Blak'",
        ),
        ({"query": {"item": {}}}, "query.item", "query.item: expected at least one value"),
        (
            {"query": {"item": {"reinforced_feature_value": {"*": "unencodable"}}}},
            "query.item.reinforced_feature_value.*",
            "query.item.reinforced_feature_value.*: no code, got 'unencodable'",
        ),
        (
            {"query": {"text": "a"}, "filters": {"clothes.size": "L"}},
            "filters.clothes.size",
            "filters.clothes.size: expected one of clothes.category",
        ),
        (
            {"query": {"text": "a"}, "filters": {"clothes.color": "Blak"}},
            "filters.clothes.color",
            "filters.clothes.color: expected one of Black, White",
        ),
        (
            {"query": {"text": "<br>&nbsp;"}},
            "query.text",
            "query.text: expected at least one word, got '<br>&nbsp;'",
        ),
        ({"query": {"text": " !? "}}, "query.text", "query.text: expected at least one word"),
    ],
)
async def test_what_the_schema_does_not_know_is_a_422_by_name(
    shop: Shop, body: dict[str, Any], field: str, detail: str
) -> None:
    response = await shop.post("/v1/search", body)
    problem = response.json()
    assert (response.status_code, problem["field"]) == (422, field)
    assert problem["detail"].startswith(detail)


async def test_a_filter_of_the_next_schema_is_understood_right_after_the_switch(shop: Shop) -> None:
    await shop.post("/v1/search", {"query": {"text": "a"}})
    assert shop.store.generation is not None
    schema = type(shop.store.generation.schema)(standard={"size": ("L",)}, reinforced=("category",))
    fresh = GenerationInUse(
        generation="g0002", schema=schema, dimension=32, endpoint="127.0.0.1:9002"
    )
    shop.store.switch(fresh)
    body = {"query": {"text": "a"}, "filters": {"clothes.size": "L"}}
    response = await shop.post("/v1/search", body)
    assert (response.status_code, response.json()["items"]) == (200, [])
