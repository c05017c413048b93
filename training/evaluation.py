"""One evaluation: the model and the baselines asked the same questions.

Knows an embedding only as a function from items to unit vectors, so that anything that has one
can be evaluated.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.item import Item
from catalog.schema import Schema
from training.baselines import BASELINES, baseline_vectors
from training.comparison import Change, as_json, changes
from training.metrics import ranks, retrieval_metrics
from training.queries import Protocol as QueryProtocol
from training.queries import Queries, attribute_codes, make_queries

NUM_NEIGHBOURS = 10


class Embed(Protocol):
    """Embeds items as unit-length float32 [N, D]."""

    def __call__(self, items: Sequence[Item]) -> NDArray[np.float32]:
        """Embed items, in order."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What was asked and what came out.

    Attributes:
        schema: the catalogue's.
        items: the gallery, N items.
        protocol: how the questions were drawn.
        queries: the questions.
        query_vectors: the model's embeddings of the questions, float32 [Q, D].
        gallery_vectors: its embeddings of the items, float32 [N, D].
        ranks: rank of the right item for each question, float64 [Q].
        codes: each standard field's values of each item, int32 [N, M].
        model: the model's measurements, as `retrieval_metrics` gives them.
        baselines: the same of each baseline.
    """

    schema: Schema
    items: Sequence[Item]
    protocol: QueryProtocol
    queries: Queries
    query_vectors: NDArray[np.float32]
    gallery_vectors: NDArray[np.float32]
    ranks: NDArray[np.floating[Any]]
    codes: dict[str, NDArray[np.int32]]
    model: dict[str, Any]
    baselines: dict[str, dict[str, Any]]


def evaluate(
    items: Sequence[Item],
    schema: Schema,
    held_out: Collection[str],
    embed: Embed,
    protocol: QueryProtocol,
) -> Evaluation:
    """Measure an embedding and the baselines on held-out items.

    Args:
        items: the whole catalogue; all of it is searched.
        schema: the catalogue's.
        held_out: ids of the items that the model was not trained on.
        embed: the model.
        protocol: how questions are drawn.

    Raises:
        ValueError: there are too few items to look for neighbours among, no question can be
            asked, or the embedding gives no unit vectors.
    """
    if len(items) <= NUM_NEIGHBOURS:
        raise ValueError(
            f"expected more than {NUM_NEIGHBOURS} items to look for {NUM_NEIGHBOURS} neighbours "
            f"among, got {len(items)}: evaluate a larger catalogue"
        )
    queries = make_queries(items, held_out, protocol)
    codes = attribute_codes(items, schema.standard)
    query_QD, gallery_ND = embed(queries.items), embed(items)
    return Evaluation(
        schema=schema,
        items=items,
        protocol=protocol,
        queries=queries,
        query_vectors=query_QD,
        gallery_vectors=gallery_ND,
        codes=codes,
        model=_measure(query_QD, gallery_ND, queries, codes),
        ranks=ranks(query_QD, gallery_ND, queries.rows),
        baselines={
            name: _measure(*baseline_vectors(name, queries.items, items), queries, codes)
            for name in BASELINES
        },
    )


def _measure(
    query_QD: Any, gallery_ND: Any, queries: Queries, codes: dict[str, NDArray[np.int32]]
) -> dict[str, Any]:
    return retrieval_metrics(
        query_QD, gallery_ND, queries.rows, codes, num_neighbours=NUM_NEIGHBOURS
    )


def protocol_json(evaluation: Evaluation, data_digest: str) -> dict[str, Any]:
    """What has to be equal for two evaluations to have asked the same questions."""
    return {
        **asdict(evaluation.protocol),
        "num_queries": len(evaluation.queries.items),
        "num_items": len(evaluation.items),
        "ties": "half",
        "data_digest": data_digest,
        "schema_digest": evaluation.schema.digest(),
    }


def compare(evaluation: Evaluation, previous: dict[str, Any] | None) -> list[Change]:
    """Changes against `read_previous`'s document; none where there is no previous generation."""
    return changes(evaluation.model, previous["model"]) if previous else []


def metrics_json(
    evaluation: Evaluation,
    *,
    data_digest: str,
    previous: dict[str, Any] | None = None,
    generation: str | None = None,
) -> dict[str, Any]:
    """The document `metrics.json`.

    `worse` and `better` list the changes against the previous generation that are beyond noise.
    """
    document: dict[str, Any] = {"generation": generation} if generation else {}
    changed = compare(evaluation, previous)
    return document | {
        "protocol": protocol_json(evaluation, data_digest),
        "model": as_json(evaluation.model),
        "baselines": as_json(evaluation.baselines),
        "previous": previous and {**previous, "model": as_json(previous["model"])},
        "worse": [change.to_json() for change in changed if change.verdict == "worse"],
        "better": [change.to_json() for change in changed if change.verdict == "better"],
    }
