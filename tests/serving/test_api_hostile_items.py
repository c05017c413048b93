"""Items that are broken or meant to break, sent to the API: stored as text, or refused by field."""

import json

import pytest

from tests.serving.conftest import Shop


@pytest.mark.parametrize(
    ("body", "field", "got"),
    [
        (r'{"item_id": "a\u0000b"}', "item_id", r"'a\x00b'"),
        ('{"item_id": true}', "item_id", "True"),
        ('{"item_id": 1.5}', "item_id", "1.5"),
        ('{"item_id": "\ufeff99"}', "item_id", r"'\ufeff99'"),
        ('{"item_id": "a", "image": "../../etc/passwd"}', "image", "'../../etc/passwd'"),
        ('{"item_id": "a", "image": "images/../../etc/x"}', "image", "'images/../../etc/x'"),
        ('{"item_id": "a", "image": "/etc/passwd"}', "image", "'/etc/passwd'"),
        (
            json.dumps({"item_id": "a", "clothes": {f"c{i}": "x" for i in range(500)}}),
            "clothes.c0",
            "'x'",
        ),
        (
            f'{{"item_id": "a", "metadata": {{"x": {"[" * 12}{"]" * 12}}}}}',
            "metadata.x",
            "[[[]]]",
        ),
    ],
)
async def test_what_no_item_can_hold_is_refused_by_its_field(
    shop: Shop, body: str, field: str, got: str
) -> None:
    headers = {"content-type": "application/json"}
    response = await shop.client.post("/v1/items", content=body.encode(), headers=headers)
    problem = response.json()
    assert response.status_code == 422
    assert (problem["field"], problem["got"]) == (field, got)
    assert len(response.content) < 10_000


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x.example","y")', "+cmd|' /C calc'!A0", "@SUM(1+1)", "-2+3"]
)
async def test_a_formula_is_text_as_any_other(shop: Shop, text: str) -> None:
    item = {"item_id": text, "reinforced_feature_value": {"category": [text]}}
    assert (await shop.post("/v1/items", item)).status_code == 200
    stored = (await shop.client.get("/v1/items/" + text.replace("/", "%2F"))).json()
    assert stored["item"]["reinforced_feature_value"]["category"] == [text]


async def test_ids_that_look_alike_are_two_items(shop: Shop) -> None:
    for item_id in ("caf\u00e9", "cafe\u0301", "../../etc/x"):
        assert (await shop.post("/v1/items", {"item_id": item_id})).status_code == 200
    for item_id in ("caf\u00e9", "cafe\u0301"):
        answer = (await shop.client.get(f"/v1/items/{item_id}")).json()
        assert answer["item"]["item_id"] == item_id
