"""A load of many clients: `python -m benchmarks.load`, or `make load`.

Brings up the laptop's stack in a folder of its own (or takes the API at `--url`), lets clients
search, recommend, turn pages, write items and find them again, for a minute, and puts another
generation in use in the middle of it. Every client checks each of its answers; the scores of every
answer are computed once more from the vectors of the generation that it names. Prints one line of
JSON. Exit codes: 0 all that is promised held; 1 something did not, or nothing could be measured; 2
what was typed will not do.

With `--url` there is no switch, and neither scores nor memory are looked at.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.catalogue import items_at
from benchmarks.load.figures import Run, Switch, conditions, figures
from benchmarks.load.parts import Sampler
from benchmarks.load.plan import Plan, make_plan
from benchmarks.load.record import read_records
from benchmarks.load.scores import judge, read_books
from benchmarks.load.stack import LoadStack, bring_up, second_generation, switch, switched_at
from benchmarks.outcome import rounded, usable_cores
from benchmarks.timing import progress
from local.stack import ROOT

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class LoadConfig:
    """How heavy the load is, and on what."""

    url: str | None = None
    """Of an API that runs; None for a stack of our own."""
    data: Path = ROOT / "build" / "load"
    """Folder of our own stack."""
    port: int | None = None
    """Of our own stack's API."""
    num_users: int = 200
    """Clients at once, each with one request at a time."""
    seconds: float = 60.0
    """How long is measured; the switch is in the middle of it."""
    think_s: tuple[float, float] = (0.5, 2.0)
    """A client waits between these seconds after every answer."""
    warm_up_s: float = 60.0
    """How long all clients go on before anything is measured: PostgreSQL's processes fill their
    caches with what they are asked for the first time."""
    spawn_per_s: float = 100.0
    """Clients that start in a second."""

    def __post_init__(self) -> None:
        """Refuse a load of nothing."""
        if self.num_users < 1 or min(self.seconds, self.spawn_per_s) <= 0 or self.warm_up_s < 0:
            raise ValueError(f"users and seconds: expected more than 0, got {self}")
        if not 0 <= self.think_s[0] <= self.think_s[1]:
            raise ValueError(f"think: expected 0 <= LOW <= HIGH seconds, got {self.think_s}")

    @property
    def lead_s(self) -> float:
        """Seconds from the first client's start to what is measured."""
        return self.num_users / self.spawn_per_s + self.warm_up_s


def measure(config: LoadConfig) -> Run:
    """Put the load on, and give what was seen.

    Raises:
        subprocess.CalledProcessError: the stack, the switch or locust failed; it has said why.
    """
    with tempfile.TemporaryDirectory(prefix="modiste-load-") as folder:
        if config.url is not None:
            return _load(config, config.url, None, Path(folder))
        stack = bring_up(config.data, config.port)
        try:
            return _load(config, stack.url, stack, Path(folder))
        finally:
            stack.stop()


def _load(config: LoadConfig, url: str, stack: LoadStack | None, folder: Path) -> Run:
    generations = second_generation(stack) if stack else None
    plan = make_plan(items_at(url), think_s=config.think_s, log=folder / "calls.jsonl")
    sampler = Sampler(stack.parts) if stack else None
    with _clients(config, url, plan, folder) as clients:
        began = _wait_for_start(clients, Path(plan.log).with_suffix(".started")) + config.lead_s
        if sampler is not None:
            sampler.start()
        switched = None
        if stack is not None and generations is not None:
            time.sleep(max(0.0, began + config.seconds / 2 - time.time()))
            switched = _switch(stack, *generations)
        _wait_for_end(clients, began + config.seconds + STOP_TIMEOUT_S, folder)
    samples = sampler.stop() if sampler else []
    records = read_records(Path(plan.log))
    progress(f"load: {len(records)} requests")
    verdict = None
    if stack is not None and generations is not None:
        verdict = judge(records, *read_books(stack.database_url, generations, records))
    return Run(
        began=began,
        seconds=config.seconds,
        records=records,
        samples=samples,
        switch=switched,
        verdict=verdict,
    )


