"""Migrations on a real PostgreSQL: applied once, in order, and never behind anyone's back."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from serving.errors import NotReady
from serving.migrate import FOLDER, check_migrated, main, migrate, read_migrations
from tests.serving.stock import connected

NAMES = [path.name for path in sorted(FOLDER.glob("*.sql"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations that a test may change."""
    shutil.copytree(FOLDER, tmp_path / "migrations")
    return tmp_path / "migrations"


def test_migrating_twice_changes_nothing_the_second_time(postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        assert migrate(connection) == NAMES
        assert migrate(connection) == []
        check_migrated(connection)


def test_two_processes_that_migrate_at_once_apply_each_migration_once(postgres_url: str) -> None:
    def run(_: int) -> list[str]:
        with connected(postgres_url) as connection:
            return migrate(connection)

    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(run, range(3)))
    assert sorted(done) == [[], [], NAMES]


def test_a_migration_changed_after_it_was_applied_is_refused(
    postgres_url: str, folder: Path
) -> None:
    with connected(postgres_url) as connection:
        migrate(connection, folder)
        (folder / NAMES[0]).write_text("SELECT 1;")
        with pytest.raises(NotReady, match=rf"migration {NAMES[0]} was changed after it was"):
            migrate(connection, folder)


def test_a_database_of_a_newer_release_does_for_this_one(postgres_url: str, folder: Path) -> None:
    with connected(postgres_url) as connection:
        (folder / f"{len(NAMES) + 1:04d}_later.sql").write_text("SELECT 1;")
        migrate(connection, folder)
        check_migrated(connection)
        assert migrate(connection) == []


def test_a_database_behind_the_code_is_refused_with_the_remedy(postgres_url: str) -> None:
    with (
        connected(postgres_url) as connection,
        pytest.raises(NotReady, match=r"0001_items.sql is not applied; run `python -m serving"),
    ):
        check_migrated(connection)


def test_a_migration_that_fails_leaves_nothing_of_itself(postgres_url: str, folder: Path) -> None:
    (folder / f"{len(NAMES) + 1:04d}_broken.sql").write_text(
        "CREATE TABLE half (a int); SELECT no_such_column;"
    )
    with connected(postgres_url) as connection:
        with pytest.raises(psycopg.errors.UndefinedColumn):
            migrate(connection, folder)
        check_migrated(connection)
        row = connection.execute("SELECT to_regclass('half')").fetchone()
        assert row == (None,)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("0009_gap.sql", rf"0009_gap.sql: expected number {len(NAMES) + 1:04d}; number without"),
        ("3_short.sql", r"3_short.sql: expected a name like 0001_items.sql"),
    ],
)
def test_a_file_out_of_line_is_named(folder: Path, name: str, said: str) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(NotReady, match=said):
        read_migrations(folder)


def test_a_pgvector_that_is_too_old_is_refused_by_the_command_and_by_the_check(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    with connected(postgres_url) as connection:
        migrate(connection)
        connection.execute("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")
        with pytest.raises(NotReady, match=r"expected pgvector 0\.8\.5 or later, got 0\.7\.4"):
            check_migrated(connection)
    assert main([]) == 1
    assert "run ALTER EXTENSION vector UPDATE" in capsys.readouterr().err


def test_the_command_says_what_it_did(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    assert main([]) == 0
    assert capsys.readouterr().out == f'{{"applied": {NAMES}}}\n'.replace("'", '"')


def test_the_command_without_a_database_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MODISTE_DATABASE_URL", raising=False)
    assert main([]) == 2
    assert "MODISTE_DATABASE_URL: expected postgresql://" in capsys.readouterr().err


def test_the_command_with_no_server_says_so_and_keeps_the_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/modiste")
    assert main([]) == 1
    said = capsys.readouterr().err
    assert "PostgreSQL: the connection was refused or lost" in said
    assert "secret" not in said
