"""`make up`: from a catalogue to recommendations, and the stack left running.

    python -m local.up [--catalogue PATH] [--schema FILE] [--mapping FILE] [--port N] [--data DIR]

Exit codes: 0 the URL was printed; 1 a part or the pipeline failed; 2 what was typed or the machine
does not do; 130 interrupted. One message says which part, and what to do.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from local.bring_up import ensure_parts, stop_others, wait_until_ready
from local.catalogue import (
    CHECK_COMMAND,
    SAMPLE_COMMAND,
    Catalogue,
    check_catalogue,
    find_catalogue,
    sample_catalogue,
)
from local.example import example_request, generation_in_use
from local.locks import LockTaken, locked
from local.part import LocalError
from local.pipeline import PIPELINE_COMMAND, run_pipeline
from local.running import look_at
from local.stack import ROOT, StackConfig, read_json, write_json
from local.supervisor import ENVIRONMENT
from local.triton import require_platform

UP_LOCK = "up.lock"
_DONE = "done.json"


@dataclass(frozen=True, kw_only=True)
class UpConfig:
    """What `make up` was asked for."""

    data: Path = ROOT / ".modiste"
    """Folder of all stacks."""
    catalogue: Path | None = None
    """The table, or None for the sample."""
    schema: Path | None = None
    """A schema of its own, or None."""
    mapping: Path | None = None
    """Which column is which field, or None."""
    port: int | None = None
    """The API's port, or None for any free one from 8080 on."""
    is_again: bool = False
    """Run the pipeline although it went through with this very catalogue."""
    lock_timeout_s: float = 1800.0
    """How long to wait for another `make up` to end, >= 0."""
    api_command: tuple[str, ...] | None = None
    """The API, or None for ours."""
    pipeline_command: tuple[str, ...] = PIPELINE_COMMAND
    """The pipeline, without its options."""
    sample_command: tuple[str, ...] = SAMPLE_COMMAND
    """Makes the sample catalogue."""
    check_command: tuple[str, ...] = CHECK_COMMAND
    """Says whether a catalogue that was typed can be used, before anything is stopped for it."""


def up(config: UpConfig) -> str:
    """Do what `make up` does; returns the URL.

    Raises:
        LocalError: it cannot be done; the message says why.
    """
    require_platform()
    config.data.mkdir(parents=True, exist_ok=True)
    with _only_one(config):
        catalogue = _catalogue(config)
        folder = config.data.resolve() / catalogue.slug
        if config.catalogue is not None and not _is_done(folder, catalogue.digest()):
            check_catalogue(catalogue, config.check_command)
        was_running = look_at(folder) is not None
        stop_others(config.data, folder, port=config.port)
        stack = ensure_parts(folder, catalogue, port=config.port, api_command=config.api_command)
        generation, has_run = _run_pipeline_if_due(config, catalogue, stack)
        wait_until_ready(stack, generation)
        _say_done(stack, generation, is_found=was_running and not has_run)
    return stack.url


@contextmanager
def _only_one(config: UpConfig) -> Iterator[None]:
    """Let a `make up` that is at work on the same data end first."""
    lock = config.data / UP_LOCK
    try:
        with locked(lock):
            yield
            return
    except LockTaken as taken:
        _say(f"another `make up` (process {taken.pid}) is at work here; waiting for it")
    try:
        with locked(lock, config.lock_timeout_s):
            yield
    except LockTaken as taken:
        raise LocalError(
            f"another `make up` (process {taken.pid}) did not end within "
            f"{config.lock_timeout_s:g} s; `make down` stops it"
        ) from taken


def _catalogue(config: UpConfig) -> Catalogue:
    if config.catalogue is not None:
        return find_catalogue(config.catalogue, config.schema, config.mapping)
    return sample_catalogue(config.data.resolve(), config.sample_command)


def _run_pipeline_if_due(
    config: UpConfig, catalogue: Catalogue, stack: StackConfig
) -> tuple[str, bool]:
    """The generation in use, and whether the pipeline ran; not if it has seen this very content."""
    environment = read_json(stack.folder / ENVIRONMENT)
    digest = catalogue.digest()
    generation = generation_in_use(environment)
    if generation is not None and _is_done(stack.folder, digest) and not config.is_again:
        return generation, False
    _say(f"running the pipeline for {catalogue.path}; its log is {stack.logs / 'pipeline.log'}")
    run_pipeline(config.pipeline_command, catalogue, stack, environment)
    generation = generation_in_use(environment)
    if generation is None:
        raise LocalError(
            "the pipeline ended well and no generation is in use; "
            f"see {stack.logs / 'pipeline.log'} and `python -m serving.generations show`"
        )
    write_json(stack.folder / _DONE, {"digest": digest, "generation": generation})
    return generation, True


def _is_done(folder: Path, digest: str) -> bool:
    """Whether the pipeline went through in this stack with this very content."""
    return read_json(folder / _DONE).get("digest") == digest


def _say_done(stack: StackConfig, generation: str, *, is_found: bool) -> None:
    verb = "runs already" if is_found else "is ready"
    _say(f"modiste {verb}: {stack.url} (catalogue {stack.catalogue}, generation {generation})")
    _say(f"try: {example_request(stack.url, read_json(stack.folder / ENVIRONMENT))}")
    _say("`make down` stops it; `make status` tells how it is")


def _say(text: str) -> None:
    print(text, flush=True)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"expected 1..65535, got {text!r}")
    return int(text)


def _parse(arguments: list[str] | None) -> UpConfig:
    parser = argparse.ArgumentParser(prog="python -m local.up", description=__doc__.split("\n")[0])
    parser.add_argument("--catalogue", type=Path, help="table or folder; default: the sample")
    parser.add_argument("--schema", type=Path, help="schema.json, where it shall not be inferred")
    parser.add_argument("--mapping", type=Path, help="mapping.json: which column is which field")
    parser.add_argument("--port", type=_port, help="of the API; default: from 8080 on")
    parser.add_argument("--data", type=Path, default=UpConfig.data, help="folder of all stacks")
    parser.add_argument("--again", action="store_true", help="run the pipeline in any case")
    options = parser.parse_args(arguments)
    return UpConfig(
        data=options.data,
        catalogue=options.catalogue,
        schema=options.schema,
        mapping=options.mapping,
        port=options.port,
        is_again=options.again,
    )


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def run(config: UpConfig) -> int:
    """`up` as a command: one message for an expected fault, and the exit code."""
    try:
        up(config)
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; what runs goes on running: `make down` stops it", file=sys.stderr)
        return 130
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    config = _parse(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    return run(config)


if __name__ == "__main__":
    sys.exit(main())
