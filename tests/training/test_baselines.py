"""Baselines against small counts done by hand."""

import math

import numpy as np
import pytest

from catalog.item import Item
from training.baselines import BASELINES, baseline_vectors
from training.metrics import ranks
from training.similarity import check_vectors

GALLERY = [
    Item(
        item_id="a",
        clothes={"color": ("White",), "season": ("summer",)},
        reinforced={"name": ("Linen Shirt",)},
    ),
    Item(item_id="b", clothes={"color": ("White", "Blue")}, reinforced={"name": ("Cotton shirt",)}),
    Item(item_id="c", clothes={"season": ("winter",)}, reinforced={"name": ("울 코트",)}),
    Item(item_id="d"),
]


def test_one_hot_rows_are_the_values_over_their_number() -> None:
    query = Item(clothes={"color": ("White",)}, reinforced={"name": ("shirt",)})
    query_QF, gallery_NF = baseline_vectors("one_hot", [query], GALLERY)
    cosine = (query_QF @ gallery_NF.T).toarray()[0]
    assert cosine == pytest.approx([math.sqrt(0.5), math.sqrt(0.5), 0, 0])


def test_a_value_counts_for_its_own_field_alone() -> None:
    gallery = [Item(clothes={"upper": ("Red",)}), Item(clothes={"lower": ("Red",)})]
    query_QF, gallery_NF = baseline_vectors("one_hot", [gallery[1]], gallery)
    assert (query_QF @ gallery_NF.T).toarray().tolist() == [[0.0, 1.0]]


def test_tfidf_weighs_a_rare_word_more_than_a_frequent_one() -> None:
    query = Item(reinforced={"name": ("SHIRT cotton",)})
    query_QF, gallery_NF = baseline_vectors("tfidf", [query], GALLERY)
    cosine = (query_QF @ gallery_NF.T).toarray()[0]
    idf_shirt, idf_cotton, idf_rare = (math.log(5 / (1 + df)) + 1 for df in (2, 1, 1))
    row_b = np.array([idf_shirt, idf_cotton, idf_shirt, idf_rare])
    asked = np.array([idf_shirt, idf_cotton])
    expected = asked @ asked / np.linalg.norm(asked) / np.linalg.norm(row_b)
    assert cosine[1] == pytest.approx(expected, abs=1e-6)
    assert cosine[1] > cosine[0] > cosine[2] == 0


def test_characters_find_a_word_that_is_only_part_of_another() -> None:
    query = Item(reinforced={"name": ("shirts",)})
    query_QF, gallery_NF = baseline_vectors("tfidf_characters", [query], GALLERY)
    assert (query_QF @ gallery_NF.T).toarray()[0, 0] > 0.1


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_gives_unit_rows_and_finds_a_whole_item(name: str) -> None:
    query_QF, gallery_NF = baseline_vectors(name, GALLERY[:3], GALLERY)
    check_vectors(name, gallery_NF)
    assert gallery_NF.shape[0] == 4
    assert ranks(query_QF, gallery_NF, np.arange(3)).tolist() == [1, 1, 1]


def test_a_catalogue_without_standard_values_leaves_every_row_zero() -> None:
    gallery = [Item(reinforced={"name": ("one",)}), Item(reinforced={"name": ("two",)})]
    query_QF, gallery_NF = baseline_vectors("one_hot", gallery, gallery)
    assert gallery_NF.nnz == query_QF.nnz == 0
    assert ranks(query_QF, gallery_NF, np.arange(2)).tolist() == [1.5, 1.5]


def test_an_unknown_baseline_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ValueError, match="expected one of one_hot, tfidf, tfidf_characters, got 'x'"
    ):
        baseline_vectors("x", GALLERY, GALLERY)
