"""Words of whole columns of text are those that the encoder finds in each text."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.columns.words import Vocabulary, cut
from catalog.encoder import split_words
from catalog.text import clean

# Signs and marks that join, change or fold into others, beside what texts are made of.
_ODD = "aB9 _-<>=&'\u0338\u0301\u0130ßﬁ½ＡｂⅣ한글옷\u1100\u1161ªé\u00a0\u2028²中。・"
_TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from(_ODD), st.characters(codec="utf-8")), max_size=30
)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(_TEXTS.map(clean), max_size=3), min_size=1, max_size=12))
def test_a_row_has_the_words_of_its_texts_each_once_and_in_order(rows: list[list[str]]) -> None:
    texts = [text for row in rows for text in row]
    row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    vocabulary = Vocabulary()
    for _ in range(2):  # the second time every piece is known
        found = vocabulary.split(pa.array(texts, pa.string()), row_of, len(rows))
        words: list[list[str]] = [[] for _ in rows]
        for row, word in zip(found.rows.tolist(), found.words.tolist(), strict=True):
            words[row].append(vocabulary.words[word])
        assert words == [split_words(row) for row in rows]
        assert found.counts.tolist() == [len(row) for row in words]
        assert found.places.tolist() == [place for row in words for place in range(len(row))]


def test_texts_are_cut_at_signs_and_at_their_ends() -> None:
    texts = pa.array(["Don't stop", "", "now", "--", "A_B"])
    pieces, of_text = cut(texts.slice(0, 5))
    assert pieces.to_pylist() == ["don", "t", "stop", "now", "a", "b"]
    assert of_text.tolist() == [0, 0, 0, 2, 4, 4]


def test_a_part_of_a_column_is_cut_like_a_column_of_its_own() -> None:
    pieces, of_text = cut(pa.array(["left out", "taken up", "too", "not"]).slice(1, 2))
    assert pieces.to_pylist() == ["taken", "up", "too"]
    assert of_text.tolist() == [0, 0, 1]
