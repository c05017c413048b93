"""Weighted choices and the notation of the tables."""

import random

import pytest

from catalog.sample.choice import pick, scaled, weights
from catalog.sample.styles.kinds import KINDS
from catalog.sample.styles.style import style


def test_weights_are_one_unless_told() -> None:
    assert weights("round neck*3, V-neck, boat neck*0.5") == {
        "round neck": 3.0,
        "V-neck": 1.0,
        "boat neck": 0.5,
    }
    assert weights("") == {}


def test_choices_follow_their_weights() -> None:
    rng = random.Random(0)
    drawn = [pick(rng, {"often": 3.0, "seldom": 1.0, "never": 0.0}) for _ in range(2000)]
    assert 0.7 < drawn.count("often") / len(drawn) < 0.8
    assert "never" not in drawn


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a choice of weight above 0, got \{'a': 0.0\}"):
        pick(random.Random(0), {"a": 0.0})


def test_factors_scale_only_what_they_name() -> None:
    assert scaled({"a": 2.0, "b": 3.0}, {"b": 2.0}) == {"a": 2.0, "b": 6.0}


def test_a_style_without_fabrics_is_refused() -> None:
    with pytest.raises(ValueError, match="expected something to choose from, got no fabrics"):
        style("x | y", cut="tee", price=1, seasons="f", genders="both", fabrics="")


def test_a_choice_that_no_style_has_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="'necklines'"):
        style(
            "x | y",
            cut="tee",
            price=1,
            seasons="f",
            genders="both",
            fabrics="jersey",
            necklines="V",
        )


def test_every_style_has_a_name_that_suits_all_its_garments() -> None:
    styles = [style for kind in KINDS for style in kind.styles]
    nameless = [s.names[0].term.en for s in styles if all(name.only_if for name in s.names)]
    assert nameless == []
