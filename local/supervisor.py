"""The supervisor: one process that starts all parts of a stack, watches them and stops them.

`python -m local.supervisor --stack DIR` runs until SIGTERM, until its folder is removed, or for
ever. It is started by `python -m local.up`, in a session of its own; its parts die with it.
"""

import argparse
import logging
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from catalog.objects import open_objects
from local.api import Api, Migration
from local.credentials import load_credentials
from local.generations import Reconciler
from local.locks import LockTaken, locked
from local.part import Part
from local.ports import PortBook
from local.postgres import Postgres, PostgresConfig, cluster_tag
from local.processes import STACK_VARIABLE, kill_all, start_time
from local.seaweedfs import PORTS, Seaweed, SeaweedConfig
from local.stack import BUCKET, ROOT, StackConfig, load_stack, write_json
from local.watch import RestartPolicy, State, Watched

LOCK = "supervisor.lock"
ENVIRONMENT = "environment.json"
TICK_S = 0.2
RECONCILE_S = 0.5

log = logging.getLogger(__name__)

_NEEDS = {
    "postgres": (),
    "seaweedfs": (),
    "migrate": ("postgres",),
    "api": ("migrate", "seaweedfs"),
}
"""What must be up before a part is started the first time."""


class Supervisor:
    """All parts of one stack."""

    def __init__(self, config: StackConfig, policy: RestartPolicy) -> None:
        """The parts of `config`; nothing is started.

        Args:
            config: the stack.
            policy: how often each part may end.
        """
        self._config = config
        book = PortBook(config.folder / "ports.json")
        postgres, seaweed = _stores(config, book)
        environment = environment_of(config, postgres, seaweed)
        os.environ.update(seaweed.environment())
        # For `up`, whose pipeline works on the same parts.
        write_json(config.folder / ENVIRONMENT, environment, mode=0o600)
        parts: list[Part] = [
            postgres,
            seaweed,
            Migration(config, environment),
            Api(config, environment),
        ]
        self._base = {part.name: Watched(part, policy) for part in parts}
        self._reconciler = Reconciler(
            url=postgres.url(),
            objects=open_objects(f"s3://{BUCKET}"),
            stack=config.folder,
            ports=book,
            policy=policy,
        )
        self._reconciled_at = 0.0
        self._written: dict[str, Any] = {}
        self._is_stopping = False

    def request_stop(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: the loop sees to the rest."""
        del frame
        log.info("asked to stop by %s", signal.Signals(number).name)
        self._is_stopping = True

    def run(self) -> None:
        """Start everything and watch it until asked to stop, then stop everything."""
        while not self._is_stopping:
            self._tick(time.monotonic())
            time.sleep(TICK_S)
            if not (self._config.folder / LOCK).exists():
                log.error("the folder of the stack is gone: stopping")
                break
        self._stop_all()

    def _tick(self, now: float) -> None:
        for name, watched in self._base.items():
            if watched.state is State.IDLE and all(self._base[n].is_up for n in _NEEDS[name]):
                watched.start(now)
            watched.tick(now)
        for watched in self._reconciler.watched.values():
            watched.tick(now)
        self._reconcile(now)
        self._write_state()

    def _reconcile(self, now: float) -> None:
        if not (self._base["migrate"].is_up and self._base["postgres"].is_up):
            self._reconciler.disconnect()
        elif now >= self._reconciled_at + RECONCILE_S:
            self._reconciled_at = now
            self._reconciler.tick(now)

    def _stop_all(self) -> None:
        """Stop the API first: requests in flight may need all the others."""
        self._reconciler.disconnect()
        ours = [self._base["api"], self._base["migrate"]]
        stores = [self._base["seaweedfs"], self._base["postgres"]]
        for group in (ours, [*self._reconciler.watched.values(), *stores]):
            while not all(watched.state is State.STOPPED for watched in group):
                for watched in group:
                    watched.stop(time.monotonic())
                    watched.tick(time.monotonic())
                self._write_state()
                time.sleep(0.05)
        log.info("stopped")

    def _write_state(self) -> None:
        tritons = {w.part.name: w for w in self._reconciler.watched.values()}
        state = {
            "pid": os.getpid(),
            "start_time": start_time(os.getpid()),
            "catalogue": str(self._config.catalogue),
            "url": self._config.url,
            "parts": {name: dict(w.report()) for name, w in {**self._base, **tritons}.items()},
        }
        if state != self._written and self._config.folder.exists():
            write_json(self._config.folder / "state.json", state)
            self._written = state


def _stores(config: StackConfig, book: PortBook) -> tuple[Postgres, Seaweed]:
    credentials = load_credentials(config.folder)
    postgres = PostgresConfig(
        stack=config.folder,
        port=book.ports("postgres", ["sql"])["sql"],
        password=credentials.postgres_password,
    )
    seaweed = SeaweedConfig(
        stack=config.folder,
        ports=book.ports("seaweedfs", PORTS),
        access_key=credentials.s3_access_key,
        secret_key=credentials.s3_secret_key,
        bucket=BUCKET,
    )
    return Postgres(postgres), Seaweed(seaweed)


def environment_of(config: StackConfig, postgres: Postgres, seaweed: Seaweed) -> dict[str, str]:
    """The variables that lead our own programs to the stack; never to be printed."""
    return {
        **seaweed.environment(),
        "MODISTE_DATABASE_URL": postgres.url(),
        "MODISTE_OBJECTS": f"s3://{BUCKET}",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        STACK_VARIABLE: str(config.folder),
    }


def detach() -> None:
    """Go on in the background, in a session of its own; who started this process gets exit code 0.

    Returns once the process that was started is gone: it is marked as one of the stack, and what is
    left of a stack is killed next.
    """
    started = os.getpid()
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    while os.getppid() == started:
        time.sleep(0.01)


def main() -> int:
    """Run the supervisor of the stack that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m local.supervisor")
    parser.add_argument("--stack", type=Path, required=True)
    parser.add_argument("--detach", action="store_true", help="go on in the background")
    options = parser.parse_args()
    if options.detach:
        detach()
    folder = options.stack.resolve()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        with locked(folder / LOCK):
            left = kill_all(folder, tag=cluster_tag(folder))
            if left:
                log.warning("killed %s, which an earlier supervisor left behind", left)
            supervisor = Supervisor(load_stack(folder), RestartPolicy())
            signal.signal(signal.SIGTERM, supervisor.request_stop)
            signal.signal(signal.SIGINT, supervisor.request_stop)
            supervisor.run()
    except LockTaken as error:
        print(f"error: another supervisor runs for this stack: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
