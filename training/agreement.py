"""Whether two implementations of one model agree: by value, and by whom they call neighbours.

Shape legend: N items, D embedding size, K neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Embeddings = NDArray[np.float32]


class DisagreementError(Exception):
    """Implementations of one model differ beyond the bound: it must not be published.

    Attributes:
        faults: what was expected and what was got, one entry for each bound that was passed.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class AgreementConfig:
    """What counts as the same model.

    Raises:
        ValueError: a value is out of range; names it.
    """

    max_difference: float = 1e-4
    """Largest difference of one value of an embedding, > 0."""
    min_neighbours: float = 0.99
    """Least share of each item's nearest neighbours that both name, 0 to 1."""
    num_neighbours: int = 10
    """K: how many neighbours of each item are compared, >= 1."""

    def __post_init__(self) -> None:
        if not self.max_difference > 0:
            raise ValueError(f"max_difference: expected > 0, got {self.max_difference}")
        if not 0 <= self.min_neighbours <= 1:
            raise ValueError(f"min_neighbours: expected 0 to 1, got {self.min_neighbours}")
        if self.num_neighbours < 1:
            raise ValueError(f"num_neighbours: expected >= 1, got {self.num_neighbours}")


def largest_difference(one_ND: Embeddings, other_ND: Embeddings) -> float:
    """Largest absolute difference of two sets of embeddings; infinite where one has a NaN.

    Raises:
        ValueError: their shapes differ.
    """
    if one_ND.shape != other_ND.shape:
        raise ValueError(f"expected embeddings {one_ND.shape}, got {other_ND.shape}")
    difference = np.abs(one_ND.astype(np.float64) - other_ND).max(initial=0.0)
    return float("inf") if np.isnan(difference) else float(difference)


def neighbour_agreement(
    one_ND: Embeddings, other_ND: Embeddings, *, num_neighbours: int, tolerance: float
) -> float:
    """Share of the K nearest items by `other` that are among the K nearest by `one` as well.

    Items that `one` finds as near as its K-th, within `tolerance`, count as among them: which of
    several equally near items is named is no difference between models.

    Args:
        one_ND: unit-length embeddings, the reference.
        other_ND: unit-length embeddings of the same items.
        num_neighbours: K; an item has N - 1 neighbours at most.
        tolerance: of the cosine.

    Returns:
        The mean over all items, 0 to 1; 1 where there is one item only.
    """
    k = min(num_neighbours, len(one_ND) - 1)
    if k < 1:
        return 1.0
    one_NN, other_NN = _cosines(one_ND), _cosines(other_ND)
    least_N1 = -np.partition(-one_NN, k - 1, axis=1)[:, k - 1 : k]
    named_NK = np.argpartition(-other_NN, k - 1, axis=1)[:, :k]
    is_shared_NK = np.take_along_axis(one_NN, named_NK, axis=1) >= least_N1 - tolerance
    return float(is_shared_NK.mean())


def _cosines(embedding_ND: Embeddings) -> NDArray[np.float64]:
    """Cosine of each item to each other; an item is no neighbour of its own."""
    wide_ND = embedding_ND.astype(np.float64)
    cosine_NN: NDArray[np.float64] = wide_ND @ wide_ND.T
    np.fill_diagonal(cosine_NN, -np.inf)
    return cosine_NN


def compare(
    reference_ND: Embeddings, others: Mapping[str, Embeddings], config: AgreementConfig
) -> dict[str, Any]:
    """Compare implementations with a reference.

    Args:
        reference_ND: unit-length embeddings, by PyTorch.
        others: those of the same items by other implementations, by name.
        config: the bounds.

    Returns:
        `bounds`; `implementations`: for each its `largest_difference` and `neighbours` shared;
        `faults`: what is beyond a bound, in words, empty where all agree.
    """
    found, faults = {}, []
    for name, other_ND in others.items():
        difference = largest_difference(reference_ND, other_ND)
        shared = neighbour_agreement(
            reference_ND,
            other_ND,
            num_neighbours=config.num_neighbours,
            tolerance=config.max_difference,
        )
        found[name] = {"largest_difference": difference, "neighbours": shared}
        if not difference <= config.max_difference:
            faults.append(
                f"{name}: expected values within {config.max_difference:g} of PyTorch's, got a"
                f" difference of {difference:g}"
            )
        if not shared >= config.min_neighbours:
            faults.append(
                f"{name}: expected at least {config.min_neighbours:g} of the nearest"
                f" {config.num_neighbours} to be PyTorch's, got {shared:g}"
            )
    bounds = {"max_difference": config.max_difference, "min_neighbours": config.min_neighbours}
    return {"bounds": bounds, "implementations": found, "faults": faults}
