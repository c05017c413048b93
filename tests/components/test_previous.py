"""What a new generation's report is compared with."""

import json
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from components.previous import write_previous
from serving.migrate import migrate

METRICS = {"model": {"recall@10": {"value": 0.8, "n": 10, "ci95": [0.5, 0.9]}}}


@pytest.fixture
def connection(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> psycopg.Connection:
    """A database with g0001, which has metrics, and nothing in use."""
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    connection = psycopg.connect(postgres_url, autocommit=True)
    migrate(connection)
    connection.execute(
        "INSERT INTO generations (generation, fingerprint, metrics) VALUES ('g0001', 'f', %s)",
        [Jsonb(METRICS)],
    )
    return connection


def test_before_the_first_promotion_there_is_nothing_to_compare_with(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    connection.close()
    assert write_previous("g0002", tmp_path / "previous.json") is None


def test_the_generation_in_use_is_compared_with_but_not_with_itself(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    connection.execute("INSERT INTO generation_in_use (generation) VALUES ('g0001')")
    connection.close()
    path = write_previous("g0002", tmp_path / "previous.json")
    assert path is not None
    assert json.loads(path.read_text()) == {"generation": "g0001", **METRICS}
    assert write_previous("g0001", tmp_path / "previous.json") is None
