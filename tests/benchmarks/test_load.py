"""The load's own tools: its checks find what is planted, and a small load of it runs to its end."""

import json
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from benchmarks.load import checks
from benchmarks.load.calls import Call, Reply, Script
from benchmarks.load.plan import MIN_MATCHING, Plan, make_plan
from benchmarks.load.shopper import Shopper
from local.ports import free_ports, http_status
from local.stack import ROOT
from tests.benchmarks.load_clients import Alter, drive, times
from tests.serving.demo import demo_app, demo_items

NUM_ITEMS = 4 * MIN_MATCHING


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A plan over the demo's items."""
    log = tmp_path_factory.mktemp("load") / "calls.jsonl"
    return make_plan(list(demo_items(NUM_ITEMS)), think_s=(0.0, 0.0), log=log)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """The demo's shop, in this process."""
    return demo_app(NUM_ITEMS)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the demo's shop."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as opened:
        yield opened


def visit(plan: Plan, name: str) -> Script:
    """One visit of a shopper, by its name there."""
    script: Script = getattr(Shopper(plan, 0, random.Random(1)), name)()
    return script


async def test_an_honest_shop_passes_every_check(plan: Plan, client: httpx.AsyncClient) -> None:
    records = await drive(client, Shopper(plan, 0, random.Random(0)).script(), times(120))
    assert [record.faults for record in records if record.faults] == []
    assert {"search text", "recommend", "next page", "write item", "get deleted item"} <= {
        record.kind for record in records
    }
    assert plan.filters
    assert {record.generation for record in records if record.status == 200} == {"g0001"}


async def test_a_client_that_ends_deletes_what_it_wrote(
    plan: Plan, client: httpx.AsyncClient
) -> None:
    shopper = Shopper(plan, 7, random.Random(0))
    await drive(client, shopper._own_item(), times(2))
    [own] = shopper.own
    assert (await client.get(f"/v1/items/{own}")).status_code == 200
    [deleted] = await drive(client, shopper.farewell(), times(9))
    assert (deleted.status, deleted.faults) == (200, [])
    assert (await client.get(f"/v1/items/{own}")).status_code == 404


def without_own(call: Call, document: Any) -> None:
    if call.kind == "search own item":
        document["items"] = [i for i in document["items"] if not i["item_id"].startswith("load-")]


def with_an_item_twice(call: Call, document: Any) -> None:
    document["items"][-1] = document["items"][0]


def with_one_less(call: Call, document: Any) -> None:
    document["items"].pop()


def with_the_worst_first(call: Call, document: Any) -> None:
    document["items"].reverse()


def without_generation(call: Call, document: Any) -> None:
    document.pop("generation")


def with_another_price(call: Call, document: Any) -> None:
    if call.kind == "get own item":
        document["item"]["metadata"]["price"] += 1


@pytest.mark.parametrize(
    ("name", "alter", "said"),
    [
        ("_own_item", without_own, "-0-1, whose write was acknowledged, got an answer without it"),
        ("_own_item", with_another_price, "expected {'item_id': 'load-"),
        ("_by_text", with_an_item_twice, "expected each item once, got demo-"),
        ("_by_text", with_the_worst_first, "expected the best first, got the scores"),
        ("_by_taste", with_one_less, "expected exactly "),
        ("_by_id", without_generation, "expected the answer's generation, got none"),
        ("_one_item", without_generation, "expected the answer's generation, got none"),
    ],
)
async def test_a_planted_fault_is_found(
    plan: Plan, client: httpx.AsyncClient, name: str, alter: Alter, said: str
) -> None:
    count = 4 if name == "_own_item" else 1
    records = await drive(client, visit(plan, name), times(count), alter)
    assert said in "; ".join(fault for record in records for fault in record.faults)


async def test_a_page_that_repeats_the_one_before_is_found(
    plan: Plan, client: httpx.AsyncClient
) -> None:
    first: list[Any] = []

    def repeating(call: Call, document: Any) -> None:
        if call.kind == "first page":
            first[:] = document["items"]
        elif call.kind == "next page":
            document["items"] = first

    records = await drive(client, visit(plan, "_pages"), times(2), repeating)
    assert "expected none of those left out, got demo-" in records[-1].faults[0]


def problem(got: str, allowed: str, kind: str = "invalid-cursor") -> Reply:
    document = {"type": f"urn:modiste:problem:{kind}", "got": got, "allowed": allowed}
    return Reply(status=400, document=document)


def test_a_cursor_may_be_refused_for_another_generation_and_for_nothing_else() -> None:
    check = checks.next_page_of(20, (), "g0001")
    assert check(problem("g0001", "g0002")) == []
    assert check(problem("g0001", "g0001"))
    assert check(problem("g0000", "g0002"))
    [said] = check(problem("g0001", "g0002", "malformed-body"))
    assert said.startswith("expected 200, got 400 (urn:modiste:problem:malformed-body)")


def test_a_page_of_another_generation_than_its_cursor_is_found() -> None:
    document = {"generation": "g0002", "items": [{"item_id": "a", "score": 0.5}]}
    [said] = checks.next_page_of(1, (), "g0001")(Reply(status=200, document=document))
    assert said == "expected a page of g0001, got one of g0002"


def test_an_answer_that_never_came_is_told_with_its_status() -> None:
    [said] = checks.ok(Reply(status=0, document=None))
    assert said == "expected 200, got 0 (no problem document): "


def test_a_catalogue_too_small_for_full_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"items: expected at least {MIN_MATCHING}, got 5"):
        make_plan(list(demo_items(5)), think_s=(0, 0), log=tmp_path / "calls.jsonl")


def test_a_plan_comes_back_from_its_file_as_it_was(plan: Plan, tmp_path: Path) -> None:
    plan.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == plan


@pytest.fixture
def shop_url() -> Iterator[str]:
    """The demo's shop, as a server of its own."""
    [port] = free_ports(1)
    command = [sys.executable, "-m", "tests.serving.demo", "--items", str(NUM_ITEMS)]
    server = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _answers(port: int) -> bool:
    try:
        return http_status(port, "/healthz") == 200
    except OSError:
        return False


def test_a_few_clients_of_locust_run_to_their_end_and_the_line_is_printed(shop_url: str) -> None:
    options = ["--url", shop_url, "--users", "4", "--warm-up", "0"]
    options += ["--seconds", "3", "--think", "0.02", "0.05"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["benchmark"] == "load"
    assert figures["users"] == 4
    assert figures["failures"] == 0
    assert figures["conditions"] == {"no_failure": True, "answers": True}
    assert figures["met"] is True
    assert figures["requests"] == sum(kind["requests"] for kind in figures["kinds"].values())
    assert figures["p99_ms"] >= figures["p50_ms"] > 0
    assert figures["generations"]["g0001"] > 0
    assert figures["switch"] is None


def test_a_load_of_nothing_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    from benchmarks.load.__main__ import main

    with pytest.raises(SystemExit):
        main(["--users", "0"])
    assert "users and seconds: expected more than 0" in capfd.readouterr().err
