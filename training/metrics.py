"""What a set of vectors is worth: recall, rank, and neighbours that agree, with intervals.

Pure functions on numpy arrays and SciPy sparse matrices.

Shape legend: Q queries, N items of the gallery, D values of a vector, M values of an attribute,
b queries of one block, P pairs of a query and a neighbour.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.geometry import alignment, uniformity
from training.intervals import Estimate, share_estimate
from training.similarity import Floats, Ints, Vectors, check_vectors, similarity_blocks

TIE = 1e-6
"""Similarities closer than this are the same: float32 sums of one row differ by about 1e-7."""


def retrieval_metrics(
    query_QD: Vectors,
    gallery_ND: Vectors,
    truth_Q: Ints,
    attributes: Mapping[str, Ints],
    *,
    ks: tuple[int, ...] = (1, 10),
    num_neighbours: int = 10,
) -> dict[str, Any]:
    """All measurements of one set of vectors, as `metrics.json` names them.

    Args:
        query_QD: unit-length vectors of the incomplete items.
        gallery_ND: unit-length vectors of all items, whole.
        truth_Q: row of the gallery that each query was made from, int [Q].
        attributes: for each field, codes of every row's values, int [N, M], -1 is padding.
        ks: the depths of recall.
        num_neighbours: how many neighbours of the whole item have to agree.

    Returns:
        `recall@k`, `mrr`, `alignment`, `uniformity`: Estimate; `agreement@k`: one for each field
        that at least one of the queries' items has.

    Raises:
        ValueError: shapes differ, a vector is no unit vector, a row or k is out of range.
    """
    check_vectors("gallery", gallery_ND)
    check_vectors("query", query_QD)
    rank_Q = ranks(query_QD, gallery_ND, truth_Q)
    found = {f"recall@{k}": share_estimate(is_found(rank_Q, k, gallery_ND.shape[0])) for k in ks}
    agreeing = neighbour_agreement(gallery_ND, truth_Q, attributes, k=num_neighbours)
    return {
        **found,
        "mrr": share_estimate(1 / rank_Q),
        f"agreement@{num_neighbours}": agreeing,
        "alignment": alignment(query_QD, gallery_ND[truth_Q]),
        "uniformity": uniformity(gallery_ND),
    }


def ranks(query_QD: Vectors, gallery_ND: Vectors, truth_Q: Ints) -> Floats:
    """Rank of the row that each query was made from, 1 is best; ties count half.

    The rank is 1 + the rows strictly closer + half of the other rows that are exactly as close,
    float64 [Q].

    Raises:
        ValueError: D differs, or a row is outside the gallery.
    """
    _check_rows(query_QD.shape[0], gallery_ND.shape[0], truth_Q)
    rank_Q = np.empty(len(truth_Q))
    for block, similarity_bN in similarity_blocks(query_QD, gallery_ND):
        truth_b = truth_Q[block]
        own_b1 = np.take_along_axis(similarity_bN, truth_b[:, None], axis=1)
        closer_b = (similarity_bN > own_b1 + TIE).sum(1)
        not_further_b = (similarity_bN >= own_b1 - TIE).sum(1)
        rank_Q[block] = 1 + closer_b + (not_further_b - closer_b - 1) / 2
    return rank_Q


def is_found(rank_Q: Floats, k: int, num_items: int) -> NDArray[np.bool_]:
    """Whether each rank is among the first k, bool [Q]: rank < k + 1, as 10.5 is between 10 and 11.

    Raises:
        ValueError: k is outside 1..num_items.
    """
    if not 1 <= k <= num_items:
        raise ValueError(f"recall@k: expected k of 1 to {num_items} (the items), got {k}")
    return rank_Q < k + 1


def recall_at_k(query_QD: Vectors, gallery_ND: Vectors, truth_Q: Ints, *, k: int) -> Estimate:
    """Share of queries whose row is among the k nearest by cosine, ties counting half.

    Raises:
        ValueError: k is outside 1..N, or D differs.
    """
    return share_estimate(is_found(ranks(query_QD, gallery_ND, truth_Q), k, gallery_ND.shape[0]))


def neighbour_agreement(
    gallery_ND: Vectors, rows_Q: Ints, attributes: Mapping[str, Ints], *, k: int
) -> dict[str, Estimate]:
    """Share of each row's k nearest other rows that have one of its values, for each attribute.

    Where more rows tie for the last places than there are places, each counts in part: the
    expectation over all ways to break the tie. Rows without the attribute ask nothing (they do
    not count in n), but as somebody's neighbour they disagree.

    Raises:
        ValueError: there are no k other rows, or an attribute has not N rows.
    """
    num_items = gallery_ND.shape[0]
    if not 1 <= k < num_items:
        raise ValueError(
            f"agreement@k: expected k of 1 to {num_items - 1} (the other items), got {k}"
        )
    _check_rows(len(rows_Q), num_items, rows_Q)
    for field, codes_NM in attributes.items():
        if codes_NM.shape[0] != num_items:
            raise ValueError(f"attribute {field}: expected {num_items} rows, got {len(codes_NM)}")
    share_Q = {field: np.zeros(len(rows_Q)) for field in attributes}
    for block, similarity_bN in similarity_blocks(gallery_ND[rows_Q], gallery_ND):
        similarity_bN[np.arange(len(similarity_bN)), rows_Q[block]] = -np.inf
        asker_P, neighbour_P, weight_P = _neighbour_pairs(similarity_bN, k)
        for field, codes_NM in attributes.items():
            asked_P = rows_Q[block][asker_P]
            agree_P = weight_P * shares_a_value(codes_NM[asked_P], codes_NM[neighbour_P])
            share_Q[field][block] = np.bincount(asker_P, agree_P, minlength=len(similarity_bN))
    asks = {field: (codes_NM[rows_Q] >= 0).any(1) for field, codes_NM in attributes.items()}
    return {
        field: share_estimate(np.minimum(share_Q[field][asks_Q], 1.0))
        for field, asks_Q in asks.items()
        if asks_Q.any()
    }


def _neighbour_pairs(similarity_bN: Floats, k: int) -> tuple[Ints, Ints, Floats]:
    """Pairs (row of the block, neighbour) and their weights, which sum to 1 for each row."""
    kth_b1 = np.partition(similarity_bN, -k, axis=1)[:, -k, None]
    asker_P, neighbour_P = np.nonzero(similarity_bN >= kth_b1 - TIE)
    is_tied_P = similarity_bN[asker_P, neighbour_P] <= kth_b1[asker_P, 0] + TIE
    num_tied_b = np.bincount(asker_P, is_tied_P, minlength=len(similarity_bN))
    num_closer_b = np.bincount(asker_P, ~is_tied_P, minlength=len(similarity_bN))
    tied_weight_b = (k - num_closer_b) / (k * num_tied_b)
    return asker_P, neighbour_P, np.where(is_tied_P, tied_weight_b[asker_P], 1 / k)


def shares_a_value(a_PM: Ints, b_PM: Ints) -> NDArray[np.bool_]:
    """Whether two rows of codes have one in common, bool [P]; -1 is padding and equals nothing."""
    equal_P = np.zeros(len(a_PM), np.bool_)
    for m in range(a_PM.shape[1]):
        code_P1 = a_PM[:, m, None]
        equal_P |= ((code_P1 == b_PM) & (code_P1 >= 0)).any(1)
    return equal_P


def _check_rows(num_queries: int, num_items: int, rows_Q: Ints) -> None:
    if len(rows_Q) != num_queries:
        raise ValueError(f"expected one row for each of {num_queries} queries, got {len(rows_Q)}")
    if len(rows_Q) and not (rows_Q.min() >= 0 and rows_Q.max() < num_items):
        raise ValueError(f"expected rows of 0 to {num_items - 1}, got {rows_Q.max()}")
