"""The life of generations on a real PostgreSQL."""

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import Connection

from serving import generations
from serving.errors import Conflict, InvalidRequest, TimedOut, UnknownGeneration
from serving.generation_commands import main
from serving.generation_states import NEXT, STATES
from serving.migrate import migrate
from tests.serving.stock import SCHEMA, connected, put_in_use


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A migrated database."""
    with connected(postgres_url) as opened:
        migrate(opened)
        yield opened


def manifest(generation: str, sha256: str = "aa") -> dict[str, object]:
    """A manifest of one file."""
    return {"generation": generation, "dimension": 8, "files": {"a": {"sha256": sha256}}}


def stage(connection: Connection, generation: str, sha256: str = "aa") -> str:
    """Stage a bundle of one file."""
    return generations.stage(connection, generation, "s3://b", manifest(generation, sha256), SCHEMA)


def test_a_fingerprint_has_one_generation_and_the_next_has_the_next(connection: Connection) -> None:
    assert generations.allocate(connection, "one") == "g0001"
    assert generations.allocate(connection, "two") == "g0002"
    assert generations.allocate(connection, "one") == "g0001"


def test_allocating_at_once_gives_each_fingerprint_an_id_of_its_own(
    connection: Connection, postgres_url: str
) -> None:
    def allocate(fingerprint: str) -> str:
        with connected(postgres_url) as own:
            return generations.allocate(own, fingerprint)

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(allocate, ["a", "b", "c", "a", "b", "c"]))
    assert found[:3] == found[3:]
    assert sorted(found[:3]) == ["g0001", "g0002", "g0003"]


def test_ids_go_on_beyond_four_digits(connection: Connection) -> None:
    connection.execute("INSERT INTO generations (generation, fingerprint) VALUES ('g9999', 'x')")
    assert generations.allocate(connection, "y") == "g10000"
    assert generations.allocate(connection, "z") == "g10001"


def test_an_empty_fingerprint_is_refused(connection: Connection) -> None:
    with pytest.raises(InvalidRequest, match="fingerprint: expected a digest"):
        generations.allocate(connection, " ")


def test_a_generation_goes_forward_and_back_only_by_being_retired(connection: Connection) -> None:
    generation = generations.allocate(connection, "f")
    assert stage(connection, generation) == "staged"
    for state in ("published", "indexed", "retired"):
        assert generations.mark(connection, generation, state) == state
    assert stage(connection, generation) == "staged"
    found = generations.read(connection, generation)
    assert (found.state, found.dimension, found.schema) == ("staged", 8, SCHEMA)


def test_a_step_run_again_leaves_a_generation_where_it_is(connection: Connection) -> None:
    generation = generations.allocate(connection, "f")
    stage(connection, generation)
    generations.mark(connection, generation, "published")
    generations.mark(connection, generation, "indexed")
    assert generations.mark(connection, generation, "published") == "indexed"
    assert stage(connection, generation) == "indexed"


def test_only_the_drawn_ways_are_open(connection: Connection) -> None:
    for state, wanted in itertools.product(STATES, STATES):
        connection.execute("DELETE FROM generations")
        connection.execute(
            "INSERT INTO generations (generation, fingerprint, state, dimension, schema,"
            " bundle_uri) VALUES ('g0001', 'f', %s, 8, '{}', 's3://b')",
            [state],
        )
        if is_there(state, wanted):
            assert generations.mark(connection, "g0001", wanted, "because") == state
        elif wanted in NEXT[state]:
            assert generations.mark(connection, "g0001", wanted, "because") == wanted
        else:
            with pytest.raises(Conflict, match=rf"g0001 is {state}: expected .*got {wanted}"):
                generations.mark(connection, "g0001", wanted, "because")


def is_there(state: str, wanted: str) -> bool:
    """Whether a generation in `state` is at `wanted` or went through it."""
    order = ("building", "staged", "published", "indexed")
    if state == wanted:
        return True
    return state in order and wanted in order and order.index(state) > order.index(wanted)


def test_a_published_generation_never_changes_its_files(connection: Connection) -> None:
    generation = generations.allocate(connection, "f")
    stage(connection, generation)
    assert stage(connection, generation, "bb") == "staged"
    generations.mark(connection, generation, "published")
    with pytest.raises(Conflict, match="g0001 is published with other files: a generation never"):
        stage(connection, generation, "cc")


def test_a_manifest_of_another_generation_or_without_dimension_is_refused(
    connection: Connection,
) -> None:
    generation = generations.allocate(connection, "f")
    with pytest.raises(InvalidRequest, match=r"manifest.generation: expected g0001, got 'g0009'"):
        generations.stage(connection, generation, "s3://b", manifest("g0009"), SCHEMA)
    without = {"generation": generation}
    with pytest.raises(InvalidRequest, match=r"manifest.dimension: expected 1..4000, got None"):
        generations.stage(connection, generation, "s3://b", without, SCHEMA)


def test_what_is_in_use_or_kept_for_a_rollback_stays(connection: Connection) -> None:
    for fingerprint in "ab":
        generation = generations.allocate(connection, fingerprint)
        stage(connection, generation)
        generations.mark(connection, generation, "published")
        generations.mark(connection, generation, "indexed")
    put_in_use(connection, "g0002")
    connection.execute("UPDATE generation_in_use SET previous = 'g0001'")
    with pytest.raises(Conflict, match="g0002 is in use: expected another generation to become"):
        generations.mark(connection, "g0002", "retired")
    with pytest.raises(Conflict, match="g0001 is kept for a rollback"):
        generations.mark(connection, "g0001", "refused", "worse")
    assert generations.in_use(connection) == "g0002"


def test_a_refusal_needs_a_reason_and_a_state_must_exist(connection: Connection) -> None:
    generation = generations.allocate(connection, "f")
    with pytest.raises(InvalidRequest, match="reason: expected why it is refused"):
        generations.mark(connection, generation, "refused")
    with pytest.raises(InvalidRequest, match=r"state: expected one of building, .*, got 'done'"):
        generations.mark(connection, generation, "done")


def test_an_unknown_generation_is_told_with_those_there_are(connection: Connection) -> None:
    generations.allocate(connection, "f")
    with pytest.raises(UnknownGeneration, match="expected one of g0001; got 'g0002'"):
        generations.read(connection, "g0002")
    with pytest.raises(UnknownGeneration):
        generations.set_endpoint(connection, "g0002", "h:1")


def test_waiting_ends_with_the_endpoint_or_with_the_remedy(connection: Connection) -> None:
    generation = generations.allocate(connection, "f")
    with pytest.raises(TimedOut, match=r"no endpoint for g0001 \(state building\) within 0 s"):
        generations.wait_for_endpoint(connection, generation, 0)
    generations.set_endpoint(connection, generation, "127.0.0.1:8001")
    assert generations.wait_for_endpoint(connection, generation, 0) == "127.0.0.1:8001"


def test_an_endpoint_is_no_change_of_its_generation(connection: Connection) -> None:
    generation = generations.allocate(connection, "f")
    updated_at = connection.execute("SELECT updated_at FROM generations").fetchone()
    generations.set_endpoint(connection, generation, "127.0.0.1:8001")
    assert connection.execute("SELECT updated_at FROM generations").fetchone() == updated_at


def test_the_commands_take_a_generation_to_published(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    schema = tmp_path / "item_encoder" / "1" / "schema.json"
    schema.parent.mkdir(parents=True)
    schema.write_text(json.dumps(SCHEMA.to_json()))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest("g0001")))
    staged = ["--generation", "g0001", "--bundle", str(tmp_path), "--bundle-uri", "s3://b"]
    assert main(["allocate", "--fingerprint", "f"]) == 0
    assert main(["stage", *staged]) == 0
    assert main(["mark", "--generation", "g0001", "--state", "published"]) == 0
    generations.set_endpoint(connection, "g0001", "h:1")
    assert main(["wait", "--generation", "g0001"]) == 0
    assert main(["show"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [
        {"generation": "g0001", "state": "building"},
        {"generation": "g0001", "state": "staged"},
        {"generation": "g0001", "state": "published"},
        {"generation": "g0001", "endpoint": "h:1"},
    ]
    assert lines[4]["in_use"] is None
    assert lines[4]["generations"][0]["bundle_uri"] == "s3://b"


def test_a_bundle_without_a_manifest_is_named(
    connection: Connection,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    generations.allocate(connection, "f")
    staged = ["--generation", "g0001", "--bundle", str(tmp_path), "--bundle-uri", "s3://b"]
    assert main(["stage", *staged]) == 2
    assert "manifest.json: expected JSON in UTF-8" in capsys.readouterr().err
