"""Readiness: one look for many who ask, told for a moment, never waited for too long."""

import asyncio

import pytest

from serving.admission import Admission, AdmissionConfig
from serving.current import CurrentGeneration
from serving.errors import Draining, NotReady, Refused, TimedOut
from serving.protocols import GenerationInUse
from serving.readiness import Readiness, ReadinessConfig
from tests.serving.fakes import FakeEmbedder, FakeStore, generation_in_use


class HeldEmbedder(FakeEmbedder):
    """Answers checks when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def check(self, generation: GenerationInUse) -> None:
        """Wait, then answer as told."""
        await self.let_go.wait()
        await super().check(generation)


def readiness(
    store: FakeStore, embedder: FakeEmbedder, *, max_age_s: float = 0, timeout_s: float = 10
) -> Readiness:
    config = ReadinessConfig(timeout_s=timeout_s, max_age_s=max_age_s)
    current = CurrentGeneration(store, embedder, Admission(AdmissionConfig()))
    return Readiness(current, store, embedder, config)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(generation_in_use())


async def test_many_who_ask_at_once_cost_one_look(store: FakeStore) -> None:
    embedder = HeldEmbedder()
    probed = readiness(store, embedder)
    asking = [asyncio.create_task(probed.check()) for _ in range(100)]
    await asyncio.sleep(0)
    embedder.let_go.set()
    assert set(await asyncio.gather(*asking)) == {"g0001"}
    assert store.calls == ["in_use"]


async def test_what_was_seen_is_told_again_for_a_moment(store: FakeStore) -> None:
    probed = readiness(store, FakeEmbedder(), max_age_s=3600)
    await probed.check()
    store.fault = Refused("PostgreSQL", "gone")
    assert await probed.check() == "g0001"
    assert store.calls == ["in_use"]


async def test_after_that_moment_it_is_looked_at_again(store: FakeStore) -> None:
    probed = readiness(store, FakeEmbedder())
    await probed.check()
    store.fault = Refused("PostgreSQL", "gone")
    with pytest.raises(Refused, match=r"^PostgreSQL: gone$"):
        await probed.check()
    store.fault = None
    store.switch(generation_in_use(2))
    assert await probed.check() == "g0002"


async def test_what_does_not_answer_is_named_in_time_and_joined_by_the_next(
    store: FakeStore,
) -> None:
    embedder = HeldEmbedder()
    probed = readiness(store, embedder, timeout_s=0.1)
    for _ in range(3):
        with pytest.raises(TimedOut, match=r"^Triton: no answer within 0.1 s; try again$"):
            await probed.check()
    assert store.calls == ["in_use"]
    embedder.let_go.set()
    await asyncio.sleep(0)
    assert await probed.check() == "g0001"


async def test_a_draining_service_is_not_ready_whatever_was_seen(store: FakeStore) -> None:
    probed = readiness(store, FakeEmbedder(), max_age_s=3600)
    await probed.check()
    probed.drain()
    with pytest.raises(Draining, match=r"^API: draining: it was told to stop; ask another"):
        await probed.check()


async def test_without_a_generation_it_is_not_ready() -> None:
    with pytest.raises(NotReady, match="no generation is in use"):
        await readiness(FakeStore(), FakeEmbedder()).check()


def test_times_that_cannot_be_kept_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected timeout_s > 0 and max_age_s >= 0, got "):
        ReadinessConfig(timeout_s=0)
