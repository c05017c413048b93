"""Deploys a generation on the cluster that the environment leads to."""

from collections.abc import Mapping
from functools import partial

from components.cancellation import cancellable
from components.cluster import Cluster, ClusterConfig
from components.command import run_json
from components.deployment import Deployment, DeploymentConfig


def deploy_on_cluster(generation: str, timeout_s: float, environ: Mapping[str, str]) -> str:
    """Bring up the InferenceService of a generation; returns `host:port` of its gRPC.

    Args:
        generation: a generation that is staged.
        timeout_s: how long it may take to answer.
        environ: leads to the cluster and to the database.

    Raises:
        ClusterError: it did not get ready, or the API refuses something.
        StepFailedError: it does not answer as it should, or the database does not.
        ValueError: a variable is missing; names it.
    """
    cluster_config = ClusterConfig.from_environment(environ)
    shown = run_json("serving.generations", "show")
    (uri,) = (r["bundle_uri"] for r in shown["generations"] if r["generation"] == generation)
    config = DeploymentConfig(
        generation=generation, storage_uri=uri, in_use=shown["in_use"], timeout_s=timeout_s
    )
    with Cluster(cluster_config) as cluster, cancellable():
        return Deployment(cluster, config, _say).run(partial(_connect, generation))


def _connect(generation: str, endpoint: str, left_s: float) -> None:
    found = ["--generation", generation, "--endpoint", endpoint]
    run_json("serving.generations", "connect", *found, "--timeout-s", f"{left_s:.0f}")


def _say(line: str) -> None:
    print(f"deploy: {line}", flush=True)
