"""The laptop's stack under load: brought up, given a second generation, and switched to it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local.catalogue import find_catalogue
from local.pipeline import environment_for, options_of
from local.running import Running, running_stacks, stop_stack
from local.stack import ROOT, load_stack, python_module, read_json
from local.supervisor import ENVIRONMENT

SECOND = (
    *("--run", "smoke", "--set", "hidden_dim=128", "--set", "embedding_dim=128"),
    *("--set", "seed=1", "--margin", "1"),
)
"""How the second generation is trained: as large as the first, in seconds, and so much worse."""

TIMEOUT_S = 900.0
"""For the pipeline."""


@dataclass(frozen=True, kw_only=True)
class LoadStack:
    """A stack that runs."""

    url: str
    """Of the API."""
    folder: Path
    """All that it keeps."""
    environment: Mapping[str, str]
    """Addresses of its parts, secrets among them."""
    is_ours: bool
    """Nothing of it ran before, so it is stopped in the end."""

    @property
    def database_url(self) -> str:
        """Address of its database, with the password."""
        return self.environment["MODISTE_DATABASE_URL"]

    def parts(self) -> dict[str, int]:
        """Process id of every part that runs now, by name."""
        reports = read_json(self.folder / "state.json").get("parts", {})
        return {name: report["pid"] for name, report in reports.items() if report["pid"]}

    def stop(self) -> None:
        """Stop it, unless it ran before."""
        if self.is_ours:
            stop_stack(self.folder)


def bring_up(data: Path, port: int | None) -> LoadStack:
    """`make up` on the sample catalogue, in a data folder of its own.

    Raises:
        subprocess.CalledProcessError: it could not be brought up; it has said why.
    """
    data.mkdir(parents=True, exist_ok=True)
    was_running = bool(running_stacks(data.resolve()))
    options = ["--data", str(data), *(("--port", str(port)) if port else ())]
    _run([*python_module("local.up"), *options], {})
    running: Running = running_stacks(data.resolve())[0]
    return LoadStack(
        url=load_stack(running.folder).url,
        folder=running.folder,
        environment=read_json(running.folder / ENVIRONMENT),
        is_ours=not was_running,
    )


def second_generation(stack: LoadStack) -> tuple[str, str]:
    """The generation in use and another one that could be; that is made if there is none yet.

    Raises:
        subprocess.CalledProcessError: the pipeline failed; it has said why.
    """
    first, other = _generations(stack)
    if other is None:
        _train(stack)
        _command(stack, "serving.promote", "--rollback")
        first, other = _generations(stack)
    if other is None:
        raise LookupError("generations: expected a second one after the pipeline, got none")
    _command(stack, "serving.generations", "wait", "--generation", other)
    return first, other


def switch(stack: LoadStack, generation: str) -> dict[str, object]:
    """Put a generation in use, as an operator does; gives the decision.

    Raises:
        subprocess.CalledProcessError: it could not be; it has said why.
    """
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(
            "SELECT metrics FROM generations WHERE generation = %s", [generation]
        ).fetchone()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(row[0] if row else {}, file)
        file.flush()
        options = ("--generation", generation, "--metrics", file.name, "--margin", "1")
        said = _command(stack, "serving.promote", *options)
    decision: dict[str, object] = json.loads(said)
    if decision.get("in_use") != generation:
        raise LookupError(f"promotion: expected {generation} in use, got {decision}")
    return decision


def switched_at(stack: LoadStack) -> float:
    """When the generation in use was put in use, seconds since the epoch."""
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM switched_at)::float8 FROM generation_in_use"
        ).fetchone()
    assert row is not None, "a stack that is up has a generation in use"
    return float(row[0])


def _generations(stack: LoadStack) -> tuple[str, str | None]:
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute(
            "SELECT g.generation, g.generation = u.generation FROM generations g,"
            " generation_in_use u WHERE g.state = 'indexed' ORDER BY g.generation"
        ).fetchall()
    [first] = [generation for generation, is_in_use in rows if is_in_use]
    others = [generation for generation, is_in_use in rows if not is_in_use]
    return first, others[-1] if others else None


def _train(stack: LoadStack) -> None:
    config = load_stack(stack.folder)
    catalogue = find_catalogue(config.catalogue, None, None)
    command = [*python_module("pipelines.run_local"), *SECOND, *options_of(catalogue, config)]
    _run(command, environment_for(config, stack.environment))


def _command(stack: LoadStack, module: str, *options: str) -> str:
    environment = {**environment_for(load_stack(stack.folder), stack.environment)}
    done = subprocess.run(
        [*python_module(module), *options],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    return done.stdout


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run a command whose output is progress: standard output is for the one line of figures."""
    subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)} if environment else None,
        stdout=sys.stderr,
        check=True,
        timeout=TIMEOUT_S,
    )
