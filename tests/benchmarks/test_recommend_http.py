"""The recommendation's benchmark on a few items, on the real API and PostgreSQL."""

import pytest

from benchmarks.clients import latencies
from benchmarks.recommend_http import RecommendConfig, measure


def test_the_line_has_percentiles_of_both_sides_for_one_client_and_for_eight() -> None:
    config = RecommendConfig(num_items=40, copies=2, dimension=16, num_liked=10, rounds=1, calls=16)
    outcome = measure(config)
    assert outcome.benchmark == "recommend_http"
    assert outcome.target is None
    assert outcome.met is None
    assert outcome.figures["items"] == 80
    for clients in ("clients_1", "clients_8"):
        figures = outcome.figures[clients]
        assert isinstance(figures, dict)
        assert figures["calls"] == 16
        assert figures["p99_ms"] >= figures["p50_ms"] > 0
        assert figures["sql_p99_ms"] >= figures["sql_p50_ms"] > 0


def test_a_client_that_fails_ends_the_measurement() -> None:
    class Broken:
        def __enter__(self) -> object:
            raise ConnectionRefusedError("nobody there")

        def __exit__(self, *error: object) -> None:
            raise AssertionError("it was never entered")

    with pytest.raises(ConnectionRefusedError, match="nobody there"):
        latencies(Broken, num_clients=1, num_calls=1)  # type: ignore[arg-type]
