"""Texts: Korean, English or both, varied, and true to the design."""

import re
from collections import Counter

import pytest

from catalog.sample.products import SampleItem
from catalog.sample.words.terms import Term, named_terms, term, terms

HANGUL = re.compile("[가-힣]")
LATIN = re.compile("[A-Za-z]{3}")
FIELDS = (
    "category",
    "fiber_composition",
    "color",
    "category_specification",
    "specification.metadata",
)


def _texts(sample: SampleItem) -> dict[str, list[str]]:
    texts = sample.record.get("reinforced_feature_value", {})
    assert isinstance(texts, dict)
    return texts


def _languages(sample: SampleItem) -> str:
    said = " ".join(text for texts in _texts(sample).values() for text in texts)
    # Brand lines and sizes such as "MA-1" keep their letters in Korean pages.
    names = " ".join(_texts(sample).get("category", []) + _texts(sample).get("color", []))
    return "".join(
        code for code, found in (("k", HANGUL.search(said)), ("e", LATIN.search(names))) if found
    )


def test_pages_are_korean_or_english_or_both(catalogue: list[SampleItem]) -> None:
    counts = Counter(map(_languages, catalogue))
    for languages in ("k", "e", "ke"):
        assert counts[languages] > 200, counts


def test_hundreds_of_words_in_each_language(catalogue: list[SampleItem]) -> None:
    words = {
        word
        for sample in catalogue
        for texts in _texts(sample).values()
        for text in texts
        for word in re.findall(r"[\w'-]+", text.lower())
    }
    korean = {word for word in words if HANGUL.search(word)}
    assert len(korean) > 400
    assert len(words - korean) > 400


@pytest.mark.parametrize("field", FIELDS)
def test_each_reinforced_field_is_mostly_written(catalogue: list[SampleItem], field: str) -> None:
    written = sum(field in _texts(sample) for sample in catalogue)
    assert 0.7 * len(catalogue) < written < len(catalogue)


def test_names_hold_only_where_they_are_true(catalogue: list[SampleItem]) -> None:
    for sample in catalogue:
        names = " ".join(_texts(sample).get("category", []))
        if "turtleneck" in names or "터틀넥" in names:
            assert sample.design.neck == "turtle neck", sample.item_id
        if "linen shirt" in names or "린넨 셔츠" in names:
            assert sample.design.fabric_key == "linen", sample.item_id
        if "hoodie" in names or "후드티" in names:
            assert sample.design.neck == "hood", sample.item_id


def test_compositions_name_every_fibre_with_its_share(catalogue: list[SampleItem]) -> None:
    for sample in catalogue:
        for text in _texts(sample).get("fiber_composition", []):
            if "%" in text:
                shares = [int(share) for share in re.findall(r"(\d+)%", text)]
                assert shares == [share for _, share in sample.design.blend], sample.item_id


def test_a_term_has_both_languages() -> None:
    assert term(" wool | 울 ") == Term("wool", "울")
    assert terms("\n a | 가 \n\n b | 나 ") == (Term("a", "가"), Term("b", "나"))
    assert named_terms("belt | 벨트") == {"belt": Term("belt", "벨트")}


@pytest.mark.parametrize("text", ["wool", "wool |", "a | b | c"])
def test_a_term_without_both_languages_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a term is 'english \| korean', got"):
        term(text)
