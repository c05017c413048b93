"""Trains on the cluster's nodes: the same command and the same folder, on a volume of all nodes.

The items folder is copied to that volume, a TrainJob runs `torchrun -m training.train` on it, and
what it wrote is taken from the run's folder as on a laptop.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from components.cancellation import cancellable
from components.cluster import Cluster, ClusterConfig
from components.train_job import Nodes, Training, train_job
from components.train_job_run import Patience, TrainJobRun
from components.work import work_folder, work_root

FACTS = "train.json"
"""Written last: a run's folder that has it is complete."""

VISIBLE_WITHIN_S = 60.0
"""How long a file that another node wrote may take to be seen on the volume."""


class TrainingOnCluster:
    """`train_on_cluster` on the cluster that the environment leads to; says what happens."""

    def __init__(self, nodes: Nodes, patience: Patience, environ: Mapping[str, str]) -> None:
        """Check that the environment is whole.

        Raises:
            ValueError: a variable or the volume is missing; names it.
        """
        root = work_root(environ)
        if not root.is_dir():
            raise ValueError(
                f"MODISTE_WORK: expected the path of the volume that the training's nodes mount, "
                f"got {root}, which is not there; mount claim modiste-work at it"
            )
        self._config = ClusterConfig.from_environment(environ)
        self._nodes = nodes
        self._patience = patience

    def train(self, options: Sequence[str], items: Path, fingerprint: str, generation: str) -> None:
        """Train in the work folder `train/<fingerprint>`; raises what `train_on_cluster` does."""
        with Cluster(self._config) as cluster:
            train_on_cluster(
                cluster,
                options=options,
                items=items,
                fingerprint=fingerprint,
                generation=generation,
                nodes=self._nodes,
                patience=self._patience,
                say=lambda line: print(f"train_item_tower: {line}", flush=True),
            )


def train_on_cluster(
    cluster: Cluster,
    *,
    options: Sequence[str],
    items: Path,
    fingerprint: str,
    generation: str,
    nodes: Nodes,
    patience: Patience,
    say: Callable[[str], None],
) -> None:
    """Bring a training to its end in the run's folder, `train/<fingerprint>` of the volume.

    Args:
        cluster: where.
        options: of `python -m training.train`, but for its folders.
        items: the items folder, on this pod alone.
        fingerprint: of the training.
        generation: that it makes.
        nodes: what it gets.
        patience: how long it may take.
        say: told what happens, line by line.

    Raises:
        TrainJobError: it failed, or did not start or end in time.
        ClusterError: the API refuses something, or does not answer.
        FileNotFoundError: it is complete and not on our volume.
    """
    folder = work_folder("train", fingerprint)
    if (folder / FACTS).exists():
        say("it was trained before")
        return
    shared = copy_items(items, fingerprint)
    training = Training(
        fingerprint=fingerprint,
        generation=generation,
        arguments=("--items", str(shared), *options, "--out", str(folder)),
        timeout_s=int(patience.run_timeout_s),
    )
    job = train_job(training, nodes, cluster.namespace)
    with cancellable():
        TrainJobRun(cluster, job, patience, say).run()
    wait_until_seen(folder / FACTS, cluster)
    shutil.rmtree(shared)


def copy_items(items: Path, fingerprint: str) -> Path:
    """Put an items folder where every node finds it, whole or not at all; once a training."""
    shared = work_folder("items") / fingerprint
    if shared.exists():
        return shared
    beside = Path(tempfile.mkdtemp(prefix=".", dir=shared.parent))
    try:
        shutil.copytree(items, beside, dirs_exist_ok=True)
        beside.rename(shared)
    except OSError:
        shutil.rmtree(beside)
        # Another run of the same training may have been faster.
        if not shared.exists():
            raise
    return shared


def wait_until_seen(path: Path, cluster: Cluster) -> None:
    """Wait until a file that another node wrote is seen here.

    Raises:
        FileNotFoundError: it is not within `VISIBLE_WITHIN_S`.
    """
    since = cluster.clock.now()
    while not path.exists():
        if cluster.clock.now() - since >= VISIBLE_WITHIN_S:
            raise FileNotFoundError(
                f"{path}: expected it from the complete training, got nothing within "
                f"{VISIBLE_WITHIN_S:g} s; mount the same volume here and in TrainingRuntime "
                "modiste-torch, at the same path"
            )
        cluster.clock.pause(2.0)