def _switch(stack: LoadStack, before: str, after: str) -> Switch:
    began = time.time()
    switch(stack, after)
    ended = time.time()
    progress(f"load: {after} is in use instead of {before}")
    return Switch(before=before, after=after, at=switched_at(stack), began=began, ended=ended)


@contextmanager
def _clients(
    config: LoadConfig, url: str, plan: Plan, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Locust with all clients, ended with the block if it goes on by then."""
    plan.save(folder / "plan.json")
    run_time_s = round(config.lead_s + config.seconds)
    command = [sys.executable, "-m", "locust", "-f", "benchmarks/load/locustfile.py", "--headless"]
    command += ["--host", url, "--users", str(config.num_users), "--only-summary"]
    command += ["--spawn-rate", f"{config.spawn_per_s:g}", "--run-time", f"{run_time_s}s"]
    command += ["--stop-timeout", f"{STOP_TIMEOUT_S / 2:g}", "--exit-code-on-error", "0"]
    environment = {"MODISTE_LOAD_PLAN": str(folder / "plan.json"), "PYTHONPATH": str(ROOT)}
    with (folder / "locust.log").open("wb") as log:
        clients = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield clients
    finally:
        clients.kill()
        clients.wait()


def _wait_for_start(clients: subprocess.Popen[bytes], sign: Path) -> float:
    """When the first clients started, seconds since the epoch."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not sign.exists():
        if clients.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError(f"locust: expected a start within {START_TIMEOUT_S:g} s, got none")
        time.sleep(0.05)
    return sign.stat().st_mtime


def _wait_for_end(clients: subprocess.Popen[bytes], deadline: float, folder: Path) -> None:
    status = -1
    with suppress(subprocess.TimeoutExpired):
        status = clients.wait(max(1.0, deadline - time.time()))
    if status != 0:
        progress((folder / "locust.log").read_text(encoding="utf-8", errors="replace")[-3000:])
        raise RuntimeError(f"locust: expected exit code 0 in time, got {status}; see above")


def line_of(config: LoadConfig, run: Run) -> str:
    """The line that is printed."""
    held = conditions(run)
    document = {
        "benchmark": "load",
        "users": config.num_users,
        "think_s": list(config.think_s),
        "warm_up_s": config.warm_up_s,
        "seconds": config.seconds,
        **figures(run),
        "conditions": held,
        "met": all(held.values()),
        "cores": usable_cores(),
        "load_average": os.getloadavg(),
    }
    return json.dumps(rounded(document), ensure_ascii=False, allow_nan=False)


def _config(arguments: Sequence[str] | None) -> LoadConfig:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--url", help="an API that runs, instead of a stack of our own")
    parser.add_argument("--data", type=Path, default=LoadConfig.data, help="our own stack's folder")
    parser.add_argument("--port", type=int, help="of our own stack's API")
    parser.add_argument("--users", type=int, default=LoadConfig.num_users)
    parser.add_argument("--seconds", type=float, default=LoadConfig.seconds)
    parser.add_argument("--warm-up", type=float, default=LoadConfig.warm_up_s)
    parser.add_argument("--think", type=float, nargs=2, default=LoadConfig.think_s)
    options = parser.parse_args(arguments)
    try:
        return LoadConfig(
            url=options.url,
            data=options.data,
            port=options.port,
            num_users=options.users,
            seconds=options.seconds,
            warm_up_s=options.warm_up,
            think_s=tuple(options.think),
        )
    except ValueError as error:
        parser.error(str(error))


def main(arguments: Sequence[str] | None = None) -> int:
    """Put the load on, print the line, and give the exit code."""
    config = _config(arguments)
    try:
        run = measure(config)
    except subprocess.CalledProcessError as error:
        print(f"error: {' '.join(error.cmd[2:4])} ended with {error.returncode}", file=sys.stderr)
        return 1
    except (LookupError, RuntimeError, TimeoutError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(line_of(config, run), flush=True)
    return 0 if all(conditions(run).values()) else 1


if __name__ == "__main__":
    sys.exit(main())
