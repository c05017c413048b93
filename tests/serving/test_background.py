"""What is looked at while nobody asks: switches, sizes and recall, whatever goes wrong between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import httpx
import pytest

from serving.admission import Admission, AdmissionConfig
from serving.background import IndexWatch, WatchConfig
from serving.current import CurrentGeneration
from serving.errors import Refused, TimedOut
from serving.index_gauges import IndexSize, RecallSample
from serving.main import build_app
from serving.metrics import Metrics
from serving.recall import RecallConfig
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeStore, generation_in_use
from tests.serving.postgres_shop import add_generation
from tests.serving.triton_double import TritonDouble, serving

SOON_S = 0.001
SAMPLED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class FakeIndex:
    """An index of seven items."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.hangs = False
        """Never answers, and fails as a database does when it is cancelled."""
        self.is_asked = asyncio.Event()

    async def index_size(self, generation: str) -> IndexSize:
        """See `WatchedIndex.index_size`."""
        self.is_asked.set()
        if self.hangs:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError as error:
                raise TimedOut("PostgreSQL", "canceling statement due to user request") from error
        if self.fault:
            raise self.fault
        return IndexSize(generation=generation, num_items=7, num_bytes=8192)

    async def sampled_recall(self, generation: str, config: RecallConfig) -> RecallSample | None:
        """See `WatchedIndex.sampled_recall`."""
        return RecallSample(
            generation=generation, recall=0.9, num_queries=20, sampled_at=SAMPLED_AT
        )


class Watched:
    """A watch over in-memory parts, and the metrics it tells."""

    def __init__(self) -> None:
        self.store = FakeStore(generation_in_use())
        self.index = FakeIndex()
        self.metrics = Metrics()

    @asynccontextmanager
    async def running(self, recall: RecallConfig | None = None) -> AsyncIterator[None]:
        """Everything is looked at a thousand times a second."""
        gauges = self.metrics.index
        admission = Admission(AdmissionConfig())
        current = CurrentGeneration(
            self.store, FakeEmbedder(), admission, observe=gauges.observe_generation
        )
        config = WatchConfig(generation_every_s=SOON_S, size_every_s=SOON_S, recall=recall)
        task = asyncio.create_task(IndexWatch(current, self.index, gauges, config).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def value(self, name: str, **labels: str) -> float | None:
        """One sample of the metrics."""
        value = self.metrics.registry.get_sample_value(name, labels)
        return None if value is None else float(value)


async def until(claim: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(10):
        while not claim():
            await asyncio.sleep(SOON_S)


async def test_a_switch_made_elsewhere_is_shown_though_no_request_came() -> None:
    watched = Watched()
    async with watched.running():
        await until(lambda: watched.value("modiste_generation_info", generation="g0001") == 1)
        await until(lambda: watched.value("modiste_index_items", generation="g0001") == 7)
        watched.store.switch(generation_in_use(2))
        await until(lambda: watched.value("modiste_index_items", generation="g0002") == 7)
    assert watched.value("modiste_generation_info", generation="g0002") == 1
    assert watched.value("modiste_generation_info", generation="g0001") is None
    assert watched.value("modiste_index_items", generation="g0001") is None


async def test_recall_is_told_where_it_is_sampled_and_not_elsewhere() -> None:
    watched = Watched()
    async with watched.running():
        await until(lambda: watched.value("modiste_index_bytes", generation="g0001") == 8192)
    assert watched.value("modiste_index_recall_ratio", generation="g0001") is None
    async with watched.running(RecallConfig(every_s=SOON_S)):
        await until(lambda: watched.value("modiste_index_recall_ratio", generation="g0001") == 0.9)
    sampled_at = watched.value("modiste_index_recall_sampled_timestamp_seconds")
    assert sampled_at == SAMPLED_AT.timestamp()


@pytest.mark.parametrize("fault", [Refused("PostgreSQL", "gone"), ZeroDivisionError("ours")])
async def test_a_look_that_fails_is_logged_and_done_again(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Watched()
    watched.index.fault = fault
    async with watched.running():
        await until(lambda: "a look in the background failed" in caplog.text)
        watched.index.fault = None
        await until(lambda: watched.value("modiste_index_items", generation="g0001") == 7)


@asynccontextmanager
async def replica(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A replica of the real service, which is asked for nothing but its metrics."""
    settings = Settings(
        database_url=database_url, objects_uri="file:///tmp", generation_every_s=0.05
    )
    app = build_app(settings)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://shop") as client,
    ):
        yield client


async def until_shown(client: httpx.AsyncClient, line: str) -> None:
    async with asyncio.timeout(20):
        while line not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.05)


async def test_every_replica_notices_a_promotion_by_itself(postgres_url: str) -> None:
    async with serving(TritonDouble()) as endpoint:
        add_generation(postgres_url, endpoint=endpoint, dimension=4)
        async with replica(postgres_url) as one, replica(postgres_url) as other:
            for client in (one, other):
                await until_shown(client, 'modiste_generation_info{generation="g0001"} 1.0')
                await until_shown(client, 'modiste_index_items{generation="g0001"} 0.0')
            add_generation(postgres_url, 2, endpoint=endpoint, dimension=4)
            for client in (one, other):
                await until_shown(client, 'modiste_generation_info{generation="g0002"} 1.0')


async def test_a_look_whose_cancellation_becomes_an_error_ends_all_the_same() -> None:
    watched = Watched()
    watched.index.hangs = True
    async with asyncio.timeout(10), watched.running():
        await watched.index.is_asked.wait()


def test_to_look_without_a_pause_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected times above 0, got WatchConfig"):
        WatchConfig(size_every_s=0)
