"""Every measurement against a recount with plain loops."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.geometry import alignment, uniformity
from training.metrics import (
    is_found,
    neighbour_agreement,
    ranks,
    recall_at_k,
    retrieval_metrics,
    shares_a_value,
)
from training.similarity import similarity_blocks

Floats = NDArray[np.float32]


def unit_rows(num_rows: int, dimension: int, seed: int) -> Floats:
    rows = np.random.RandomState(seed).standard_normal((num_rows, dimension)).astype(np.float32)
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def coarse_rows(num_rows: int, seed: int) -> Floats:
    """Unit rows of few distinct values, so that many similarities tie."""
    rows = np.random.RandomState(seed).randint(0, 2, (num_rows, 4)).astype(np.float32)
    rows[:, 0] = 1
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def rank_by_loops(query: Floats, gallery: Floats, truth: int) -> float:
    own = float(query @ gallery[truth])
    rank = 1.0
    for row, vector in enumerate(gallery):
        similarity = float(query @ vector)
        if row != truth and abs(similarity - own) <= 1e-6:
            rank += 0.5
        elif similarity > own:
            rank += 1
    return rank


def agreement_by_loops(
    gallery: Floats, rows: list[int], values: list[set[int]], k: int
) -> list[float]:
    """The mean over all ways to choose the k nearest where some tie."""
    shares = []
    for asked in rows:
        others = [row for row in range(len(gallery)) if row != asked]
        similarity = {row: round(float(gallery[row] @ gallery[asked]), 5) for row in others}
        best = sum(sorted(similarity.values(), reverse=True)[:k])
        choices = [
            choice
            for choice in itertools.combinations(others, k)
            if abs(sum(similarity[row] for row in choice) - best) < 1e-9
        ]
        agree = [sum(bool(values[row] & values[asked]) for row in choice) / k for choice in choices]
        shares.append(sum(agree) / len(agree))
    return shares


def as_codes(values: list[set[int]]) -> NDArray[np.int32]:
    width = max(len(row) for row in values)
    return np.array([sorted(row) + [-1] * (width - len(row)) for row in values], np.int32)


@pytest.mark.parametrize("make", [lambda n, s: unit_rows(n, 8, s), coarse_rows])
def test_ranks_equal_a_recount_with_plain_loops(make: Callable[[int, int], Floats]) -> None:
    gallery, query = make(40, 0), make(15, 1)
    truth = np.random.RandomState(2).randint(0, 40, 15)
    expected = [rank_by_loops(query[q], gallery, truth[q]) for q in range(15)]
    assert ranks(query, gallery, truth).tolist() == expected


def test_sparse_and_dense_rows_get_the_same_measurements() -> None:
    gallery, query, truth = coarse_rows(40, 0), coarse_rows(15, 1), np.arange(15)
    codes = {"color": np.arange(40, dtype=np.int32)[:, None] % 3}
    dense = retrieval_metrics(query, gallery, truth, codes)
    sparse = retrieval_metrics(csr_matrix(query), csr_matrix(gallery), truth, codes)
    assert sparse["recall@10"] == dense["recall@10"]
    assert sparse["agreement@10"] == dense["agreement@10"]
    assert sparse["alignment"].value == pytest.approx(dense["alignment"].value, abs=1e-6)
    assert sparse["uniformity"].value == pytest.approx(dense["uniformity"].value, abs=1e-6)


def test_blocks_of_queries_add_up_to_the_whole() -> None:
    gallery, query = unit_rows(40, 8, 0), unit_rows(15, 8, 1)
    blocks = list(similarity_blocks(query, gallery, max_values=4 * 40))
    assert [block for block, _ in blocks] == [slice(0, 4), slice(4, 8), slice(8, 12), slice(12, 15)]
    whole = np.concatenate([similarity for _, similarity in blocks])
    assert np.allclose(whole, query @ gallery.T, atol=1e-6)


def test_two_rows_that_tie_for_the_first_place_are_found_at_1_and_three_are_not() -> None:
    query = np.array([[1.0, 0.0]], np.float32)
    gallery = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], np.float32)
    assert ranks(query, gallery, np.array([0])).tolist() == [1.5]
    assert recall_at_k(query, gallery, np.array([0]), k=1).value == 1.0
    gallery[2] = gallery[0]
    assert ranks(query, gallery, np.array([0])).tolist() == [2.0]
    assert recall_at_k(query, gallery, np.array([0]), k=1).value == 0.0


def test_recall_and_mrr_are_means_over_the_queries() -> None:
    gallery, query, truth = unit_rows(30, 4, 0), unit_rows(12, 4, 1), np.arange(12)
    rank = [rank_by_loops(query[q], gallery, q) for q in range(12)]
    result = retrieval_metrics(query, gallery, truth, {})
    assert result["recall@1"].value == sum(r < 2 for r in rank) / 12
    assert result["recall@10"].value == pytest.approx(sum(r < 11 for r in rank) / 12)
    assert result["mrr"].value == pytest.approx(sum(1 / r for r in rank) / 12)
    assert {result[name].n for name in ("recall@1", "recall@10", "mrr")} == {12}


@pytest.mark.parametrize("k", [0, 31])
def test_recall_beyond_the_items_is_refused(k: int) -> None:
    with pytest.raises(
        ValueError, match=rf"recall@k: expected k of 1 to 30 \(the items\), got {k}"
    ):
        is_found(np.ones(3), k, 30)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_agreement_of_tied_neighbours_is_the_mean_over_all_ways_to_break_the_tie(k: int) -> None:
    gallery, rows = coarse_rows(9, 0), [0, 4, 7]
    values = [{0}, {1}, {0, 2}, {2}, {1, 2}, {0}, {1}, {2}, {0, 1}]
    agreement = neighbour_agreement(gallery, np.array(rows), {"color": as_codes(values)}, k=k)
    expected = agreement_by_loops(gallery, rows, values, k)
    assert agreement["color"].value == pytest.approx(sum(expected) / 3)


def test_agreement_without_ties_counts_the_nearest_other_rows() -> None:
    gallery, rows = unit_rows(12, 5, 3), list(range(6))
    values = [{row % 3} for row in range(12)]
    agreement = neighbour_agreement(gallery, np.array(rows), {"color": as_codes(values)}, k=4)
    assert agreement["color"].value == pytest.approx(
        sum(agreement_by_loops(gallery, rows, values, 4)) / 6
    )


def test_an_item_without_the_attribute_asks_nothing_but_disagrees_as_a_neighbour() -> None:
    gallery = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    color = np.array([[0], [-1], [-1]], np.int32)
    agreement = neighbour_agreement(gallery, np.arange(3), {"color": color}, k=1)["color"]
    assert (agreement.value, agreement.n) == (0.0, 1)


def test_an_attribute_that_no_query_has_is_not_measured() -> None:
    gallery = unit_rows(3, 2, 0)
    color = np.full((3, 1), -1, np.int32)
    assert neighbour_agreement(gallery, np.arange(3), {"color": color}, k=1) == {}


@pytest.mark.parametrize(("num_items", "k"), [(1, 1), (10, 10), (10, 0)])
def test_more_neighbours_than_other_items_are_refused(num_items: int, k: int) -> None:
    rows = unit_rows(num_items, 4, 0)
    expected = rf"expected k of 1 to {num_items - 1} \(the other items\), got {k}"
    with pytest.raises(ValueError, match=expected):
        neighbour_agreement(rows, np.arange(num_items), {}, k=k)


def test_an_attribute_of_other_length_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="attribute color: expected 5 rows, got 4"):
        neighbour_agreement(
            unit_rows(5, 4, 0), np.arange(5), {"color": np.zeros((4, 1), np.int32)}, k=1
        )


def test_two_rows_of_values_agree_when_they_share_one() -> None:
    a = np.array([[1, 2], [1, -1], [-1, -1]], np.int32)
    b = np.array([[2, 3], [2, -1], [-1, -1]], np.int32)
    assert shares_a_value(a, b).tolist() == [True, False, False]


def test_alignment_is_the_mean_squared_distance_of_pairs() -> None:
    a, b = unit_rows(7, 3, 0), unit_rows(7, 3, 1)
    expected = sum(float(((x - y) ** 2).sum()) for x, y in zip(a, b, strict=True)) / 7
    assert alignment(a, b).value == pytest.approx(expected, abs=1e-6)


def test_uniformity_is_the_log_of_the_mean_kernel_over_pairs() -> None:
    rows = unit_rows(9, 3, 0)
    kernel = [
        math.exp(-2 * float(((x - y) ** 2).sum())) for x, y in itertools.permutations(rows, 2)
    ]
    measured = uniformity(rows)
    assert measured.value == pytest.approx(math.log(sum(kernel) / len(kernel)), abs=1e-6)
    assert measured.n == 9


def test_the_interval_of_uniformity_is_as_wide_as_repeated_samples_differ() -> None:
    measured = [uniformity(unit_rows(200, 3, seed) * [1, 1, 1]) for seed in range(60)]
    spread = 1.96 * float(np.std([one.value for one in measured]))
    half = float(np.mean([(one.ci95[1] - one.ci95[0]) / 2 for one in measured]))
    # On the full sphere the first-order term vanishes, so the interval may only be too wide.
    assert half >= spread * 0.7


def test_uniformity_of_many_items_is_that_of_a_sample_and_says_so() -> None:
    assert uniformity(unit_rows(50, 3, 0), max_items=20).n == 20


def test_uniformity_of_a_single_item_is_refused() -> None:
    with pytest.raises(ValueError, match="uniformity: expected at least 2 items, got 1"):
        uniformity(unit_rows(1, 3, 0))


def test_vectors_of_another_length_are_refused_with_the_row() -> None:
    gallery = unit_rows(12, 4, 0)
    gallery[3] *= 2
    with pytest.raises(ValueError, match=r"gallery vectors: expected unit length, got 2 in row 3"):
        retrieval_metrics(gallery[:2], gallery, np.arange(2), {})


def test_vectors_that_are_no_numbers_are_refused() -> None:
    gallery = unit_rows(12, 4, 0)
    query = gallery[:2].copy()
    query[1, 0] = np.nan
    with pytest.raises(ValueError, match="query vectors: expected unit length, got nan in row 1"):
        retrieval_metrics(query, gallery, np.arange(2), {})


def test_vectors_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="expected vectors of one size, got 3 and 4"):
        ranks(unit_rows(2, 3, 0), unit_rows(12, 4, 0), np.arange(2))


def test_an_answer_outside_the_gallery_is_refused() -> None:
    with pytest.raises(ValueError, match="expected rows of 0 to 11, got 12"):
        ranks(unit_rows(2, 4, 0), unit_rows(12, 4, 0), np.array([0, 12]))
