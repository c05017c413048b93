"""Cosines between sets of vectors, a block at a time, dense or sparse.

Rows have unit length (or are zero: nothing is known, similar to nothing), so a dot product is the
cosine. The model's embeddings and the baselines' TF-IDF rows go through the very same lines.

Shape legend: Q queries, N items, D values of a vector, b queries of one block.
"""

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = Any
"""float [rows, D]: a numpy array or a SciPy sparse matrix."""
Floats: TypeAlias = NDArray[np.floating[Any]]
Ints: TypeAlias = NDArray[np.integer[Any]]

_BLOCK_VALUES = 1 << 24
"""Similarities held at once: 64 MiB of float32, whatever the size of the catalogue."""


def similarity_blocks(query_QD: Vectors, gallery_ND: Vectors) -> Iterator[tuple[slice, Floats]]:
    """Cosines of some queries to all items, block by block: the queries' slice and float [b, N].

    Raises:
        ValueError: D differs.
    """
    if query_QD.shape[1] != gallery_ND.shape[1]:
        raise ValueError(
            f"expected vectors of one size, got {query_QD.shape[1]} and {gallery_ND.shape[1]}"
        )
    num_queries, num_items = query_QD.shape[0], gallery_ND.shape[0]
    step = max(1, _BLOCK_VALUES // max(1, num_items))
    gallery_DN = gallery_ND.T
    for start in range(0, num_queries, step):
        block = slice(start, min(start + step, num_queries))
        product = query_QD[block] @ gallery_DN
        yield block, product.toarray() if hasattr(product, "toarray") else product


def check_vectors(name: str, vectors: Vectors) -> None:
    """Raise ValueError, naming the first row, unless each row has length 1 or is all zero."""
    dense = vectors.multiply(vectors) if hasattr(vectors, "multiply") else vectors * vectors
    length_N = np.asarray(dense.sum(1), np.float64).ravel()
    wrong = np.flatnonzero(~((np.abs(length_N - 1) < 1e-3) | (length_N == 0)))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(
            f"{name} vectors: expected unit length, got {math.sqrt(length_N[row]):.3g} in row "
            f"{row} ({wrong.size} of {len(length_N)} rows): normalise them"
        )
