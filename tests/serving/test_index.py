"""Indexing on a real PostgreSQL: complete, resumed, and in proportion to what is missing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import Connection

from catalog.item import Item
from catalog.table import write_items
from serving import generations
from serving.errors import Conflict, InvalidRequest, UnknownGeneration
from serving.index import IndexReport, begin, main, write_catalogue
from serving.migrate import migrate
from serving.vector_tables import HnswConfig, count_missing, has_index
from tests.serving.stock import (
    SCHEMA,
    ContentEmbedder,
    InMemory,
    connected,
    digest,
    index,
    publish,
    stock,
    vector_of,
)

ITEMS = stock(60)


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A migrated database with g0001 published."""
    with connected(postgres_url) as opened:
        publish(opened)
        yield opened


def state(connection: Connection) -> str:
    """State of g0001."""
    return generations.read(connection, "g0001").state


def test_every_item_gets_its_vector_an_index_and_the_state(connection: Connection) -> None:
    report = index(connection, "g0001", ITEMS).to_json()
    assert (report["items"], report["changed"], report["embedded"]) == (60, 60, 60)
    assert report["state"] == "indexed"
    assert set(report["seconds"]) == {"embed", "index", "calibrate"}  # type: ignore[call-overload]
    rows = connection.execute("SELECT item_id, embedding::real[] FROM vectors_g0001").fetchall()
    stored: dict[str, list[float]] = dict(rows)
    for item in ITEMS:
        assert stored[item.item_id] == pytest.approx(list(vector_of(item)), abs=1e-3)
    assert has_index(connection, "g0001")
    assert count_missing(connection, "g0001") == 0
    assert state(connection) == "indexed"


def test_indexing_again_embeds_only_what_is_new_or_changed(connection: Connection) -> None:
    index(connection, "g0001", ITEMS)
    changed = Item(item_id="sku-00003", clothes={"color": ("Red",)})
    new = Item(item_id="new", clothes={"color": ("Black",)})
    embedder = ContentEmbedder()
    report = index(connection, "g0001", [*ITEMS[:3], changed, *ITEMS[4:], new], embedder)
    assert (report.num_changed, report.embedded.num_embedded, embedder.num_asked) == (2, 2, 2)


def test_an_index_killed_midway_is_not_indexed_and_ends_the_same_when_run_again(
    connection: Connection, postgres_url: str
) -> None:
    command = [sys.executable, "-m", "tests.serving.killed_index", postgres_url, "g0001", "2100"]
    killed = subprocess.run(command, check=False, timeout=60)
    assert killed.returncode == -9
    assert state(connection) == "published"
    assert 0 < count_missing(connection, "g0001") < 3_000
    report = index(connection, "g0001", stock(3_000))
    assert (report.num_changed, report.state) == (0, "indexed")
    assert 0 < report.embedded.num_embedded < 3_000
    resumed = digest(connection, "g0001")
    connection.execute("DROP TABLE vectors_g0001")
    index(connection, "g0001", stock(3_000))
    assert digest(connection, "g0001") == resumed


def test_an_index_killed_before_its_last_step_does_only_that(connection: Connection) -> None:
    index(connection, "g0001", ITEMS)
    connection.execute("UPDATE generations SET state = 'published'")
    embedder = ContentEmbedder()
    report = index(connection, "g0001", ITEMS, embedder)
    assert (embedder.num_asked, report.state) == (0, "indexed")


def test_items_the_encoder_refuses_are_named_and_too_many_stop_it(connection: Connection) -> None:
    refusing = ContentEmbedder(refused=["sku-00007", "sku-00008"])
    said = r"at most 1.0% that the encoder of g0001 refuses, got 2 of 60; the first is sku-00007: c"
    with pytest.raises(InvalidRequest, match=said):
        index(connection, "g0001", ITEMS, refusing)
    assert state(connection) == "published"


