"""The index's benchmark on a few vectors, on a real PostgreSQL."""

import numpy as np

from benchmarks.hnsw_recall import CASES, RecallConfig, measure
from benchmarks.stock import clustered_vectors
from serving.vector_tables import HnswConfig


def test_the_line_has_recall_rows_and_times_of_every_filter() -> None:
    config = RecallConfig(
        num_items=1200,
        dimension=16,
        num_clusters=20,
        num_queries=4,
        k=1,
        hnsw=HnswConfig(m=8, ef_construction=32, memory_mb=32, workers=0),
    )
    outcome = measure(config)
    assert outcome.benchmark == "hnsw_recall"
    assert outcome.target == 0.99
    assert outcome.ratio == 1.0, "few rows are all compared"
    assert outcome.met is True
    cases = outcome.figures["cases"]
    assert isinstance(cases, dict)
    assert set(cases) == set(CASES)
    for case in cases.values():
        assert case["recall_at_k"] == 1.0
        assert case["always_k_rows"] is True
        assert case["ms"] > 0
        assert case["exact_ms"] > 0


def test_vectors_of_a_cluster_are_as_near_as_the_spread_says() -> None:
    vectors, cluster = clustered_vectors(400, dimension=64, num_clusters=4, spread=0.5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    cosine = vectors @ vectors.T
    same = cluster[:, None] == cluster[None, :]
    np.fill_diagonal(same, False)
    assert abs(cosine[same].mean() - 1 / 1.25) < 0.02
    assert cosine[cluster[:, None] != cluster[None, :]].mean() < 0.3
