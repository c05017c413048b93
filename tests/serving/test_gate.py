"""The gate: which metrics may fall, and by how much."""

import pytest

from serving.errors import InvalidRequest
from serving.gate import judge


def metrics(recall: object = 0.8, mrr: float = 0.6, **fields: float) -> dict[str, object]:
    """A metrics.json of three metrics."""
    agreement = {name: {"value": value, "n": 10, "ci95": [0, 1]} for name, value in fields.items()}
    return {
        "protocol": {"k": 10},
        "model": {"recall@10": {"value": recall}, "mrr": mrr, "agreement@10": agreement},
    }


def test_the_first_generation_has_nothing_against_it() -> None:
    assert judge(metrics(0.01), None).reasons == ()


def test_a_fall_within_the_margin_is_let_pass() -> None:
    verdict = judge(metrics(0.78, color=0.5), metrics(0.8, color=0.5), margin=0.02 + 1e-9)
    assert verdict.reasons == ()
    assert verdict.compared["recall@10"]["difference"] == pytest.approx(-0.02)


def test_every_metric_that_fell_too_far_is_a_reason_by_name() -> None:
    verdict = judge(metrics(0.7, color=0.3, season=0.9), metrics(0.8, color=0.5, season=0.1))
    assert verdict.reasons == (
        "recall@10 fell from 0.8000 to 0.7000, by more than 0.02",
        "agreement@10.color fell from 0.5000 to 0.3000, by more than 0.02",
    )


def test_fields_that_only_one_has_are_left_out_and_told() -> None:
    verdict = judge(metrics(color=0.3), metrics(season=0.9))
    assert verdict.left_out == ("agreement@10.color", "agreement@10.season")
    assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({}, r"metrics.model: expected an object of metrics, got None"),
        ({"model": {}}, r"metrics.model.recall@10: expected a share, got nothing"),
        (metrics(float("nan")), r"metrics.model.recall@10: expected a share in 0..1, got nan"),
        (metrics(True), r"recall@10: expected a share in 0..1, got True"),
        (metrics(1.5), r"recall@10: expected a share in 0..1, got 1.5"),
        (
            {"model": {"recall@10": 0.5, "agreement@10": []}},
            r"metrics.model.agreement@10: expected an object of fields, got \[\]",
        ),
    ],
)
def test_metrics_that_cannot_be_compared_are_refused_by_name(
    broken: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidRequest, match=said):
        judge(broken, metrics())


def test_a_margin_is_a_share() -> None:
    with pytest.raises(InvalidRequest, match=r"margin: expected 0..1, got -1"):
        judge(metrics(), None, margin=-1)
