"""Trains on this machine: the laptop's counterpart of `components.training_on_cluster`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.command import output_of
from components.work import work_folder


@dataclass(frozen=True, kw_only=True)
class TrainingHere:
    """Runs `training.train`, under `torchrun` where there is more than one GPU."""

    num_nodes: int
    """Machines: 1."""
    gpus_per_node: int
    """A process for each; 0: one process on the CPU."""

    def __post_init__(self) -> None:
        if self.num_nodes != 1:
            raise ValueError(
                f"num_nodes: expected 1, for this is one machine, got {self.num_nodes}; several "
                "take MODISTE_PLATFORM=kubernetes"
            )

    def train(self, options: Sequence[str], items: Path, fingerprint: str, generation: str) -> None:
        """Train in the work folder `train/<fingerprint>`.

        Raises:
            StepFailedError: training failed.
        """
        del generation
        arguments = ["--items", items, *options, "--out", work_folder("train", fingerprint)]
        if self.gpus_per_node <= 1:
            output_of("training.train", *arguments)
            return
        launcher = ["--standalone", f"--nproc-per-node={self.gpus_per_node}", "-m"]
        output_of("torch.distributed.run", *launcher, "training.train", *arguments)
