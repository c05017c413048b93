"""How much each standard field counts when the overlap of two items is measured.

Shape legend: N items, S standard fields, M values of a field.
"""

import numpy as np
from numpy.typing import NDArray


def field_weights(std_ids_NSM: NDArray[np.int32], power: float) -> NDArray[np.float32]:
    """Weight of each standard field, from the entropy of its values in a catalogue.

    Two items that agree in a field of a hundred even values have more in common than two that
    agree in one of three. The weight is (bits / mean bits) ** power, so an average field has 1
    and at power 0 all have.

    Args:
        std_ids_NSM: numbers of the values, int32 [N, S, M], 0 is padding.
        power: 0 or above.

    Returns:
        float32 [S]; 0 for a field that always has the same value, if power is above 0.
    """
    bits_S = np.array([_entropy(column) for column in std_ids_NSM.transpose(1, 0, 2)])
    mean = bits_S.mean() if bits_S.size else 0.0
    if power == 0 or mean == 0:
        return np.ones(len(bits_S), np.float32)
    weight_S: NDArray[np.float32] = ((bits_S / mean) ** power).astype(np.float32)
    return weight_S


def _entropy(ids: NDArray[np.int32]) -> float:
    counts = np.unique(ids[ids > 0], return_counts=True)[1]
    share = counts / max(1, counts.sum())
    return float(-(share * np.log2(share)).sum())
