"""A catalogue into the store: the work is that of the difference, the end that of a full run."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from psycopg import Connection

from catalog.item import Item
from catalog.table import ITEMS as ITEMS_FILE
from catalog.table import write_items
from serving import generations
from serving.catalogue_sync import Synced, sync_catalogue
from serving.errors import Conflict, InvalidRequest
from serving.index import IndexReport, write_folder
from serving.refresh import embed, main
from tests.serving.stock import (
    SCHEMA,
    ContentEmbedder,
    InMemory,
    connected,
    digest,
    index,
    publish,
    put_in_use,
    stock,
)

ITEMS = stock(60)
CHANGED = Item(item_id="sku-00003", clothes={"color": ("Red",)}, metadata={"price": 1})
NEW = Item(item_id="new", clothes={"color": ("Black",)})
NEXT = [*ITEMS[:3], CHANGED, *ITEMS[4:50], *ITEMS[52:], NEW]
"""One item is changed, one new, two are gone."""


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A database with the first catalogue indexed in g0001, which is in use."""
    with connected(postgres_url) as opened:
        publish(opened)
        index(opened, "g0001", ITEMS)
        put_in_use(opened, "g0001")
        yield opened


def sync(connection: Connection, items: Sequence[Item], max_gone_share: float = 0.2) -> Synced:
    return sync_catalogue(connection, InMemory(items), max_gone_share=max_gone_share)


def refresh(connection: Connection, items: Sequence[Item]) -> ContentEmbedder:
    """Sync and embed, as the command does."""
    embedder = ContentEmbedder()
    sync(connection, items)
    embed(connection, embedder, IndexReport(generation="g0001"), max_refused_share=0.0)
    return embedder


def stored(connection: Connection) -> tuple[list[tuple[object, ...]], str]:
    """Everything that searches see."""
    rows = connection.execute(
        "SELECT item_id, clothes, reinforced, metadata, image, variant_group, search_text::text"
        " FROM items ORDER BY item_id"
    ).fetchall()
    return rows, digest(connection, "g0001")


def write_through_the_api(connection: Connection, item_id: str) -> None:
    connection.execute(
        'INSERT INTO items (item_id, metadata) VALUES (%s, \'{"by": "api"}\')'
        " ON CONFLICT (item_id) DO UPDATE SET metadata = EXCLUDED.metadata,"
        " revision = nextval('item_revisions')",
        [item_id],
    )


def test_only_what_is_new_changed_or_gone_is_touched(connection: Connection) -> None:
    before: dict[str, int] = dict(
        connection.execute("SELECT item_id, revision FROM items").fetchall()
    )
    embedder = refresh(connection, NEXT)
    assert embedder.num_asked == 2
    after: dict[str, int] = dict(
        connection.execute("SELECT item_id, revision FROM items").fetchall()
    )
    assert set(after) == {item.item_id for item in NEXT}
    assert {item for item in after if after[item] != before.get(item)} == {"sku-00003", "new"}


def test_the_end_is_that_of_a_full_run(connection: Connection, postgres_url: str) -> None:
    refresh(connection, NEXT)
    refreshed = stored(connection)
    connection.execute("TRUNCATE items CASCADE")
    index(connection, "g0001", NEXT)
    assert stored(connection) == refreshed


def test_the_same_catalogue_again_changes_nothing(connection: Connection) -> None:
    assert sync(connection, ITEMS) == Synced(num_items=60, num_changed=0, num_gone=0)
    assert sync(connection, NEXT) == Synced(num_items=59, num_changed=2, num_gone=2)
    assert sync(connection, NEXT) == Synced(num_items=59, num_changed=0, num_gone=0)


def test_an_item_that_the_api_changed_is_what_the_catalogue_says_again(
    connection: Connection,
) -> None:
    write_through_the_api(connection, "sku-00005")
    embedder = refresh(connection, ITEMS)
    assert embedder.num_asked == 1
    (row,) = connection.execute("SELECT metadata FROM items WHERE item_id = 'sku-00005'").fetchall()
    assert row[0] == json.loads(json.dumps(ITEMS[5].metadata))


