"""Which Tritons may go: those of generations that are over.

On a laptop the supervisor stops them. Never touched are the generation in use, the one before it,
which a rollback goes to, and one that the database does not know.
"""

from collections.abc import Mapping
from typing import Any

from components.command import run_json
from components.platform import is_kubernetes

OVER = ("retired", "refused")
"""States of generations that are not asked any more."""


def unneeded(shown: Mapping[str, Any]) -> set[str]:
    """Generations whose Triton may go.

    Args:
        shown: what `python -m serving.generations show` printed.
    """
    over = {row["generation"] for row in shown["generations"] if row["state"] in OVER}
    return over - {shown["in_use"], shown["previous"]}


def retire_services(environ: Mapping[str, str]) -> list[str]:
    """Ask the database which generations are over, and take their services away.

    Returns:
        The generations whose services went; none on a laptop.

    Raises:
        ClusterError: the API refuses something, or does not answer.
        StepFailedError: the database does not answer.
    """
    if not is_kubernetes(environ):
        print("retire: the supervisor sees to it", flush=True)
        return []
    from components.cluster import Cluster, ClusterConfig
    from components.removal import take_away

    config = ClusterConfig.from_environment(environ)
    over = unneeded(run_json("serving.generations", "show"))
    with Cluster(config) as cluster:
        return take_away(cluster, over, _forget, lambda line: print(f"retire: {line}", flush=True))


def _forget(generation: str) -> None:
    run_json("serving.generations", "disconnect", "--generation", generation)
