"""POST /v1/recommend and /v1/embed."""

from typing import Any

import numpy as np
import pytest

from serving.aim import NEGATIVE_WEIGHT
from tests.serving.conftest import Shop


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["item_id"] for item in answer["items"]]


async def test_the_liked_and_the_disliked_are_never_in_the_answer(shop: Shop) -> None:
    body = {"positive": ["sku-0", "sku-2"], "negative": ["sku-1"], "k": 100}
    answer = (await shop.post("/v1/recommend", body)).json()
    assert answer["generation"] == "g0001"
    assert len(ids(answer)) == 7
    assert not {"sku-0", "sku-1", "sku-2"} & set(ids(answer))


async def test_scores_are_those_of_the_stated_formula(shop: Shop) -> None:
    body = {"positive": ["sku-0", "sku-2"], "negative": ["sku-1", "sku-3"], "k": 3}
    answer = (await shop.post("/v1/recommend", body)).json()
    vectors = shop.store.stored
    aim = (vectors["sku-0"] + vectors["sku-2"]) / 2
    aim = aim - NEGATIVE_WEIGHT * (vectors["sku-1"] + vectors["sku-3"]) / 2
    aim /= np.linalg.norm(aim)
    for item in answer["items"]:
        assert item["score"] == pytest.approx(float(aim @ vectors[item["item_id"]]), abs=1e-3)


async def test_items_and_ids_may_be_mixed(shop: Shop) -> None:
    item = {"item_id": "sku-4", "clothes": {"color": ["Black"]}}
    answer = (await shop.post("/v1/recommend", {"positive": ["sku-0", item], "k": 100})).json()
    assert len(ids(answer)) == 8
    assert not {"sku-0", "sku-4"} & set(ids(answer))
    assert shop.embedder.num_embedded == 1


async def test_an_id_that_is_given_twice_counts_once(shop: Shop) -> None:
    once = (await shop.post("/v1/recommend", {"positive": ["sku-0", "sku-1"]})).json()
    twice = (await shop.post("/v1/recommend", {"positive": ["sku-0", "sku-0", "sku-1"]})).json()
    assert once["items"] == twice["items"]


async def test_recommendations_page_like_searches(shop: Shop) -> None:
    body: dict[str, Any] = {"positive": ["sku-0"], "k": 4}
    whole = ids((await shop.post("/v1/recommend", {**body, "k": 100})).json())
    first = (await shop.post("/v1/recommend", body)).json()
    second = (await shop.post("/v1/recommend", {**body, "cursor": first["cursor"]})).json()
    assert ids(first) + ids(second) == whole[:8]


async def test_filters_hold_for_recommendations(shop: Shop) -> None:
    body = {"positive": ["sku-0"], "filters": {"metadata.price": {"gt": 80000}}}
    assert sorted(ids((await shop.post("/v1/recommend", body)).json())) == ["sku-8", "sku-9"]


@pytest.mark.parametrize(
    ("body", "status", "field", "detail"),
    [
        ({"positive": []}, 422, "positive", "expected a list of 1 to 100 entries, got 0 entries"),
        ({}, 422, "positive", "expected a list of 1 to 100 entries, got nothing"),
        ({"negative": ["sku-0"]}, 422, "positive", "got nothing"),
        (
            {"positive": ["sku-0"], "negative": ["sku-1", "sku-0"]},
            422,
            "negative.1",
            "expected an item that is not in positive too, got 'sku-0'",
        ),
        ({"positive": ["sku-0", "nope"]}, 404, "positive.1", "got 'nope'"),
        ({"positive": ["sku-0"], "negative": ["no"]}, 404, "negative.0", "got 'no'"),
        ({"positive": ["sku-0"], "k": 0}, 422, "k", "from 1 to 100, got 0"),
        ({"positive": ["sku-0"], "k": 10**6}, 422, "k", "from 1 to 100, got 1000000"),
        ({"positive": [{"clothes": {"color": 1}}]}, 422, "positive.0.clothes.color", "unknown"),
    ],
)
async def test_bad_requests_are_refused_by_field(
    shop: Shop, body: dict[str, Any], status: int, field: str, detail: str
) -> None:
    response = await shop.post("/v1/recommend", body)
    problem = response.json()
    assert (response.status_code, problem["field"]) == (status, field)
    assert detail in problem["detail"]


async def test_the_disliked_may_not_cancel_the_liked_out(shop: Shop) -> None:
    one = shop.store.stored["sku-0"]
    for item_id in ("sku-1", "sku-2"):
        shop.store.stored[item_id] = one
    shop.store.stored["sku-3"] = -one
    body = {"positive": ["sku-0", "sku-3"]}
    problem = (await shop.post("/v1/recommend", body)).json()
    assert problem["field"] == "positive"
    assert "cancel each other out" in problem["detail"]


async def test_embeddings_are_of_unit_length_and_in_order(shop: Shop) -> None:
    items = [{"clothes": {"color": color}} for color in ("Black", "White", "Black")]
    answer = (await shop.post("/v1/embed", {"items": items})).json()
    found = np.array(answer["embeddings"])
    assert answer["generation"] == "g0001"
    assert found.shape == (3, 32)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(found[0], found[2])
    assert answer["errors"] == []


async def test_one_bad_item_has_no_vector_and_its_neighbours_have_theirs(shop: Shop) -> None:
    good = {"clothes": {"color": "Black"}}
    bad = {"item_id": "x", "clothes": {"color": "Blak"}}
    answer = (await shop.post("/v1/embed", {"items": [good, bad, good]})).json()
    assert [vector is None for vector in answer["embeddings"]] == [False, True, False]
    [error] = answer["errors"]
    assert (error["index"], error["item_id"], error["field"]) == (1, "x", "clothes.color")
    assert "Black" in error["allowed"]


async def test_a_single_bad_item_is_a_422_that_names_the_field(shop: Shop) -> None:
    response = await shop.post("/v1/embed", {"items": [{"clothes": {"color": "Blak"}}]})
    problem = response.json()
    assert (response.status_code, problem["field"]) == (422, "clothes.color")
    assert problem["got"] == "'Blak'"
    assert "Black" in problem["allowed"]


async def test_no_more_items_are_embedded_at_once_than_stated(shop: Shop) -> None:
    response = await shop.post("/v1/embed", {"items": [{}] * 257})
    assert (
        response.json()["detail"] == "items: expected a list of 1 to 256 entries, got 257 entries"
    )
