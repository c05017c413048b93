"""The door in front of the work: turns in order, a bounded queue, and a bounded wait."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from serving.admission import Admission, AdmissionConfig
from serving.api.app import create_app
from serving.errors import Overloaded
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use


class Work:
    """Pieces of work that go on until they are told to end, and the order in which they began."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.began: list[int] = []
        self.ends = [asyncio.Event() for _ in range(5)]

    async def piece(self, number: int) -> None:
        """One piece of work."""
        async with self._admission.turn():
            self.began.append(number)
            await self.ends[number].wait()


async def settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


def admission(**bounds: float) -> Admission:
    return Admission(AdmissionConfig(**bounds))  # type: ignore[arg-type]


async def test_no_more_work_at_once_than_allowed_and_the_others_in_order() -> None:
    work = Work(admission(max_working=2))
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(work.piece(number))
            await settled()
        assert work.began == [0, 1]
        work.ends[1].set()
        await settled()
        assert work.began == [0, 1, 2]
        for end in work.ends:
            end.set()
    assert work.began == [0, 1, 2, 3, 4]


async def test_one_more_than_may_wait_is_sent_away_at_once() -> None:
    door = admission(max_working=1, max_waiting=1)
    work = Work(door)
    async with asyncio.TaskGroup() as group:
        group.create_task(work.piece(0))
        group.create_task(work.piece(1))
        await settled()
        with pytest.raises(Overloaded, match="API: 1 requests wait already; nothing"):
            await work.piece(2)
        work.ends[0].set()
        work.ends[1].set()
    work.ends[3].set()
    await work.piece(3)
    assert work.began == [0, 1, 3]


async def test_a_wait_has_an_end_and_leaves_the_place_to_others() -> None:
    work = Work(admission(max_working=1, timeout_s=0.05))
    async with asyncio.TaskGroup() as group:
        group.create_task(work.piece(0))
        await settled()
        with pytest.raises(Overloaded, match=r"API: no turn came within 0\.05 s; nothing was done"):
            await work.piece(1)
        work.ends[0].set()
    work.ends[2].set()
    await work.piece(2)
    assert work.began == [0, 2]


async def test_a_fault_and_a_caller_who_leaves_give_the_place_back() -> None:
    door = admission(max_working=1, max_waiting=0)
    with pytest.raises(KeyError):
        async with door.turn():
            raise KeyError("a fault")
    work = Work(door)
    task = asyncio.create_task(work.piece(0))
    await settled()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    work.ends[1].set()
    await work.piece(1)


@pytest.mark.parametrize("wrong", [{"max_working": 0}, {"max_waiting": -1}, {"timeout_s": 0}])
def test_a_door_that_lets_nobody_in_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="max_working, max_waiting, timeout_s: expected at least"):
        admission(**wrong)


async def test_requests_that_wait_too_long_are_told_to_come_back(settings: Settings) -> None:
    settings = replace(settings, max_pool_connections=1, turn_timeout_s=0.01)
    app = create_app(settings, FakeStore(generation_in_use()), FakeEmbedder(), FakeObjects())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        async with app.state.service.admission.turn():
            for answer in (
                await client.get("/v1/items/sku-1"),
                await client.get("/v1/items"),
                await client.delete("/v1/items/sku-1"),
                await client.post("/v1/search", json={"query": {"text": "coat"}}),
                await client.post("/v1/items", json={"item_id": "new"}),
            ):
                assert answer.status_code == 503
                assert answer.json()["type"] == "urn:modiste:problem:overloaded"
                assert answer.json()["part"] == "API"
                assert answer.headers["retry-after"] == "2"
            assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/v1/items")).status_code == 200
