"""POST /v1/items with JSON Lines: bounded, line by line, resumable."""

import json
from collections.abc import AsyncIterator

import pytest

from serving.errors import Refused
from tests.serving.conftest import Shop

NDJSON = {"content-type": "application/x-ndjson"}


def line(number: int) -> bytes:
    return json.dumps({"item_id": f"new-{number}", "clothes": {"color": "Black"}}).encode() + b"\n"


async def send(shop: Shop, content: bytes | AsyncIterator[bytes]) -> dict[str, object]:
    response = await shop.client.post("/v1/items", content=content, headers=NDJSON)
    found: dict[str, object] = response.json()
    return found


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/jsonl; charset=utf-8"])
async def test_every_line_is_an_item(shop: Shop, kind: str) -> None:
    content = b"".join(map(line, range(600)))
    response = await shop.client.post("/v1/items", content=content, headers={"content-type": kind})
    answer = response.json()
    assert (answer["accepted"], answer["changed"], answer["errors"]) == (600, 600, [])
    assert shop.store.calls.count("upsert") == 3


async def test_a_batch_is_committed_before_the_next_is_read(shop: Shop) -> None:
    committed: list[int] = []

    async def lines() -> AsyncIterator[bytes]:
        for start in range(0, 1024, 256):
            committed.append(sum(name.startswith("new-") for name in shop.store.items))
            yield b"".join(map(line, range(start, start + 256)))

    assert (await send(shop, lines()))["accepted"] == 1024
    assert committed == [0, 256, 512, 768]


async def test_a_bad_line_loses_none_of_its_neighbours(shop: Shop) -> None:
    content = (
        line(0)
        + b"\n"
        + b"{not json}\n"
        + b'{"item_id": "bad", "clothes": {"color": "Blak"}}\n'
        + b'"text"\n'
        + b"x" * 17_000
        + b"\n"
        + b'{"item_id": "nan", "metadata": {"price": NaN}}\n'
        + line(1).rstrip()
    )
    answer = await send(shop, content)
    assert (answer["accepted"], answer["refused"]) == (2, 5)
    errors = answer["errors"]
    assert isinstance(errors, list)
    assert [(error["line"], error["field"]) for error in errors] == [
        (3, "line"),
        (4, "clothes.color"),
        (5, "item"),
        (6, "line"),
        (7, "line"),
    ]
    assert errors[0]["reason"].startswith("expected one JSON object: ")
    assert errors[0]["got"] == "{not json}"
    assert (errors[1]["item_id"], errors[1]["got"]) == ("bad", "'Blak'")
    assert errors[3]["reason"] == "expected at most 16,384 bytes in a line; shorten it"
    assert {"new-0", "new-1"} <= set(shop.store.items)


async def test_a_stream_of_bad_lines_alone_is_a_422(shop: Shop) -> None:
    answer = await send(shop, b"x\ny\n")
    assert (answer["status"], answer["refused"]) == (422, 2)


async def test_a_single_bad_line_is_named_by_its_field(shop: Shop) -> None:
    answer = await send(shop, b'{"item_id": "x", "clothes": {"size": "L"}}')
    assert (answer["status"], answer["field"]) == (422, "clothes.size")


async def test_an_empty_stream_is_refused(shop: Shop) -> None:
    answer = await send(shop, b"\n \n")
    assert (answer["status"], answer["detail"]) == (
        422,
        "body: expected at least one item, got none",
    )


async def test_no_more_faults_are_listed_than_fit_in_an_answer(shop: Shop) -> None:
    answer = await send(shop, line(0) + b"x\n" * 1500)
    errors = answer["errors"]
    assert isinstance(errors, list)
    assert (answer["refused"], len(errors)) == (1500, 1000)


async def test_a_part_that_goes_away_midway_says_what_is_committed(shop: Shop) -> None:
    async def lines() -> AsyncIterator[bytes]:
        yield b"".join(map(line, range(256)))
        shop.store.fault = Refused("PostgreSQL", "gone")
        yield b"".join(map(line, range(256, 600)))

    answer = await send(shop, lines())
    assert (answer["status"], answer["part"]) == (503, "PostgreSQL")
    assert (answer["accepted"], answer["lines_done"]) == (256, 256)
    assert f"new-{255}" in shop.store.items
    assert f"new-{256}" not in shop.store.items


async def test_received_items_are_counted(shop: Shop) -> None:
    await send(shop, line(0) + b"x\n")
    text = shop.metrics.text().decode()
    assert 'modiste_items_received_total{outcome="accepted"} 1.0' in text
    assert 'modiste_items_received_total{outcome="refused"} 1.0' in text