def test_a_few_refused_items_are_reported_and_not_tried_again(connection: Connection) -> None:
    refusing = ContentEmbedder(refused=["sku-00007"])
    report = index(connection, "g0001", ITEMS, refusing, max_refused_share=0.05)
    assert report.to_json()["failures"] == [
        {"item_id": "sku-00007", "reason": "clothes.color: unknown value"}
    ]
    again = ContentEmbedder()
    report = index(connection, "g0001", ITEMS, again, max_refused_share=0.05)
    assert (again.num_asked, report.num_refused) == (0, 1)
    mended = Item(item_id="sku-00007", clothes={"color": ("White",)})
    report = index(connection, "g0001", [*ITEMS[:7], mended, *ITEMS[8:]], again)
    assert (again.num_asked, report.num_refused) == (1, 0)


def test_a_newer_vector_is_not_replaced_by_an_older(connection: Connection) -> None:
    index(connection, "g0001", ITEMS)

    class Overtaken(ContentEmbedder):
        """While it embeds, the API writes the same item."""

        def embed(self, items):  # type: ignore[no-untyped-def]
            connection.execute(
                "WITH i AS (UPDATE items SET revision = nextval('item_revisions')"
                " WHERE item_id = 'sku-00003' RETURNING item_id, revision)"
                " UPDATE vectors_g0001 v SET revision = i.revision, embedding = l2_normalize("
                "embedding) FROM i WHERE v.item_id = i.item_id"
            )
            return super().embed(items)

    before = connection.execute(
        "SELECT embedding::text FROM vectors_g0001 WHERE item_id = 'sku-00003'"
    ).fetchone()
    changed = Item(item_id="sku-00003", clothes={"color": ("Red",)})
    index(connection, "g0001", [*ITEMS[:3], changed, *ITEMS[4:]], Overtaken())
    after = connection.execute(
        "SELECT embedding::text FROM vectors_g0001 WHERE item_id = 'sku-00003'"
    ).fetchone()
    assert after == before


def test_two_rows_with_one_id_are_refused_by_name(connection: Connection) -> None:
    report = IndexReport(generation="g0001")
    with pytest.raises(InvalidRequest, match="item_id: expected each id once, got 'sku-00001' twi"):
        write_catalogue(connection, InMemory([*ITEMS, ITEMS[1]]), report)


def test_only_a_published_generation_is_indexed(connection: Connection) -> None:
    generations.allocate(connection, "another")
    with pytest.raises(Conflict, match="g0002 is building: expected a published generation"):
        begin(connection, "g0002")
    with pytest.raises(UnknownGeneration, match="expected one of g0002, g0001; got 'x'"):
        begin(connection, "x")


def test_an_index_config_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ef_construction: expected 48..1000, got 10"):
        HnswConfig(ef_construction=10)
    with pytest.raises(ValueError, match=r"m: expected 2..100, got 1"):
        HnswConfig(m=1)


def items_folder(folder: Path, items: list[Item], schema: dict[str, object]) -> Path:
    """What indexing reads of an items folder."""
    folder.mkdir()
    write_items(folder / "items.parquet", items)
    (folder / "schema.json").write_text(json.dumps(schema))
    return folder


def test_the_command_refuses_items_of_another_schema(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    other = items_folder(tmp_path / "items", ITEMS, {"standard": {"a": ["b"]}, "reinforced": []})
    assert main(["--items", str(other), "--generation", "g0001"]) == 2
    assert "index the items that it was trained on" in capsys.readouterr().err


def test_the_command_says_that_no_triton_serves_the_generation(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    generations.set_endpoint(connection, "g0001", None)
    folder = items_folder(tmp_path / "items", ITEMS, SCHEMA.to_json())
    assert main(["--items", str(folder), "--generation", "g0001", "--wait-s", "0"]) == 1
    assert "no endpoint for g0001 (state published) within 0 s" in capsys.readouterr().err


def test_the_command_needs_a_migrated_database(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    assert main(["--items", "nowhere", "--generation", "g0001"]) == 1
    assert "run `python -m serving.migrate`" in capsys.readouterr().err
    with connected(postgres_url) as connection:
        migrate(connection)
    assert main(["--items", "nowhere", "--generation", "g0001"]) == 2
    assert "expected one of none yet; got 'g0001'" in capsys.readouterr().err
