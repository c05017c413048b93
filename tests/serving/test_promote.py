"""Promotion on a real PostgreSQL: the gate, the switch, the way back, and writes meanwhile."""

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg import Connection

from catalog.item import Item
from serving import generations, switch
from serving.database import PoolConfig
from serving.errors import Conflict, GenerationChanged, GenerationMismatch, InvalidRequest
from serving.locks import CLASS, Lock
from serving.promote import Promotion, main
from serving.protocols import EmbeddingFailure, GenerationInUse, Query, Vector
from serving.store import PostgresStore
from serving.vector_tables import count_missing, exists
from tests.serving.stock import (
    ContentEmbedder,
    connected,
    content_embedder,
    index,
    publish,
    query_vector,
    stock,
    vector_of,
)

ITEMS = stock(30)
GOOD: dict[str, object] = {"model": {"recall@10": {"value": 0.9}, "agreement@10": {}}}
BAD: dict[str, object] = {"model": {"recall@10": {"value": 0.5}, "agreement@10": {}}}


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A migrated database with g0001 in use and g0002 indexed."""
    with connected(postgres_url) as opened:
        for _ in range(2):
            index(opened, publish(opened), ITEMS)
        # On a connection of its own, for it holds the lock of promotions until it is closed.
        with connected(postgres_url) as first:
            Promotion(first, content_embedder).promote("g0001", GOOD)
        yield opened


@pytest.fixture
def promotion(connection: Connection) -> Promotion:
    """What promotes, on the same connection."""
    return Promotion(connection, content_embedder)


def states(connection: Connection) -> dict[str, str]:
    """State of each generation."""
    return dict(connection.execute("SELECT generation, state FROM generations").fetchall())


def test_a_good_generation_is_promoted_and_the_one_before_kept(
    connection: Connection, promotion: Promotion
) -> None:
    decision = promotion.promote("g0002", GOOD)
    assert (decision["promoted"], decision["in_use"], decision["before"]) == (
        True,
        "g0002",
        "g0001",
    )
    assert states(connection) == {"g0001": "indexed", "g0002": "indexed"}
    assert generations.read(connection, "g0002").metrics == GOOD


def test_promoting_again_changes_nothing(connection: Connection, promotion: Promotion) -> None:
    promotion.promote("g0002", GOOD)
    decision = promotion.promote("g0002", GOOD)
    assert (decision["promoted"], decision["in_use"]) == (True, "g0002")
    row = connection.execute("SELECT generation, previous FROM generation_in_use").fetchone()
    assert row == ("g0002", "g0001")


def test_a_worse_generation_is_refused_for_good_and_its_table_dropped(
    connection: Connection, promotion: Promotion
) -> None:
    decision = promotion.promote("g0002", BAD)
    said = "recall@10 fell from 0.9000 to 0.5000, by more than 0.02"
    assert (decision["promoted"], decision["reasons"]) == (False, [said])
    assert generations.in_use(connection) == "g0001"
    assert generations.read(connection, "g0002").reason == said
    assert not exists(connection, "g0002")
    again = promotion.promote("g0002", GOOD)
    assert (again["promoted"], again["reasons"]) == (False, [said])


def test_a_wider_margin_lets_it_pass(promotion: Promotion) -> None:
    assert promotion.promote("g0002", BAD, margin=0.5)["promoted"] is True


def test_after_a_refusal_the_catalogues_changes_are_found_under_the_old_one(
    connection: Connection, promotion: Promotion
) -> None:
    new = Item(item_id="new", clothes={"color": ("Red",)})
    index(connection, "g0002", [*ITEMS, new])
    assert count_missing(connection, "g0001") == 1
    promotion.promote("g0002", BAD)
    assert count_missing(connection, "g0001") == 0


def test_those_older_than_the_one_before_are_retired_with_their_tables(
    connection: Connection, promotion: Promotion
) -> None:
    promotion.promote("g0002", GOOD)
    index(connection, publish(connection), ITEMS)
    decision = promotion.promote("g0003", GOOD)
    assert (decision["retired"], decision["tables_to_drop"]) == (["g0001"], [])
    assert states(connection) == {"g0001": "retired", "g0002": "indexed", "g0003": "indexed"}
    assert generations.read(connection, "g0001").reason == "replaced by g0003"
    assert not exists(connection, "g0001")


def test_a_table_that_is_still_read_is_dropped_by_the_next_promotion(
    connection: Connection, promotion: Promotion, postgres_url: str
) -> None:
    promotion.promote("g0002", GOOD)
    index(connection, publish(connection), ITEMS)
    with connected(postgres_url) as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM vectors_g0001")
        assert promotion.promote("g0003", GOOD)["tables_to_drop"] == ["g0001"]
    assert exists(connection, "g0001")
    assert promotion.promote("g0003", GOOD)["tables_to_drop"] == []
    assert not exists(connection, "g0001")


def test_a_rollback_goes_to_the_one_before_and_forward_again(
    connection: Connection, promotion: Promotion
) -> None:
    promotion.promote("g0002", GOOD)
    assert promotion.rollback()["in_use"] == "g0001"
    assert promotion.rollback()["in_use"] == "g0002"
    assert states(connection) == {"g0001": "indexed", "g0002": "indexed"}


def test_a_rollback_with_nothing_before_is_refused(promotion: Promotion) -> None:
    with pytest.raises(Conflict, match="rollback: expected a generation before the one in use"):
        promotion.rollback()


def test_a_generation_that_is_not_indexed_is_not_promoted(
    connection: Connection, promotion: Promotion
) -> None:
    generation = publish(connection)
    with pytest.raises(Conflict, match="g0003 is published: expected an indexed generation; run"):
        promotion.promote(generation, GOOD)
    with pytest.raises(InvalidRequest, match=r"metrics.model.recall@10: expected a share"):
        promotion.promote("g0002", {"model": {}})
    assert generations.in_use(connection) == "g0001"


def test_items_written_since_the_index_are_in_the_new_generation_at_once(
    connection: Connection, promotion: Promotion
) -> None:
    new = Item(item_id="new", clothes={"color": ("Red",)})
    index(connection, "g0001", [*ITEMS, new])
    assert count_missing(connection, "g0002") == 1
    decision = promotion.promote("g0002", GOOD)
    assert decision["caught_up"] == {"num_embedded": 1, "num_failed": 0, "failures": []}
    assert count_missing(connection, "g0002") == 0


class WritingEmbedder(ContentEmbedder):
    """While it embeds, other items are written, more than the switch waits for."""

    connection: Connection

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """See `BulkEmbedder.embed`."""
        more = switch.MAX_LAST_ITEMS + 1
        self.connection.execute(
            "INSERT INTO items (item_id) SELECT gen_random_uuid()::text"
            f" FROM generate_series(1, {more})"
        )
        return super().embed(items)


def test_a_switch_that_never_catches_up_gives_up_and_leaves_all_as_it_was(
    connection: Connection, postgres_url: str
) -> None:
    with connected(postgres_url) as other:

        @contextmanager
        def writing(generation: GenerationInUse) -> Iterator[WritingEmbedder]:
            embedder = WritingEmbedder(generation.generation)
            embedder.connection = other
            yield embedder

        connection.execute("INSERT INTO items (item_id) VALUES ('one')")
        with pytest.raises(Conflict, match="g0002: expected fewer than 64 items written while"):
            Promotion(connection, writing).promote("g0002", GOOD)
    assert generations.in_use(connection) == "g0001"


async def test_a_write_that_waited_for_the_switch_is_refused_and_not_lost(
    connection: Connection, postgres_url: str
) -> None:
    store = PostgresStore(PoolConfig(url=postgres_url, max_connections=1))
    await store.open()
    new = Item(item_id="new", clothes={"color": ("Red",)})
    with connected(postgres_url) as switching, switching.transaction():
        switching.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLASS, Lock.WRITE])
        write = asyncio.create_task(store.upsert([new], [vector_of(new)], "g0001"))
        while not _is_waiting(connection):
            await asyncio.sleep(0.01)
        switching.execute("UPDATE generation_in_use SET generation = 'g0002', previous = 'g0001'")
    with pytest.raises(GenerationChanged, match="expected g0002, which is in use by now"):
        await write
    assert (await store.upsert([new], [vector_of(new, "g0002")], "g0002")).num_changed == 1
    await store.close()


def _is_waiting(connection: Connection) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    ).fetchone()
    return row is not None and row[0] > 0


class Writer(threading.Thread):
    """Writes items one by one, as the API does: embedded again whenever the generation moved."""

    def __init__(self, url: str, name: str, stop: threading.Event) -> None:
        super().__init__(name=name)
        self.url, self.stop = url, stop
        self.acknowledged: dict[str, Item] = {}
        self.generations: set[str] = set()
        self.is_under_way = threading.Event()

    def run(self) -> None:
        """Write until told to stop."""
        asyncio.run(self._write())

    async def _write(self) -> None:
        store = PostgresStore(PoolConfig(url=self.url, max_connections=1))
        await store.open()
        number = 0
        while not self.stop.is_set():
            number += 1
            # Half of them change an item that was written before.
            item = Item(
                item_id=f"{self.name}-{number // 2}",
                clothes={"color": ("Red",)},
                metadata={"n": number},
            )
            generation = (await store.in_use()).generation
            try:
                await store.upsert([item], [vector_of(item, generation)], generation)
            except GenerationChanged:
                continue
            self.acknowledged[item.item_id] = item
            self.generations.add(generation)
            if number > 5:
                self.is_under_way.set()
        await store.close()


def test_nothing_written_while_generations_are_switched_is_lost(
    connection: Connection, promotion: Promotion, postgres_url: str
) -> None:
    stop = threading.Event()
    writers = [Writer(postgres_url, f"writer-{number}", stop) for number in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        assert writer.is_under_way.wait(30)
    for generation in ("g0002", "g0001", "g0002"):
        assert promotion.promote(generation, GOOD)["in_use"] == generation
        for writer in writers:
            writer.is_under_way.clear()
            assert writer.is_under_way.wait(30)
    stop.set()
    for writer in writers:
        writer.join(30)
        assert writer.generations == {"g0001", "g0002"}
    assert count_missing(connection, "g0002") == 0
    acknowledged = writers[0].acknowledged | writers[1].acknowledged
    rows = connection.execute("SELECT item_id, embedding::real[] FROM vectors_g0002").fetchall()
    stored: dict[str, list[float]] = dict(rows)
    for item_id, item in acknowledged.items():
        assert stored[item_id] == pytest.approx(list(vector_of(item, "g0002")), abs=1e-3)


async def test_answers_during_switches_never_mix_generations(
    connection: Connection, promotion: Promotion, postgres_url: str
) -> None:
    store = PostgresStore(PoolConfig(url=postgres_url, max_connections=2))
    await store.open()
    items = {item.item_id: item for item in ITEMS}
    switching = threading.Thread(
        target=lambda: [promotion.promote(g, GOOD) for g in ("g0002", "g0001") * 5]
    )
    switching.start()
    seen = set()
    while switching.is_alive():
        generation = (await store.in_use()).generation
        try:
            vectors = await store.vectors(list(items), generation)
        except GenerationMismatch:
            continue
        for item_id, vector in vectors.vectors.items():
            wanted = vector_of(items[item_id], vectors.generation)
            assert vector == pytest.approx(wanted, abs=1e-3)
        query = Query(generation=vectors.generation, vector=query_vector(1), k=3)
        try:
            page = await store.search(query)
        except GenerationMismatch:
            continue
        seen.add(page.generation)
        for hit in page.hits:
            wanted_score = vector_of(hit.item, page.generation) @ query_vector(1)
            assert hit.score == pytest.approx(float(wanted_score), abs=2e-3)
    switching.join()
    await store.close()
    assert seen <= {"g0001", "g0002"}


def test_the_command_prints_the_decision_and_rolls_back(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    (tmp_path / "metrics.json").write_text(json.dumps(GOOD))
    assert main(["--generation", "g0002", "--metrics", str(tmp_path / "metrics.json")]) == 0
    decision = json.loads(capsys.readouterr().out)
    assert (decision["promoted"], decision["in_use"]) == (True, "g0002")
    assert main(["--rollback"]) == 0
    assert json.loads(capsys.readouterr().out)["in_use"] == "g0001"


def test_the_command_names_what_it_lacks(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    with pytest.raises(SystemExit):
        main(["--generation", "g0002"])
    assert "give --generation and --metrics, or --rollback" in capsys.readouterr().err
    assert main(["--generation", "g0002", "--metrics", str(tmp_path / "none.json")]) == 2
    assert "none.json: expected JSON in UTF-8" in capsys.readouterr().err
