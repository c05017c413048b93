"""What is sent as PostgreSQL's binary COPY is what psycopg would write, row by row."""

import hashlib

import pyarrow as pa
from psycopg import Connection

from serving.digest_copy import HEADER, TRAILER, binary_rows
from tests.serving.stock import connected

IDS = ["sku-1", "가방 \\ 2", 'tab "quoted" \'3', "x" * 256, "5"]
DIGESTS = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in IDS]
BATCH = pa.RecordBatch.from_arrays(
    [pa.array(IDS), pa.array(DIGESTS, pa.binary(16))], ["item_id", "digest"]
)


def sent(connection: Connection, *batches: pa.RecordBatch) -> list[tuple[str, bytes, int]]:
    """The rows that the server has read."""
    connection.execute("CREATE TEMPORARY TABLE sent (item_id text, digest bytea, number bigint)")
    first = 7
    with connection.cursor().copy("COPY sent FROM STDIN WITH (FORMAT binary)") as copy:
        copy.write(HEADER)
        for batch in batches:
            copy.write(binary_rows(batch, first))
            first += batch.num_rows
        copy.write(TRAILER)
    return connection.execute("SELECT * FROM sent ORDER BY number").fetchall()


def test_the_server_reads_ids_digests_and_numbers_as_they_were(postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        found = sent(connection, BATCH, BATCH)
    assert found == list(zip(IDS * 2, DIGESTS * 2, range(7, 17), strict=True))


def test_a_part_of_a_batch_is_sent_without_the_rest(postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        found = sent(connection, BATCH.slice(1, 3), BATCH.slice(0, 0))
    assert found == list(zip(IDS[1:4], DIGESTS[1:4], range(7, 10), strict=True))


def test_no_rows_are_no_bytes() -> None:
    assert binary_rows(BATCH.slice(0, 0), 0) == b""
    empty = pa.RecordBatch.from_arrays(
        [pa.array([], column.type) for column in BATCH], BATCH.schema.names
    )
    assert binary_rows(empty, 0) == b""
