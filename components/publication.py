"""The parts of publishing that are more than one command."""

import tempfile
from pathlib import Path
from typing import Any

from catalog.bundle_store import download
from catalog.objects import open_objects
from components.command import StepFailedError, run_json

DISAGREES = 1
"""Exit code of `training.parity` where a model differs from PyTorch beyond the bound."""

PARITY = "parity: "
"""How the reason begins where a generation was refused for that."""


def check_not_refused(generation: str) -> str:
    """The state of a generation.

    The gate refuses after publishing, which is a decision; parity refuses a broken bundle, which
    is a fault, the second time as the first.

    Raises:
        StepFailedError: it was refused because its Triton differed from PyTorch.
    """
    shown = run_json("serving.generations", "show", "--generation", generation)
    reason = str(shown["reason"])
    if shown["state"] == "refused":
        if reason.startswith(PARITY):
            raise StepFailedError("publish", DISAGREES, f"{generation} was refused: {reason}")
        print(f"publish: {generation} was refused before: {reason}", flush=True)
    return str(shown["state"])


def stage(generation: str, uri: str) -> str:
    """Record the bundle that lies in the object store; returns the generation's state.

    An earlier publication is kept as it is, so the manifest is taken from there and not from the
    bundle that was just built.

    Raises:
        StepFailedError: it is published with other files, or the database does not answer.
    """
    store, _, prefix = uri.rstrip("/").partition("/models/")
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "bundle"
        download(open_objects(store), f"models/{prefix}", published)
        arguments = ["--generation", generation, "--bundle", published, "--bundle-uri", uri]
        return str(run_json("serving.generations", "stage", *arguments)["state"])


def compare(generation: str, uri: str, items: str, endpoint: str) -> dict[str, Any]:
    """Compare the Triton that serves a bundle with PyTorch; a difference refuses the generation.

    Returns:
        The report of `python -m training.parity`.

    Raises:
        StepFailedError: they differ, or Triton does not answer.
    """
    arguments = ["--bundle", uri, "--items", items, "--endpoint", endpoint]
    try:
        return run_json("training.parity", *arguments)
    except StepFailedError as error:
        if error.returncode == DISAGREES:
            reason = PARITY + error.tail.removeprefix(PARITY)
            arguments = ["--generation", generation, "--state", "refused", "--reason", reason]
            run_json("serving.generations", "mark", *arguments)
        raise
