"""An evaluation as a whole, on a stub embedding."""

import json
from typing import Any

import numpy as np
import pytest

from catalog.item import Item
from catalog.schema import Schema
from tests.training.evaluated import HELD_OUT, SCHEMA, catalogue, evaluated, hashed
from training.baselines import BASELINES
from training.comparison import as_json, changes, read_previous
from training.evaluation import metrics_json
from training.intervals import Estimate, wilson_interval
from training.metrics import recall_at_k


def estimate(share: float, n: int = 1000) -> Estimate:
    return Estimate(value=share, n=n, ci95=wilson_interval(share, n))


def test_model_and_baselines_are_measured_on_the_same_questions() -> None:
    evaluation = evaluated()
    assert list(evaluation.baselines) == list(BASELINES)
    systems = [evaluation.model, *evaluation.baselines.values()]
    assert {system["recall@1"].n for system in systems} == {len(HELD_OUT)}
    assert {system["agreement@10"]["color"].n for system in systems} == {len(HELD_OUT)}


def test_the_models_recall_is_that_of_its_vectors() -> None:
    evaluation = evaluated()
    queries = evaluation.queries
    recall = recall_at_k(hashed(queries.items), hashed(catalogue()), queries.rows, k=10)
    assert evaluation.model["recall@10"] == recall


def test_a_field_counts_only_the_held_out_items_that_have_it() -> None:
    having = sum("season" in item.clothes for item in catalogue() if item.item_id in HELD_OUT)
    agreement = evaluated().model["agreement@10"]
    assert agreement["season"].n == having
    assert "fit" not in agreement


def test_the_document_has_value_n_and_interval_of_everything_and_survives_json() -> None:
    document = metrics_json(evaluated(), data_digest="d1", generation="g0001")
    again = json.loads(json.dumps(document))
    assert again == document
    assert document["generation"] == "g0001"
    assert document["protocol"]["data_digest"] == "d1"
    assert document["protocol"]["num_queries"] == len(HELD_OUT)
    assert set(document["model"]["mrr"]) == {"value", "n", "ci95"}
    assert set(document["baselines"]["tfidf"]) == set(document["model"])
    assert (document["previous"], document["worse"], document["better"]) == (None, [], [])


@pytest.mark.parametrize("num_items", [1, 10])
def test_a_catalogue_without_ten_other_items_is_refused(num_items: int) -> None:
    with pytest.raises(ValueError, match=f"expected more than 10 items .* got {num_items}"):
        evaluated(catalogue(num_items), held_out=["i0"])


def test_an_embedding_that_is_not_normalised_is_refused() -> None:
    with pytest.raises(ValueError, match="expected unit length"):
        evaluated(embed=lambda items: 2 * hashed(items))


def test_an_item_that_is_empty_stays_in_the_gallery_and_asks_nothing() -> None:
    items = [*catalogue(), Item(item_id="empty")]
    evaluation = evaluated(items, held_out=[*HELD_OUT, "empty"])
    assert len(evaluation.queries.items) == len(HELD_OUT)
    assert evaluation.gallery_vectors.shape[0] == 41


@pytest.mark.parametrize(
    "schema",
    [Schema(standard={}, reinforced=("name",)), Schema(standard=SCHEMA.standard, reinforced=())],
)
def test_a_schema_of_one_kind_of_field_is_measured_too(schema: Schema) -> None:
    items = [
        Item(
            item_id=item.item_id,
            clothes=item.clothes if schema.standard else {},
            reinforced=item.reinforced if schema.reinforced else {},
        )
        for item in catalogue()
    ]
    evaluation = evaluated(items, schema=schema)
    assert evaluation.model["recall@10"].n > 0
    assert bool(evaluation.model["agreement@10"]) == bool(schema.standard)


def test_a_fall_beyond_noise_is_worse_and_a_rise_is_better() -> None:
    before = {
        "recall@1": estimate(0.5),
        "mrr": estimate(0.6),
        "agreement@10": {"color": estimate(0.7)},
    }
    now = {
        "recall@1": estimate(0.4),
        "mrr": estimate(0.61),
        "agreement@10": {"color": estimate(0.9)},
    }
    verdicts = {change.metric: change.verdict for change in changes(now, before)}
    assert verdicts == {
        "recall@1": "worse",
        "mrr": "within noise",
        "agreement@10.color": "better",
    }


def test_the_same_fall_on_few_queries_is_noise() -> None:
    (change,) = changes({"recall@1": estimate(0.4, 50)}, {"recall@1": estimate(0.5, 50)})
    assert change.verdict == "within noise"
    assert change.difference == pytest.approx(-0.1)


def test_a_smaller_previous_is_compared_in_what_both_have() -> None:
    before = {"recall@1": estimate(0.9), "agreement@10": {"gone": estimate(0.9)}}
    now = {
        "recall@1": estimate(0.4),
        "alignment": estimate(0.3),
        "agreement@10": {"color": estimate(0.9)},
    }
    assert [change.metric for change in changes(now, before)] == ["recall@1"]


def test_the_document_lists_what_got_worse_against_a_written_one(tmp_path: Any) -> None:
    document = metrics_json(evaluated(), data_digest="d1", generation="g0001")
    for record in (document["model"]["mrr"], document["model"]["agreement@10"]["color"]):
        record |= {"value": 0.999, "n": 5000, "ci95": [0.998, 1.0]}
    (tmp_path / "metrics.json").write_text(json.dumps(document))
    previous = read_previous(tmp_path / "metrics.json")
    compared = metrics_json(evaluated(), data_digest="d1", previous=previous)
    assert {entry["metric"] for entry in compared["worse"]} == {"mrr", "agreement@10.color"}
    assert compared["worse"][0]["previous"] == 0.999
    assert compared["previous"]["generation"] == "g0001"
    assert compared["previous"]["model"] == document["model"]


def test_a_field_called_value_is_still_a_field() -> None:
    agreement = {"agreement@10": {"value": estimate(0.5)}}
    assert as_json(agreement)["agreement@10"]["value"]["n"] == 1000


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"model": {"mrr": {"value": 1}}}', '{"model": 3}']
)
def test_a_previous_that_is_no_metrics_file_is_refused_by_name(tmp_path: Any, text: str) -> None:
    path = tmp_path / "metrics.json"
    path.write_text(text)
    with pytest.raises(
        ValueError, match=r"metrics.json: expected the metrics.json of an evaluation"
    ):
        read_previous(path)


def test_a_previous_that_is_not_there_is_refused_by_name(tmp_path: Any) -> None:
    with pytest.raises(ValueError, match=r"gone.json cannot be read: No such file"):
        read_previous(tmp_path / "gone.json")


def test_ranks_of_an_evaluation_belong_to_its_queries() -> None:
    evaluation = evaluated()
    assert evaluation.ranks.shape == (len(HELD_OUT),)
    assert np.mean(evaluation.ranks < 2) == evaluation.model["recall@1"].value
