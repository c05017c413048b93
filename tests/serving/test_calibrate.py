"""How far HNSW scans must look, measured on a real index."""

from collections.abc import Iterator

import pytest
from psycopg import Connection

from serving.calibrate import CalibrationConfig, calibrate
from tests.serving.stock import connected, index, publish, stock


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A database with g0001 indexed."""
    with connected(postgres_url) as opened:
        index(opened, publish(opened), stock(800))
        yield opened


def ef_search(connection: Connection) -> int:
    """What searches of g0001 will use."""
    row = connection.execute("SELECT ef_search FROM generations").fetchone()
    assert row is not None
    return int(row[0])


def test_the_first_width_that_finds_enough_is_kept(connection: Connection) -> None:
    narrow = CalibrationConfig(candidates=(1, 2, 400), target=0.99)
    found = calibrate(connection, "g0001", narrow)
    assert found.ef_search == 400
    assert found.recall is not None
    assert found.recall >= 0.99
    assert ef_search(connection) == 400


def test_the_widest_is_kept_where_none_finds_enough(connection: Connection) -> None:
    found = calibrate(connection, "g0001", CalibrationConfig(candidates=(1,), target=1.0))
    assert found.ef_search == ef_search(connection) == 1
    assert found.recall is not None
    assert found.recall < 1.0


def test_a_table_without_vectors_has_no_recall(connection: Connection) -> None:
    connection.execute("DELETE FROM items")
    assert calibrate(connection, "g0001").recall is None


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match=r"candidates: expected growing values, got \(2, 1\)"):
        CalibrationConfig(candidates=(2, 1))
    with pytest.raises(ValueError, match=r"expected a target in 0..1 and counts of at least 1"):
        CalibrationConfig(target=0.0)
