"""Runs `train_and_deploy` here, on KFP's local runner: `python -m pipelines.run_local`.

The steps are the components of the cluster, run one after the other by this Python. Under `--work`:

    train/<fingerprint>/    checkpoints: a killed training goes on from there
    pipeline/               what the last run's steps wrote, by step
    report/index.html       the evaluation's report of the last run, metrics.json beside it
    logs/<step>.log         what each step of the last run said
    tmp/                    theirs, emptied before each run

Killed at any moment and started again with the same catalogue it ends in the same state. Exit
codes: 0 the pipeline went through (a generation that the gate refuses included); 1 a step failed,
and is named with its log; 2 what was typed or the environment will not do.
"""

import argparse
import fcntl
import os
import shlex
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from pipelines.step_logs import StepLogs
from pipelines.train_and_deploy import MARGIN

ROOT = Path(__file__).parent.parent
NEEDED = {
    "MODISTE_DATABASE_URL": "postgresql://user@host/modiste",
    "MODISTE_OBJECTS": "s3://bucket, with the AWS_* variables, or file:///folder",
}


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What to run the pipeline with."""

    catalogue: Path
    """File or folder."""
    work: Path
    """Folder of everything that the run writes on this machine."""
    schema: Path | None = None
    """A schema file, or None for the fields that ingest finds."""
    mapping: Path | None = None
    """A column mapping, or None for what ingest finds."""
    max_reject_share: float = 0.05
    """Share of rows that may be set aside, 0..1."""
    run_name: str = "default"
    """Named training configuration."""
    settings: tuple[str, ...] = ()
    """Changes to it, each `name=value`."""
    margin: float = MARGIN
    """How much a metric may fall, 0..1."""

    def __post_init__(self) -> None:
        """Refuse files that are not there, and shares that are none."""
        for name in ("catalogue", "schema", "mapping"):
            given = getattr(self, name)
            if given is not None and not given.exists():
                raise ValueError(f"{name}: expected a file, got {given}, which is not there")
        for name in ("max_reject_share", "margin"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: expected 0..1, got {getattr(self, name)}")

    def arguments(self) -> dict[str, object]:
        """The pipeline's parameters."""
        return {
            "catalogue": str(self.catalogue.resolve()),
            "schema": str(self.schema.resolve()) if self.schema else "",
            "mapping": str(self.mapping.resolve()) if self.mapping else "",
            "max_reject_share": self.max_reject_share,
            "run_name": self.run_name,
            "settings": list(self.settings),
            "margin": self.margin,
        }


class StepError(Exception):
    """A step failed; the message names it, its reason and its log."""


def run_local(config: RunConfig) -> StepLogs:
    """Run the pipeline to its end.

    Returns:
        The steps that ran, with their logs and seconds.

    Raises:
        BlockingIOError: another run is at work in the same folder.
        StepError: a step failed.
    """
    from kfp import local

    from pipelines.train_and_deploy import train_and_deploy

    with _only_run(config.work):
        pipeline_root = _fresh(config.work / "pipeline")
        os.environ |= _environment(config.work)
        # KFP would keep its workspace in a temporary folder of its own, which a kill leaves behind.
        workspace = str(_fresh(config.work / "tmp") / "workspace")
        runner = local.SubprocessRunner(use_venv=False)
        local.init(runner, pipeline_root=str(pipeline_root), workspace_root=workspace)
        logs = StepLogs(_fresh(config.work / "logs"), sys.stdout)
        with (
            redirect_stdout(cast(TextIO, logs)),
            warnings.catch_warnings(),
            _python_quoted_for_a_shell(),
        ):
            # It expects `python` in an image's name, and has no use for display names.
            warnings.filterwarnings("ignore", "You may be attemping", RuntimeWarning)
            warnings.filterwarnings("ignore", "Task '.*': settings .* have no effect", UserWarning)
            try:
                train_and_deploy(**config.arguments())
            except RuntimeError as error:
                raise StepError(logs.failure() or str(error)) from error
            finally:
                logs.close()
        keep_report(config.work)
    return logs


def keep_report(work: Path) -> None:
    """Copy the report to a place and under names that a person finds; KFP's have no suffix."""
    (artifacts,) = (work / "pipeline").glob("*/evaluate")
    folder = _fresh(work / "report")
    for made, name in (("report", "index.html"), ("metrics", "metrics.json")):
        shutil.copyfile(artifacts / made, folder / name)


def _environment(work: Path) -> dict[str, str]:
    """What the steps find in their environment beside our own."""
    others = os.environ.get("PYTHONPATH")
    return {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{others}" if others else str(ROOT),
        "MODISTE_WORK": str(work),
        "TMPDIR": str(work / "tmp"),
    }


@contextmanager
def _only_run(work: Path) -> Iterator[None]:
    """Hold the work folder's lock, which the kernel gives back if we are killed."""
    work.mkdir(parents=True, exist_ok=True)
    with (work / "run.lock").open("w") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextmanager
def _python_quoted_for_a_shell() -> Iterator[None]:
    """KFP puts this Python's path into a shell script unquoted, where a space would split it."""
    path = sys.executable
    sys.executable = shlex.quote(path)
    try:
        yield
    finally:
        sys.executable = path


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def check_environment(environ: Mapping[str, str]) -> None:
    """Refuse to start without the addresses that the steps need.

    Raises:
        ValueError: names the variable.
    """
    for name, expected in NEEDED.items():
        if not environ.get(name):
            raise ValueError(f"{name}: expected {expected}, got nothing; set it and start again")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    try:
        config = _config(arguments)
        check_environment(os.environ)
        logs = run_local(config)
    except StepError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BlockingIOError:
        print("error: work: another run is at work in this folder; let it end", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"the pipeline went through in {sum(logs.seconds.values()):.1f} s", flush=True)
    print(f"report: {config.work / 'report' / 'index.html'}", flush=True)
    return 0


def _config(arguments: list[str] | None) -> RunConfig:
    parser = argparse.ArgumentParser(prog="python -m pipelines.run_local", description=__doc__)
    add = parser.add_argument
    add("--catalogue", type=Path, required=True, help="file, or folder that holds one")
    add("--work", type=Path, required=True, help="folder for checkpoints, artifacts and logs")
    add("--schema", type=Path, help="schema file (JSON); found in the catalogue if absent")
    add("--mapping", type=Path, help="which column is what (JSON); found if absent")
    add("--max-reject-share", type=float, default=RunConfig.max_reject_share)
    add("--run", dest="run_name", default=RunConfig.run_name, help="named training configuration")
    add("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    add("--margin", type=float, default=MARGIN, help="how much a metric may fall, 0..1")
    options = vars(parser.parse_args(arguments))
    options |= {"work": options["work"].resolve(), "settings": tuple(options["settings"])}
    return RunConfig(**options)


if __name__ == "__main__":
    sys.exit(main())
