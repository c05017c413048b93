"""The rows that Triton's `item_embedding` answers, once they are what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def rows_of(response: Any, num_rows: int) -> Rows:
    """The rows of a `ModelInferResponse`, once there are as many of all as were asked for.

    Raises:
        ServerFailed: there are not, or a row without an error has no vector.
    """
    shapes = {output.name: list(output.shape) for output in response.outputs}
    raws = dict(zip(shapes, response.raw_output_contents, strict=False))
    texts = {name: _texts(raws.get(name, b"")) for name in ("error", "generation")}
    shape = shapes.get("embedding", [])
    if len(shape) != 2 or {shape[0], *map(len, texts.values())} != {num_rows}:
        raise ServerFailed(
            PART,
            f"expected {MODEL} to answer {num_rows} rows of {', '.join(OUTPUTS)}, got {shapes}; "
            "publish the generation again",
        )
    rows = Rows(
        embedding_ND=np.frombuffer(raws["embedding"], dtype="<f4").reshape(shape),
        errors=texts["error"],
        generations=texts["generation"],
    )
    is_vector_N = np.isfinite(rows.embedding_ND).all(axis=1)
    if not all(is_vector_N | np.array([bool(reason) for reason in rows.errors])):
        raise ServerFailed(PART, f"{MODEL} answered a vector that is no number; publish it again")
    return rows


def _texts(raw: bytes) -> tuple[str, ...]:
    """The texts of a BYTES tensor: each its length and its bytes."""
    texts, at = [], 0
    while at < len(raw):
        end = at + 4 + int.from_bytes(raw[at : at + 4], "little")
        texts.append(raw[at + 4 : end].decode())
        at = end
    return tuple(texts)


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
