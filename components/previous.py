"""What the generation in use scored, for the comparison in a new one's report."""

import json
from pathlib import Path

from components.command import run_json


def write_previous(generation: str, path: Path) -> Path | None:
    """Write the metrics of the generation in use.

    Args:
        generation: the one that is evaluated; it is not compared with itself.
        path: the file to write.

    Returns:
        `path`, or None where there is nothing to compare with.

    Raises:
        StepFailedError: the database does not answer.
    """
    shown = run_json("serving.generations", "show")
    found = {row["generation"]: row["metrics"] for row in shown["generations"]}
    metrics = found.get(shown["in_use"])
    if not metrics or shown["in_use"] == generation:
        return None
    path.write_text(json.dumps({"generation": shown["in_use"], **metrics}), encoding="utf-8")
    return path
