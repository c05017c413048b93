"""Runs the main job, `train_and_deploy`, against a running stack."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.catalogue import Catalogue
from local.part import LocalError
from local.processes import describe_exit, dying_with_us, kill_each, log_tail, processes_with
from local.stack import ROOT, StackConfig, python_module

PIPELINE_VARIABLE = "MODISTE_PIPELINE"
"""Marks the processes of a pipeline, which are not those of the parts."""

FOREIGN = ("AWS_", "PG")
"""How the variables begin that lead boto3 and libpq elsewhere."""

PIPELINE_COMMAND = python_module("pipelines.run_local")


def run_pipeline(
    command: tuple[str, ...], catalogue: Catalogue, stack: StackConfig, environment: dict[str, str]
) -> None:
    """Run the pipeline to its end; what it prints is shown and kept in a log.

    Args:
        command: the pipeline's command line, without its options.
        catalogue: what to prepare, train on, publish and index.
        stack: the stack that runs.
        environment: the addresses of the stack's parts, secrets among them.

    Raises:
        LocalError: it ended with another code than 0.
    """
    log = stack.logs / "pipeline.log"
    kill_each(lambda: processes_with(PIPELINE_VARIABLE, stack.folder))
    with subprocess.Popen(
        [*dying_with_us(), "--", *command, *options_of(catalogue, stack)],
        cwd=ROOT,
        env=environment_for(stack, environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            _show(process, log)
            status = process.wait()
        finally:
            # Whatever ends us ends it, with all that it started.
            kill_each(lambda: processes_with(PIPELINE_VARIABLE, stack.folder))
    if status != 0:
        raise LocalError(
            f"the pipeline ended with {describe_exit(status)}; the end of {log}:\n{log_tail(log)}\n"
            "Once that is put right, the same command goes on where it can. The stack still runs."
        )


def environment_for(stack: StackConfig, environment: Mapping[str, str]) -> dict[str, str]:
    """The pipeline's environment: the stack's, and the rest of ours.

    The rest steers torch, proxies, the number of threads. What leads to other databases and object
    stores stays out: a session token, say, would be sent to the stack's S3, which refuses it.

    Args:
        stack: the stack that the pipeline works on.
        environment: the addresses of the stack's parts.
    """
    rest = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    return {**rest, **environment, PIPELINE_VARIABLE: str(stack.folder)}


def options_of(catalogue: Catalogue, stack: StackConfig) -> list[str]:
    """The pipeline's options."""
    options = ["--catalogue", str(catalogue.path), "--work", str(stack.folder / "runs")]
    if catalogue.schema is not None:
        options += ["--schema", str(catalogue.schema)]
    if catalogue.mapping is not None:
        options += ["--mapping", str(catalogue.mapping)]
    return options


def _show(process: subprocess.Popen[bytes], log: Path) -> None:
    assert process.stdout is not None
    with log.open("wb") as file:
        while chunk := os.read(process.stdout.fileno(), 65536):
            file.write(chunk)
            file.flush()
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
