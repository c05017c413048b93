"""Cosines between sets of vectors, a block at a time, dense or sparse.

Rows have unit length (or are zero: nothing is known, similar to nothing), so a dot product is the
cosine. The model's embeddings and the baselines' TF-IDF rows go through the very same lines.

Shape legend: Q queries, N items, D values of a vector, b queries of one block.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = Any
"""float [rows, D]: a numpy array or a SciPy sparse matrix."""
Floats: TypeAlias = NDArray[np.floating[Any]]
Ints: TypeAlias = NDArray[np.integer[Any]]

_BLOCK_VALUES = 1 << 24
"""Similarities held at once: 64 MiB of float32, whatever the size of the catalogue."""
_COMMON_SHARE = 0.03
"""A sparse column with a value in more of the rows than this is multiplied as a dense one."""


def similarity_blocks(
    query_QD: Vectors, gallery_ND: Vectors, *, max_values: int = _BLOCK_VALUES
) -> Iterator[tuple[slice, Floats]]:
    """Cosines of some queries to all items, block by block: the queries' slice and float [b, N].

    A block is the caller's own, to change as it likes, and has at most `max_values` values.

    Raises:
        ValueError: D differs.
    """
    if query_QD.shape[1] != gallery_ND.shape[1]:
        raise ValueError(
            f"expected vectors of one size, got {query_QD.shape[1]} and {gallery_ND.shape[1]}"
        )
    num_queries, num_items = query_QD.shape[0], gallery_ND.shape[0]
    step = max(1, max_values // max(1, num_items))
    product = _sparse_product if hasattr(gallery_ND, "tocsc") else _dense_product
    similarity_of = product(query_QD, gallery_ND)
    for start in range(0, num_queries, step):
        block = slice(start, min(start + step, num_queries))
        yield block, similarity_of(block)


def _dense_product(query_QD: Vectors, gallery_ND: Vectors) -> Callable[[slice], Floats]:
    return lambda block: query_QD[block] @ gallery_ND.T


def _sparse_product(query_QD: Vectors, gallery_ND: Vectors) -> Callable[[slice], Floats]:
    """Multiply the columns that most rows have as dense ones: sparsely they take most of the time,
    as every n-gram of a field's name is in every row.
    """
    is_common_D = gallery_ND.getnnz(axis=0) > gallery_ND.shape[0] * _COMMON_SHARE
    query_QD, gallery_DN = query_QD.tocsc(), gallery_ND.tocsc().T
    common_QC, common_CN = query_QD[:, is_common_D].toarray(), gallery_DN[is_common_D].toarray()
    rare_QR, rare_RN = query_QD[:, ~is_common_D].tocsr(), gallery_DN[~is_common_D].tocsr()

    def similarity_of(block: slice) -> Floats:
        similarity_bN: Floats = (rare_QR[block] @ rare_RN).toarray()
        similarity_bN += common_QC[block] @ common_CN
        return similarity_bN

    return similarity_of


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
