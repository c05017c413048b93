"""Which counterpart of a step runs: the laptop's, or the cluster's."""

from collections.abc import Mapping

PLATFORMS = ("laptop", "kubernetes")


def is_kubernetes(environ: Mapping[str, str]) -> bool:
    """Whether MODISTE_PLATFORM names the cluster; without it, it is a laptop.

    Raises:
        ValueError: it names something else.
    """
    given = environ.get("MODISTE_PLATFORM") or PLATFORMS[0]
    if given not in PLATFORMS:
        raise ValueError(f"MODISTE_PLATFORM: expected one of {', '.join(PLATFORMS)}, got {given!r}")
    return given == "kubernetes"
