"""The laptop's stack as a whole: real parts, with stand-ins for the API and the pipeline.

The tests of this file share one stack and follow each other as a day on a laptop does.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local.down import down
from local.locks import holder
from local.ports import free_ports, http_status
from local.postgres import cluster_tag
from local.processes import is_alive, processes_of
from local.running import look_at, running_stacks
from local.seaweedfs import make_bucket
from local.stack import ROOT, read_json
from local.status import main as status
from local.supervisor import ENVIRONMENT, LOCK
from local.up import run
from tests.local.fakes.up import config

PARTS = ("postgres", "seaweedfs", "api", "triton-g0001")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of all stacks; nothing of them is left running."""
    folder = tmp_path_factory.mktemp("modiste")
    yield folder
    down(folder)


@pytest.fixture(scope="module")
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def catalogue(data: Path) -> Path:
    path = data / "shop.jsonl"
    path.write_text("a catalogue\n")
    return path


@pytest.fixture(scope="module")
def stack(data: Path, catalogue: Path, port: int) -> Path:
    """The folder of a stack that runs."""
    assert run(config(data, catalogue, port)) == 0
    return running_stacks(data)[0].folder


def left_of(stack: Path) -> list[int | str]:
    """Processes of a stack, and what its servers put into /tmp and into shared memory."""
    ports = read_json(stack / "ports.json").values()
    sockets = [p.name for port in ports for p in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")]
    regions = [p.name for port in ports for p in Path("/dev/shm").glob(f"modiste-*-{port}-*")]
    return [*processes_of(stack, tag=cluster_tag(stack)), *sockets, *regions]


def wait_until_well(stack: Path, port: int) -> dict[str, Any]:
    """Wait until all parts are up, and the API ready; the report on each."""
    deadline = time.monotonic() + 40
    while True:
        running = look_at(stack)
        if running is not None and not running.missing and http_status(port, "/readyz") == 200:
            return dict(running.parts)
        assert time.monotonic() < deadline, running
        time.sleep(0.1)


def test_up_ends_with_the_url_and_a_request_for_a_real_item(
    stack: Path, port: int, data: Path, catalogue: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(config(data, catalogue, port)) == 0
    out = capfd.readouterr().out
    assert f"modiste runs already: http://127.0.0.1:{port} " in out
    assert "generation g0001" in out
    assert """-d '{"positive": ["sku 1"], "k": 10}'""" in out
    assert "the pipeline was run" not in out
    assert "the pipeline was run" in (stack / "logs" / "pipeline.log").read_text()


def test_secrets_are_readable_by_their_owner_alone(stack: Path) -> None:
    for name in ("credentials.json", "environment.json"):
        assert (stack / name).stat().st_mode & 0o077 == 0
    secret = read_json(stack / "credentials.json")["postgres_password"]
    assert all(secret not in log.read_text() for log in (stack / "logs").iterdir())


def test_parts_that_are_killed_are_named_and_come_back_with_all_they_had(
    stack: Path, port: int, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = read_json(stack / ENVIRONMENT)
    with psycopg.connect(environment["MODISTE_DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO items (item_id) VALUES ('acknowledged')")
    make_bucket(environment, "acknowledged")
    before = wait_until_well(stack, port)
    for name in PARTS:
        os.kill(before[name]["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 20
    while look_at(stack).parts["api"]["restarts"] == 0:  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    after = wait_until_well(stack, port)
    for name in PARTS:
        assert after[name]["last_end"] == "ended with signal 9 (SIGKILL)"
        assert after[name]["restarts"] == 1
    assert status(["--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert out.count("started again 1 times; last: ended with signal 9 (SIGKILL)") == len(PARTS)
    with psycopg.connect(environment["MODISTE_DATABASE_URL"]) as connection:
        found = connection.execute("SELECT 1 FROM items WHERE item_id = 'acknowledged'")
        assert found.fetchone() == (1,)


def test_a_killed_supervisor_takes_its_parts_along_and_up_starts_them_again(
    stack: Path, port: int, data: Path, catalogue: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = holder(stack / LOCK)
    assert supervisor is not None
    os.kill(supervisor, signal.SIGKILL)
    while is_alive(supervisor):
        time.sleep(0.01)
    assert run(config(data, catalogue, port)) == 0
    out = capfd.readouterr().out
    assert f"modiste is ready: http://127.0.0.1:{port} " in out
    assert "the pipeline was run" not in out
    assert holder(stack / LOCK) != supervisor


def test_a_port_that_is_taken_is_refused_by_number_and_the_stack_goes_on(
    stack: Path, port: int, data: Path, catalogue: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        taken = server.getsockname()[1]
        assert run(config(data, catalogue, taken)) == 2
    assert f"error: PORT: expected a free port, got {taken}" in capfd.readouterr().err
    assert wait_until_well(stack, port)


def test_a_pipeline_that_fails_is_said_with_the_end_of_its_log(
    stack: Path, port: int, data: Path, catalogue: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = catalogue.read_text()
    catalogue.write_text("broken\n")
    assert run(config(data, catalogue, port)) == 1
    catalogue.write_text(kept)
    err = capfd.readouterr().err
    assert err.startswith("error: the pipeline ended with exit code 1; the end of ")
    assert "error: row 1 of the catalogue is broken" in err
    assert wait_until_well(stack, port)


def test_a_catalogue_that_cannot_be_used_leaves_the_running_one_alone(
    stack: Path, port: int, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other shop.jsonl"
    other.write_text("unusable\n")
    assert run(config(data, other, port)) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err == (
        f"error: CATALOG: {other} cannot be used, nothing was started or stopped:\n"
        "error: line 1: expected a catalogue, got 'unusable'\n"
    )
    assert [running.folder for running in running_stacks(data)] == [stack]
    assert wait_until_well(stack, port)


def test_another_catalogue_takes_the_place_of_the_first_and_down_leaves_nothing(
    stack: Path, port: int, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other shop.jsonl"
    other.write_text("another catalogue\n")
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.local.fakes.up", str(data), str(other), str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    out = [command.communicate(timeout=60)[0] for command in commands]
    assert [command.returncode for command in commands] == [0, 0]
    first, second = sorted(out, key=lambda text: "waiting for it" in text)
    assert "stopping the stack of" in first
    assert f"modiste is ready: http://127.0.0.1:{port} " in first
    assert f"modiste runs already: http://127.0.0.1:{port} " in second
    assert left_of(stack) == []

    [running] = running_stacks(data)
    assert running.folder.name.startswith("other-shop-")
    down(data)
    assert left_of(running.folder) == []
    assert f"stopped the stack of {other}; its data stay" in capfd.readouterr().out
    down(data)
    assert capfd.readouterr().out == "nothing runs\n"
    assert status(["--data", str(data)]) == 3


def test_a_catalogue_that_is_not_there_is_said_before_anything_starts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "no.csv"
    assert run(config(tmp_path, missing, None)) == 2
    assert f"error: CATALOG: expected a file, got {missing}" in capfd.readouterr().err
    assert running_stacks(tmp_path) == []
