"""`python -m pipelines.run_local`: what it refuses, and how it tells of a step that failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.run_local import ROOT, RunConfig, check_environment, keep_report, main

DATABASE, OBJECTS = "MODISTE_DATABASE_URL", "MODISTE_OBJECTS"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A file that is there and holds nothing."""
    path = tmp_path / "shop.jsonl"
    path.touch()
    return path


def run(
    folder: Path, *options: str, python: str = sys.executable
) -> "subprocess.CompletedProcess[str]":
    """Run the command with objects in a folder and a database that is not there."""
    environment = {DATABASE: "postgresql://127.0.0.1:1/none", OBJECTS: f"file://{folder}/objects"}
    return subprocess.run(
        [python, "-m", "pipelines.run_local", "--work", str(folder / "work"), *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_failed_step_is_named_with_its_reason_and_its_log(
    tmp_path: Path, catalogue: Path
) -> None:
    done = run(tmp_path, "--catalogue", str(catalogue))
    assert done.returncode == 1
    log = tmp_path / "work" / "logs" / "ingest.log"
    first, second = done.stderr.splitlines()
    assert first.startswith("error: the step ingest failed: catalog.ingest ended with 2: ")
    assert "shop.jsonl" in first
    assert second == f"its log is {log}"
    assert "Traceback" in log.read_text()
    assert "Traceback" not in done.stdout


def test_steps_run_where_the_paths_have_spaces(tmp_path: Path, catalogue: Path) -> None:
    environment, work = tmp_path / "a venv", tmp_path / "a folder"
    environment.symlink_to(sys.prefix)
    python = environment / Path(sys.executable).relative_to(sys.prefix)
    done = run(work, "--catalogue", str(catalogue), python=str(python))
    assert "the step ingest failed: catalog.ingest ended with 2: " in done.stderr


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--margin", "2"], "margin: expected 0..1, got 2.0"),
        (["--max-reject-share", "-1"], "max_reject_share: expected 0..1, got -1.0"),
        (["--schema", "no.json"], "schema: expected a file, got no.json, which is not there"),
        (["--mapping", "no.json"], "mapping: expected a file, got no.json, which is not there"),
        (["--catalogue", "no.csv"], "catalogue: expected a file, got no.csv, which is not there"),
    ],
)
def test_what_cannot_be_run_is_refused_by_name(
    options: list[str],
    reason: str,
    tmp_path: Path,
    catalogue: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--catalogue", str(catalogue), "--work", str(tmp_path / "work"), *options]
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"error: {reason}\n"
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("name", [DATABASE, OBJECTS])
def test_an_address_that_is_not_set_is_named(name: str) -> None:
    environ = {DATABASE: "postgresql://user@host/modiste", OBJECTS: "s3://modiste"}
    check_environment(environ)
    with pytest.raises(ValueError, match=f"^{name}: expected .*, got nothing; set it and start"):
        check_environment({**environ, name: ""})


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path, catalogue: Path) -> None:
    import fcntl

    (tmp_path / "work").mkdir()
    with (tmp_path / "work" / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(tmp_path, "--catalogue", str(catalogue))
    assert done.returncode == 1
    assert done.stderr == "error: work: another run is at work in this folder; let it end\n"


def test_the_parameters_of_the_pipeline_are_absolute_and_complete(
    tmp_path: Path, catalogue: Path
) -> None:
    config = RunConfig(catalogue=catalogue, work=tmp_path, settings=("epochs=3",))
    assert config.arguments() == {
        "catalogue": str(catalogue),
        "schema": "",
        "mapping": "",
        "max_reject_share": 0.05,
        "run_name": "default",
        "settings": ["epochs=3"],
        "margin": 0.02,
    }


def test_the_report_lies_where_a_browser_opens_it(tmp_path: Path) -> None:
    artifacts = tmp_path / "pipeline" / "train-and-deploy-2026" / "evaluate"
    artifacts.mkdir(parents=True)
    (artifacts / "report").write_text("<!doctype html>")
    (artifacts / "metrics").write_text("{}")
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "old.html").touch()
    keep_report(tmp_path)
    found = {path.name: path.read_text() for path in (tmp_path / "report").iterdir()}
    assert found == {"index.html": "<!doctype html>", "metrics.json": "{}"}
