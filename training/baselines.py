"""What simple counting gets: the vectors that a model has to beat.

Each baseline is fitted on the whole gallery, as a shop could do, and gives unit-length sparse
rows for queries and gallery. They see what the encoder sees: standard values and folded words.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from catalog.encoder import split_words
from catalog.item import Item

Sparse: TypeAlias = Any
"""A SciPy CSR matrix [rows, features], rows of length 1 or zero."""

BASELINES = {
    "one_hot": "One-hot standard fields",
    "tfidf": "TF-IDF, fields and words",
    "tfidf_characters": "TF-IDF, characters 3-5",
}
"""Name in `metrics.json`, and what a reader is told it is."""


def baseline_vectors(
    name: str, queries: Sequence[Item], gallery: Sequence[Item]
) -> tuple[Sparse, Sparse]:
    """Vectors of a baseline.

    Args:
        name: one of BASELINES.
        queries: Q incomplete items.
        gallery: N whole items, which the baseline is fitted on.

    Returns:
        Rows [Q, F] and [N, F] of equal F.

    Raises:
        ValueError: the name is none of BASELINES.
    """
    makers = {"one_hot": one_hot, "tfidf": tfidf, "tfidf_characters": tfidf_characters}
    if name not in makers:
        raise ValueError(f"baseline: expected one of {', '.join(makers)}, got {name!r}")
    return makers[name](queries, gallery)


def one_hot(queries: Sequence[Item], gallery: Sequence[Item]) -> tuple[Sparse, Sparse]:
    """Standard values as ones and zeros, compared by cosine."""
    return _one_hot([list(_values(item)) for item in queries], [list(_values(i)) for i in gallery])


def _one_hot(queries: list[list[str]], gallery: list[list[str]]) -> tuple[Sparse, Sparse]:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counts = CountVectorizer(
        analyzer=_itself,
        lowercase=False,
        binary=True,
        dtype=np.float32,
        vocabulary=_vocabulary(gallery),
    )
    return normalize(counts.transform(queries)), normalize(counts.transform(gallery))


def tfidf(queries: Sequence[Item], gallery: Sequence[Item]) -> tuple[Sparse, Sparse]:
    """Standard values and words, each weighed by how rare it is."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = [[*_values(item), *_words(item)] for item in gallery]
    weights = TfidfVectorizer(
        analyzer=_itself, lowercase=False, vocabulary=_vocabulary(rows), dtype=np.float32
    )
    gallery_NF = weights.fit_transform(rows)
    return weights.transform([[*_values(item), *_words(item)] for item in queries]), gallery_NF


def tfidf_characters(queries: Sequence[Item], gallery: Sequence[Item]) -> tuple[Sparse, Sparse]:
    """Runs of three to five characters within words and values, weighed alike."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [_text(item) for item in gallery]
    weights = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32)
    gallery_NF = weights.fit_transform(texts)
    return weights.transform([_text(item) for item in queries]), gallery_NF


def _values(item: Item) -> Iterator[str]:
    return (f"{field}={value}" for field, values in item.clothes.items() for value in values)


def _words(item: Item) -> Iterator[str]:
    return (word for texts in item.reinforced.values() for word in split_words(texts))


def _text(item: Item) -> str:
    return " ".join([*_values(item), *_words(item)])


def _itself(row: list[str]) -> list[str]:
    """The analyser of rows that are cut into features already."""
    return row


def _vocabulary(rows: list[list[str]]) -> dict[str, int]:
    """Number of each feature. Never empty, as scikit-learn refuses that: a catalogue without
    standard values is a legal one, whose rows are then all zero.
    """
    features = dict.fromkeys(feature for row in rows for feature in row)
    return {feature: column for column, feature in enumerate(features or {"": 0})}