def test_items_of_the_api_are_never_removed_by_a_catalogue(connection: Connection) -> None:
    write_through_the_api(connection, "of the api")
    write_through_the_api(connection, "sku-00050")
    assert sync(connection, NEXT).num_gone == 1
    ids = {row[0] for row in connection.execute("SELECT item_id FROM items")}
    assert {"of the api", "sku-00050"} <= ids
    assert "sku-00051" not in ids
    assert sync(connection, NEXT).num_gone == 0, "it was forgotten, and is the API's own now"


def test_half_a_catalogue_is_refused_before_anything_is_changed(connection: Connection) -> None:
    before = stored(connection)
    said = r"30 of the last catalogue's 60 items are gone.*'sku-00030'.*expected at most 20%"
    with pytest.raises(Conflict, match=said):
        sync(connection, [CHANGED, *ITEMS[:3], *ITEMS[4:30]])
    assert stored(connection) == before
    assert sync(connection, ITEMS[:30], max_gone_share=0.5).num_gone == 30


def test_an_id_that_occurs_twice_is_refused_before_anything_is_changed(
    connection: Connection,
) -> None:
    before = stored(connection)
    with pytest.raises(InvalidRequest, match="expected each id once, got 'new' twice"):
        sync(connection, [*NEXT, NEW])
    assert stored(connection) == before


def test_a_sync_that_was_killed_ends_the_same_when_run_again(
    connection: Connection, postgres_url: str
) -> None:
    more = stock(5_000)
    command = [sys.executable, "-m", "tests.serving.killed_sync", postgres_url, "5000", "3000"]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    (num_items,) = connection.execute("SELECT count(*) FROM items").fetchone() or (0,)
    assert 60 < num_items < 5_000
    assert sync(connection, more) == Synced(
        num_items=5_000, num_changed=5_000 - num_items, num_gone=0
    )
    assert sync(connection, more).num_changed == 0


def test_the_command_names_what_is_missing(
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    with connected(postgres_url) as opened:
        publish(opened)
    assert main(["--items", str(tmp_path)]) != 0
    assert "none is in use; run the pipeline train_and_deploy" in capsys.readouterr().err


def test_items_of_another_schema_are_refused(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    write_items(tmp_path / ITEMS_FILE, ITEMS)
    schema = {"standard": {"color": ["Black"]}, "reinforced": ["name"]}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    # What indexed holds the lock until it ends.
    connection.close()
    assert main(["--items", str(tmp_path)]) != 0
    assert "which g0001 was trained on" in capsys.readouterr().err


def test_items_of_a_schema_with_more_aliases_are_taken(
    connection: Connection, tmp_path: Path
) -> None:
    write_items(tmp_path / ITEMS_FILE, NEXT)
    schema = SCHEMA.to_json() | {"aliases": {"color": {"noir": "Black"}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    report = IndexReport(generation="g0001")
    write_folder(connection, tmp_path, generations.read(connection, "g0001"), report, 0.2)
    assert (report.num_changed, report.num_gone) == (2, 2)


def test_the_schema_in_use_is_written_for_ingest(
    connection: Connection, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.schema import Schema
    from serving.generation_commands import main as generations_main

    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    assert generations_main(["schema", "--out", str(tmp_path / "schema.json")]) == 0
    assert Schema.load(tmp_path / "schema.json").digest() == SCHEMA.digest()
    assert generations.require_in_use(connection) == "g0001"


def test_a_database_that_goes_away_midway_is_said(connection: Connection) -> None:
    class Cut(InMemory):
        def digests(self) -> Iterator[pa.RecordBatch]:
            for batch in super().digests():
                yield batch
                connection.close()

    with pytest.raises(psycopg.OperationalError):
        sync_catalogue(connection, Cut(stock(300)))
