"""Korean particles, and the words of frames."""

import pytest

from training.instructions.phrases import fill, frame, load_phrases, particle


@pytest.mark.parametrize(
    ("text", "pair", "expected"),
    [
        ("색상", ("은", "는"), "은"),
        ("소재", ("은", "는"), "는"),
        ("블랙", ("이", "가"), "이"),
        ("셔츠", ("을", "를"), "를"),
        ("울", ("으로", "로"), "로"),
        ("블라우스", ("으로", "로"), "로"),
        ("면", ("으로", "로"), "으로"),
        ("“니트 조끼”", ("이라고", "라고"), "라고"),
        ("[1607]", ("과", "와"), "과"),
        ("[14029]", ("은", "는"), "는"),
        ("[shirt-black]", ("은", "는"), "은(는)"),
        ("코트", ("도", "도"), "도"),
    ],
)
def test_the_particle_fits_the_sound_before_it(
    text: str, pair: tuple[str, str], expected: str
) -> None:
    assert particle(text, *pair) == expected


def test_slots_are_filled_and_frames_keep_every_form_of_a_particle() -> None:
    assert fill("{label|은/는} {v}입니다.", {"label": "색상", "v": "블랙"}) == "색상은 블랙입니다."
    assert frame("{label|은/는} {v}입니다.").split() == ["은", "는", "입니다."]


def test_both_languages_have_every_kind_of_sentence() -> None:
    phrases = load_phrases()
    for kind, parts in phrases["en"].items():
        if isinstance(parts, dict) and kind != "clause":
            assert set(phrases["ko"][kind]) == set(parts)
