"""A pipeline that is killed at each of its steps and started again ends where it would have."""

import os
import signal
import time
from pathlib import Path
from subprocess import Popen

import pytest

from catalog.objects import open_objects
from catalog.sample.write import write_catalogue
from local.postgres import ensure_database
from tests.pipelines.laptop import Laptop, laptop

NUM_ITEMS = 60

# What is on the screen, and how many seconds later the blow falls: each of the seven steps, and
# moments inside of those that change most.
MOMENTS = (
    ("ingest:", 0.5),
    ("train_item_tower: g0001 is building", 4.0),
    ("evaluate:", 2.0),
    ("export:", 3.0),
    ("publish: sending the bundle", 0.7),
    ("deploy: waiting for the Triton of g0001", 0.1),
    ("verify: comparing the Triton", 1.0),
    ("index:", 1.5),
    ("promote:", 1.0),
)


def kill_at(process: "Popen[str]", moment: str, delay_s: float) -> str:
    """Kill the pipeline and all its processes at a moment; returns what it printed until then."""
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        printed.append(line)
        if line.strip().startswith(moment):
            time.sleep(delay_s)
            break
    os.killpg(process.pid, signal.SIGKILL)
    printed.append(process.stdout.read())
    process.stdout.close()
    process.wait()
    return "".join(printed)


def finish(process: "Popen[str]") -> str:
    """Let the pipeline end; returns what it printed."""
    printed, _ = process.communicate()
    assert process.returncode == 0, printed
    return printed


def check_nothing_half(killed: Laptop, folder: Path) -> None:
    """What is in use is whole: its bundle by its digests, its index by its rows."""
    objects = open_objects(killed.objects)
    if objects.exists("models/item_embedding/g0001/manifest.json"):
        assert killed.bundle_files(folder / "fetched")
    if killed.in_use() is not None:
        state = killed.state()
        assert (len(state["vectors"]), state["hnsw"]) == (NUM_ITEMS, [(1,)])


@pytest.mark.timeout(600)
def test_a_pipeline_killed_at_each_step_ends_as_one_that_was_not(
    tmp_path: Path, stack_dir: Path, postgres_url: str, postgres_server: str, s3_uri: str
) -> None:
    catalogue = write_catalogue(tmp_path / "catalogue", NUM_ITEMS, 0)
    with laptop(postgres_url, s3_uri, stack_dir / "killed") as killed:
        for moment, delay_s in MOMENTS:
            printed = kill_at(killed.start(catalogue), moment, delay_s)
            assert moment in printed
            check_nothing_half(killed, tmp_path)
        finish(killed.start(catalogue))
        state, bundle = killed.state(), killed.bundle_files(tmp_path / "bundle")
        # Once more: nothing is left to do, and nothing changes.
        printed = finish(killed.start(catalogue))
        assert "0 of 60 items embedded" in printed
        assert killed.state() == state

    calm_url = postgres_server.removesuffix("/postgres") + "/calm"
    ensure_database(postgres_server, "calm")
    (tmp_path / "objects").mkdir()
    with laptop(calm_url, f"file://{tmp_path}/objects", stack_dir / "calm") as calm:
        finish(calm.start(catalogue))
        expected = calm.state()
        assert calm.metrics() == killed.metrics()
    assert state["generations"] == expected["generations"]
    assert state["in_use"] == expected["in_use"] == [("g0001",)]
    assert state["vectors"] == expected["vectors"]
    assert len(expected["vectors"]) == NUM_ITEMS
    assert state["hnsw"] == expected["hnsw"] == [(1,)]
    assert state["objects"] == expected["objects"]
    assert bundle
