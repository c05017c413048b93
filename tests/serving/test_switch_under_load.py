"""A generation put in use while requests are answered: none fails, no answer mixes two of them.

The API over a real PostgreSQL, the real promotion, and the clients of `benchmarks.load`, which
check each of their answers; then the scores of all answers are computed once more.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from benchmarks.load.plan import Plan, make_plan
from benchmarks.load.record import Record
from benchmarks.load.scores import ScoreBook, Shares, judge, text_of
from benchmarks.load.shopper import Shopper
from catalog.item import Item
from catalog.schema import default_schema
from serving import generations
from serving.index import IndexReport, begin, fill, write_catalogue
from serving.migrate import migrate
from serving.promote import Promotion
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector
from serving.search import half_precision
from serving.text_query import item_of_text, phrase_table
from tests.benchmarks.load_clients import drive
from tests.serving.demo import demo_items
from tests.serving.fakes import DIMENSION, FakeEmbedder
from tests.serving.postgres_shop import PostgresShop, opened
from tests.serving.stock import SMALL_HNSW, InMemory, connected

ITEMS = list(demo_items(240))
SCHEMA = default_schema()
GENERATIONS = ("g0001", "g0002")
METRICS: dict[str, object] = {"model": {"recall@10": {"value": 0.9}, "agreement@10": {}}}
NUM_CLIENTS = 8
BEFORE, AFTER = 100, 60
"""Answers, of all clients, before a switch is begun and after it is over."""


class BulkEmbedder:
    """The API's embedder, as promotion and indexing call it."""

    def __init__(self, generation: GenerationInUse) -> None:
        self._generation = generation

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """See `serving.bulk_embed.BulkEmbedder`."""
        return asyncio.run(FakeEmbedder().embed(items, self._generation))


@contextmanager
def bulk_embedder(generation: GenerationInUse) -> Iterator[BulkEmbedder]:
    """What promotion opens instead of a Triton."""
    yield BulkEmbedder(generation)


def generation_of(name: str) -> GenerationInUse:
    """A generation as embedders know it."""
    return GenerationInUse(generation=name, schema=SCHEMA, dimension=DIMENSION, endpoint="here:1")


def promote(url: str, name: str) -> None:
    """Put a generation in use, on a connection that gives its lock back."""
    with connected(url) as connection:
        decision = Promotion(connection, bulk_embedder).promote(name, METRICS)
    assert decision["in_use"] == name


@pytest.fixture
async def shop(postgres_url: str) -> AsyncIterator[PostgresShop]:
    """The API with two generations indexed, the first in use."""
    await asyncio.to_thread(_prepare, postgres_url)
    # However busy the machine is: what is slow is not wrong here.
    async with opened(postgres_url, FakeEmbedder(), timeout_s=60) as made:
        yield made


def _prepare(url: str) -> None:
    with connected(url) as connection:
        migrate(connection)
        for name in GENERATIONS:
            _index(connection, name)
    promote(url, "g0001")


def _index(connection: psycopg.Connection, name: str) -> None:
    assert generations.allocate(connection, name) == name
    manifest = {"generation": name, "dimension": DIMENSION, "files": {}}
    generations.stage(connection, name, f"s3://none/{name}", manifest, SCHEMA)
    generations.mark(connection, name, "published")
    generations.set_endpoint(connection, name, "here:1")
    report = IndexReport(generation=name)
    found, embedder = begin(connection, name), BulkEmbedder(generation_of(name))
    write_catalogue(connection, InMemory(ITEMS), report)
    fill(connection, found, embedder, report, hnsw=SMALL_HNSW, max_refused_share=0.0)


class Clients:
    """Clients that go on until the switches are over and some answers came after each."""

    def __init__(self, shop: PostgresShop, plan: Plan) -> None:
        self._shop, self._plan = shop, plan
        self._is_over = False
        self._num_sent = 0

    async def run(self) -> list[Record]:
        """Let all of them go on while generations are switched, forth, back and forth."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._client(number)) for number in range(NUM_CLIENTS)]
            await self._answers(BEFORE)
            for name in ("g0002", "g0001", "g0002"):
                await asyncio.to_thread(promote, self._shop.url, name)
                await self._answers(AFTER)
            self._is_over = True
        return [record for task in tasks for record in task.result()]

    async def _client(self, number: int) -> list[Record]:
        shopper = Shopper(self._plan, number, random.Random(number))
        return await drive(self._shop.client, shopper.script(), self._goes_on)

    def _goes_on(self) -> bool:
        self._num_sent += 1
        return not self._is_over

    async def _answers(self, count: int) -> None:
        """Wait until so many more requests were sent."""
        wanted = self._num_sent + count
        while self._num_sent < wanted:
            await asyncio.sleep(0.01)


async def test_no_request_fails_and_no_answer_is_mixed_while_generations_are_switched(
    shop: PostgresShop, tmp_path: Path
) -> None:
    plan = make_plan(ITEMS, think_s=(0, 0), log=tmp_path / "calls.jsonl")
    records = await Clients(shop, plan).run()
    assert [record.faults for record in records if record.faults] == []
    assert {record.generation for record in records if record.status == 200} == set(GENERATIONS)
    books = {name: await book_of(name, records) for name in GENERATIONS}
    verdict = judge(records, books, Shares(ITEMS))
    assert verdict.faults == []
    assert verdict.num_told_apart == verdict.num_pages > BEFORE // 2


async def book_of(name: str, records: Sequence[Record]) -> ScoreBook:
    """What the scores of a generation must be, from the embedder itself."""
    asked = sorted({text for record in records if (text := text_of(record.body)) is not None})
    table = phrase_table(SCHEMA)
    vectors = await embedded(ITEMS, name)
    texts = await embedded([item_of_text(text, table) for text in asked], name)
    ids = [item.item_id for item in ITEMS]
    return ScoreBook(
        vectors=dict(zip(ids, map(half_precision, vectors), strict=True)),
        texts=dict(zip(asked, texts, strict=True)),
    )


async def embedded(items: Sequence[Item], name: str) -> list[Vector]:
    """The vectors of items, none of which is refused."""
    made = await FakeEmbedder().embed(items, generation_of(name))
    vectors = [vector for vector in made if not isinstance(vector, EmbeddingFailure)]
    assert len(vectors) == len(items)
    return vectors
