"""The real PostgreSQL of the wheel."""

import os
import secrets
import signal
from pathlib import Path

import psycopg
import pytest

from local.part import LocalError, running
from local.ports import free_ports
from local.postgres import Postgres, PostgresConfig
from local.processes import processes_of, processes_tagged, spawn


def server(folder: Path) -> Postgres:
    password = secrets.token_urlsafe(8)
    return Postgres(PostgresConfig(stack=folder, port=free_ports(1)[0], password=password))


def test_it_is_postgresql_18_with_pgvector_0_8_5_and_writes_through(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.info.server_version // 10000 == 18
        query = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
        assert connection.execute(query).fetchone() == ("0.8.5",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_nobody_gets_in_without_the_password(postgres_url: str) -> None:
    before, _, after = postgres_url.partition("@")
    wrong = before.rpartition(":")[0] + ":wrong@" + after
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_a_database_that_cannot_have_pgvector_is_a_named_fault(
    postgres_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP EXTENSION IF EXISTS vector")
        connection.execute("CREATE TYPE vector AS (in_the_way integer)")
        config = PostgresConfig(
            stack=tmp_path,
            port=connection.info.port,
            password=connection.info.password,
            database=connection.info.dbname,
        )
    with pytest.raises(
        LocalError, match=r"(?s)PostgreSQL: expected .* pgvector, got type .*; install"
    ):
        Postgres(config).finish()


def test_an_hnsw_index_is_built_by_several_workers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("SET min_parallel_table_scan_size = 0")
        connection.execute("CREATE TABLE v (e halfvec(8))")
        connection.execute(
            "INSERT INTO v SELECT ARRAY[sin(n), cos(n), sin(2*n), cos(2*n), 1, 0, 0, sin(3*n)]"
            "::real[]::vector(8)::halfvec FROM generate_series(1, 2000) n"
        )
        connection.execute("CREATE INDEX ON v USING hnsw (e halfvec_ip_ops)")


def test_committed_rows_outlive_sigkill_and_a_lock_file_of_somebody_elses(tmp_path: Path) -> None:
    part = server(tmp_path)
    with running(part) as pid:
        with psycopg.connect(part.url()) as connection:
            connection.execute("CREATE TABLE kept (n integer)")
            connection.execute("INSERT INTO kept VALUES (7)")
        os.kill(pid, signal.SIGKILL)
    assert processes_tagged(part.tag) == []
    # As after a reboot: the id in the lock file is now that of another living process.
    lock = tmp_path / "postgres" / "postmaster.pid"
    lock.write_text("\n".join([str(os.getpid()), *lock.read_text().split("\n")[1:]]))
    with running(part), psycopg.connect(part.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    assert processes_of(tmp_path, tag=part.tag) == []


def test_an_initdb_that_was_killed_leaves_nothing_half(tmp_path: Path) -> None:
    part = server(tmp_path)
    (tmp_path / ".initdb-broken" / "data").mkdir(parents=True)
    (tmp_path / ".initdb-broken" / "data" / "PG_VERSION").write_text("18\n")
    assert not (tmp_path / "postgres").exists()
    part.prepare()
    process = spawn(part.command())
    process.kill()
    process.wait()
    part.clean()
    assert (tmp_path / "postgres" / "global" / "pg_control").stat().st_size > 0
