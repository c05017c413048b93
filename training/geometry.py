"""How embeddings lie on the sphere: alignment and uniformity.

After T. Wang and P. Isola, "Understanding contrastive representation learning through alignment
and uniformity on the hypersphere", 2020.

Shape legend: Q pairs, N items, D values of a vector, n items drawn, b of them in one block.
"""

import math

import numpy as np

from training.intervals import Z_95, Estimate, mean_estimate, normal_estimate
from training.similarity import Vectors, similarity_blocks


def alignment(a_QD: Vectors, b_QD: Vectors) -> Estimate:
    """Mean squared distance between the two vectors of a pair, 0 (equal) to 4; lower is better.

    Raises:
        ValueError: the shapes differ.
    """
    if a_QD.shape != b_QD.shape:
        raise ValueError(f"alignment: expected pairs, got {a_QD.shape} and {b_QD.shape}")
    product_QD = a_QD.multiply(b_QD) if hasattr(a_QD, "multiply") else a_QD * b_QD
    return mean_estimate(2 - 2 * np.asarray(product_QD.sum(1), np.float64).ravel())


def uniformity(vectors_ND: Vectors, *, max_items: int = 2000, seed: int = 0) -> Estimate:
    """Logarithm of the mean of exp(-2 distance²) over pairs of different rows; lower is better.

    -4 is about the best that unit vectors of many values can do, 0 means that all are equal (t = 2
    in the paper). The mean is over pairs, so its squared error is that of a U-statistic
    (W. Hoeffding, 1948): 4 / n times the variance of the rows' own means.

    Args:
        vectors_ND: unit-length rows.
        max_items: how many rows, drawn at random, are compared with each other.
        seed: of that draw.

    Raises:
        ValueError: there are fewer than two rows.
    """
    num_items = vectors_ND.shape[0]
    if num_items < 2:
        raise ValueError(f"uniformity: expected at least 2 items, got {num_items}")
    if num_items > max_items:
        rows = np.random.RandomState(seed).permutation(num_items)[:max_items]
        vectors_ND = vectors_ND[np.sort(rows)]
    n = vectors_ND.shape[0]
    mean_n = np.empty(n)
    for block, similarity_bn in similarity_blocks(vectors_ND, vectors_ND):
        near_bn = np.exp(-2 * (2 - 2 * similarity_bn.astype(np.float64)))
        own_b = near_bn[np.arange(len(near_bn)), np.arange(n)[block]]
        mean_n[block] = (near_bn.sum(1) - own_b) / (n - 1)
    mean = float(mean_n.mean())
    error = 2 * float(mean_n.std()) / math.sqrt(n)
    return normal_estimate(math.log(mean), Z_95 * error / mean, n)
