"""Checkpoints: all that a run needs to go on to the same weights."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.atomic import write_atomically


class CheckpointError(ValueError):
    """A checkpoint that this run cannot go on from."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """State of a run after `step` steps.

    Attributes:
        fingerprint: of the run; another run's checkpoint is refused.
        step: steps taken.
        order: rows of the items in the order of the epoch under way, int64.
        model: weights by name.
        optimizer: its state dictionary.
        random: states of the random generators of the CPU and of each GPU.
    """

    fingerprint: str
    step: int
    order: NDArray[np.int64]
    model: dict[str, Any]
    optimizer: dict[str, Any]
    random: list[torch.Tensor]

    def save(self, path: Path) -> None:
        """Write the checkpoint; a reader finds the old one or this one, never a part."""
        document = vars(self) | {"order": torch.from_numpy(self.order)}
        write_atomically(path, lambda beside: torch.save(document, beside))

    @classmethod
    def load(cls, path: Path, *, fingerprint: str) -> "Checkpoint | None":
        """The checkpoint at a path, on the CPU; None where there is none.

        Raises:
            CheckpointError: it is damaged, or of a run of other data, settings or code.
        """
        if not path.exists():
            return None
        try:
            document = torch.load(path, map_location="cpu", weights_only=True)
            document["order"] = document["order"].numpy()
            checkpoint = cls(**document)
        except (RuntimeError, pickle.UnpicklingError, KeyError, TypeError, EOFError) as error:
            raise CheckpointError(
                f"{path} is no checkpoint ({type(error).__name__}): remove it to start again"
            ) from error
        if checkpoint.fingerprint != fingerprint:
            raise CheckpointError(
                f"{path} is of a run with other data, settings or code "
                f"({checkpoint.fingerprint[:12]}, this one is {fingerprint[:12]}): "
                "give another --out, or remove it"
            )
        return checkpoint


def random_states() -> list[torch.Tensor]:
    """States of the random generators of the CPU and of each GPU."""
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return [torch.get_rng_state(), *gpus]


def restore_random_states(states: list[torch.Tensor]) -> None:
    """Set the generators of the CPU and, where they are, of the GPUs."""
    torch.set_rng_state(states[0])
    if torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states[1:])
