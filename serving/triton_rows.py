"""The rows that Triton's `item_embedding` answers, once they are what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import InferResult

from serving.errors import ServerFailed
from serving.triton_errors import PART

MODEL = "item_embedding"
"""The ensemble in every generation's bundle."""

OUTPUTS = ("embedding", "error", "generation")
"""Its tensors, one row for each item."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What `item_embedding` answered, in the order of the items asked for."""

    embedding_ND: NDArray[np.float32]
    """Vectors of unit length; NaN where the row has an error."""
    errors: tuple[str, ...]
    """Why a row is no item, "" where it is one."""
    generations: tuple[str, ...]
    """Whose vectors these are."""

    def first(self) -> "Rows":
        """The first row alone."""
        return Rows(
            embedding_ND=self.embedding_ND[:1],
            errors=self.errors[:1],
            generations=self.generations[:1],
        )


def rows_of(result: InferResult, num_rows: int) -> Rows:
    """The answer's rows, once there are as many of all as were asked for.

    Raises:
        ServerFailed: there are not, or a row without an error has no vector.
    """
    embedding_ND, error_N1, generation_N1 = (result.as_numpy(name) for name in OUTPUTS)
    if embedding_ND.ndim != 2 or {len(embedding_ND), error_N1.size, generation_N1.size} != {
        num_rows
    }:
        raise ServerFailed(
            PART,
            f"expected {MODEL} to answer {num_rows} rows, got embedding {embedding_ND.shape}, "
            f"error {error_N1.shape}, generation {generation_N1.shape}; publish it again",
        )
    rows = Rows(
        embedding_ND=embedding_ND.astype(np.float32, copy=False),
        errors=tuple(reason.decode() for reason in error_N1.ravel()),
        generations=tuple(name.decode() for name in generation_N1.ravel()),
    )
    is_vector_N = np.isfinite(rows.embedding_ND).all(axis=1)
    if not all(is_vector_N | np.array([bool(reason) for reason in rows.errors])):
        raise ServerFailed(PART, f"{MODEL} answered a vector that is no number; publish it again")
    return rows


def joined(answers: Sequence[Rows]) -> Rows:
    """The rows of all calls, in order.

    Raises:
        ServerFailed: their vectors differ in length, as those of two generations may.
    """
    widths = {rows.embedding_ND.shape[1] for rows in answers}
    if len(widths) > 1:
        raise ServerFailed(
            PART, f"expected vectors of one length in one batch, got {sorted(widths)}; try again"
        )
    return Rows(
        embedding_ND=np.concatenate([rows.embedding_ND for rows in answers]),
        errors=tuple(reason for rows in answers for reason in rows.errors),
        generations=tuple(name for rows in answers for name in rows.generations),
    )
