"""The embeddings on a plane: t-SNE of a sample, coloured by the attribute that orders it most.

Shape legend: N items, n items drawn, D values of an embedding.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation import Evaluation
from training.report.scale import Scale
from training.similarity import Floats

MAP_SIZE = 720
NUM_COLOURS = 9
_MARGIN = 16
_MAX_POINTS = 2000
_PERPLEXITY = 30
_MAX_VALUES = 20
_MIN_SHARE = 0.01


@dataclass(frozen=True, kw_only=True)
class Point:
    """One item: its place, its row in the catalogue, and its colour, NUM_COLOURS for other."""

    x: float
    y: float
    row: int
    colour: int


@dataclass(frozen=True, kw_only=True)
class EmbeddingMap:
    """Attributes: `field` that colours it or None, its `legend` of values and item counts in the
    order of the colours, the `points`, the `num_other` items of further values or of none, and
    the `method` that laid them out.
    """

    field: str | None
    legend: list[tuple[str, int]]
    points: list[Point]
    num_other: int
    method: str


def embedding_map(evaluation: Evaluation, *, seed: int = 0) -> EmbeddingMap:
    """Lay out at most `_MAX_POINTS` items, drawn with the seed."""
    num_items = len(evaluation.items)
    rows = np.sort(np.random.RandomState(seed).permutation(num_items)[:_MAX_POINTS])
    place_n2, method = _layout(evaluation.gallery_vectors[rows], seed)
    x, y = _axis(place_n2[:, 0]), _axis(place_n2[:, 1])
    field = colouring_field(evaluation)
    colour_of, legend = _colours(evaluation, field, rows)
    points = [
        Point(x=x.at(px), y=y.at(py), row=int(row), colour=colour_of.get(int(row), NUM_COLOURS))
        for row, (px, py) in zip(rows, place_n2.tolist(), strict=True)
    ]
    return EmbeddingMap(
        field=field,
        legend=legend,
        points=points,
        num_other=sum(point.colour == NUM_COLOURS for point in points),
        method=method,
    )


def _layout(vectors_nD: NDArray[np.float32], seed: int) -> tuple[Floats, str]:
    """Places [n, 2] and the name of the method: t-SNE needs many items that differ."""
    narrow = _principal(vectors_nD, 50)
    if len(narrow) <= 3 * _PERPLEXITY or np.abs(narrow).max() < 1e-6:
        return narrow[:, :2], "PCA"
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    tsne = TSNE(max_iter=400, init="pca", perplexity=_PERPLEXITY, random_state=seed)
    # Two threads of scikit-learn's t-SNE take several times as long as one: they spin.
    with threadpool_limits(1):
        return tsne.fit_transform(narrow), "t-SNE"


def _principal(vectors_nD: NDArray[np.float32], count: int) -> Floats:
    """Principal components [n, count], largest first; missing ones are zero."""
    centred_nD = vectors_nD - vectors_nD.mean(0)
    _, axes_DD = np.linalg.eigh(centred_nD.T @ centred_nD)
    place_nD = centred_nD @ axes_DD[:, ::-1][:, :count]
    return np.pad(place_nD, ((0, 0), (0, max(0, count - place_nD.shape[1]))))


def _axis(place_n: Floats) -> Scale:
    low, high = float(place_n.min()), float(place_n.max())
    return Scale(low=low, high=max(high, low + 1e-9), start=_MARGIN, end=MAP_SIZE - _MARGIN)


def colouring_field(evaluation: Evaluation) -> str | None:
    """The attribute that neighbours share most beyond chance, among those with few values.

    Chance is that two items drawn at random share it; the gain is weighed by how many items have
    the attribute at all. Where no field has 3 to 20 frequent values, nothing is coloured.
    """
    agreement = evaluation.model["agreement@10"]
    gains = {}
    for field in agreement:
        counts, coverage = _value_counts(evaluation, field)
        frequent = [count for count in counts if count >= _MIN_SHARE * len(evaluation.items)]
        if 3 <= len(frequent) <= _MAX_VALUES:
            chance = sum((count / sum(counts)) ** 2 for count in counts)
            gains[field] = coverage * (agreement[field].value - chance)
    return max(gains, key=lambda field: gains[field]) if gains else None


def _value_counts(evaluation: Evaluation, field: str) -> tuple[list[int], float]:
    """How many items have each value, and the share that has any."""
    codes_NM = evaluation.codes[field]
    counts = np.bincount(codes_NM[codes_NM >= 0]).tolist()
    return counts, float((codes_NM >= 0).any(1).mean())


def _colours(
    evaluation: Evaluation, field: str | None, rows: NDArray[np.int64]
) -> tuple[dict[int, int], list[tuple[str, int]]]:
    """Colour of the rows with one of the most frequent values, and those values' counts."""
    if field is None:
        return {}, []
    first_N = evaluation.codes[field][:, 0]
    counts = Counter(code for code in first_N[rows].tolist() if code >= 0)
    frequent = [code for code, _ in counts.most_common(NUM_COLOURS)]
    colour = {code: i for i, code in enumerate(frequent)}
    values = evaluation.schema.standard[field]
    legend = [(values[code], counts[code]) for code in frequent]
    return {int(row): colour[c] for row in rows if (c := int(first_N[row])) in colour}, legend
