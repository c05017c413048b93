"""The address of a generation's Triton, from its first right answer to its end."""

import asyncio
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.types.json import Json

from serving import generations
from serving.endpoint import forget_endpoint, record_endpoint
from serving.errors import Conflict, NotReady, Refused, ServerFailed
from serving.migrate import migrate
from tests.serving.triton_double import TritonDouble, serving

NOBODY = "127.0.0.1:9"


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A database where g0001 is staged with vectors of four values."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        migrate(connection)
        connection.execute(
            "INSERT INTO generations (generation, fingerprint, state, dimension, schema,"
            " bundle_uri) VALUES ('g0001', 'f', 'staged', 4, %s, 's3://modiste/g0001')",
            [Json({"standard": {"color": ["Red"]}, "reinforced": []})],
        )
        yield connection


async def record(
    connection: psycopg.Connection,
    endpoint: str,
    timeout_s: float,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Record the address of g0001, beside the loop that its Triton runs in."""
    await asyncio.to_thread(
        record_endpoint, connection, "g0001", endpoint, timeout_s=timeout_s, pause=pause
    )


async def test_an_address_is_written_down_once_it_answers(connection: psycopg.Connection) -> None:
    double = TritonDouble(generation="g0009")

    def comes_up(_seconds: float) -> None:
        double.generation = "g0001"

    async with serving(double) as address:
        await record(connection, address, 60, comes_up)
    assert generations.read(connection, "g0001").endpoint == address
    assert len(double.batches) == 2


async def test_another_generation_is_not_written_down(connection: psycopg.Connection) -> None:
    generations.set_endpoint(connection, "g0001", NOBODY)
    async with serving(TritonDouble(generation="g0009")) as address:
        with pytest.raises(NotReady, match=r"expected generation g0001 at .*, got g0009"):
            await record(connection, address, 0)
    assert generations.read(connection, "g0001").endpoint == NOBODY


async def test_a_vector_of_another_length_is_none_of_ours(connection: psycopg.Connection) -> None:
    async with serving(TritonDouble(length=2.0)) as address:
        with pytest.raises(ServerFailed, match=r"expected a vector of length 1, got 2\.0000"):
            await record(connection, address, 0)
    assert generations.read(connection, "g0001").endpoint is None


def test_nobody_at_the_address_is_told(connection: psycopg.Connection) -> None:
    with pytest.raises(Refused, match=NOBODY):
        record_endpoint(connection, "g0001", NOBODY, timeout_s=0)


def test_the_address_of_a_generation_that_answers_is_not_forgotten(
    connection: psycopg.Connection,
) -> None:
    generations.set_endpoint(connection, "g0001", NOBODY)
    connection.execute("UPDATE generations SET state = 'indexed'")
    connection.execute("INSERT INTO generation_in_use (generation) VALUES ('g0001')")
    with pytest.raises(Conflict, match="g0001 is in use or kept for a rollback"):
        forget_endpoint(connection, "g0001")
    connection.execute("DELETE FROM generation_in_use")
    forget_endpoint(connection, "g0001")
    assert generations.read(connection, "g0001").endpoint is None
