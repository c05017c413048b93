"""Colours follow the seasons, and colourways of one product differ."""

import random
from collections import Counter

import pytest

from catalog.sample.attributes import design_garment
from catalog.sample.colours import COLOUR_WEIGHTS, SHADES
from catalog.sample.colourways import (
    MIXED_PRINTS,
    PRINTS,
    TWO_COLOUR_PRINTS,
    luminance,
    make_colourways,
)
from catalog.sample.products import SampleItem


def _share(catalogue: list[SampleItem], season: str, colours: set[str]) -> float:
    worn = [s.colourway.shades[0].colour for s in catalogue if season in s.design.season]
    counts = Counter(worn)
    return sum(counts[colour] for colour in colours) / len(worn)


def test_summer_is_lighter_than_winter(catalogue: list[SampleItem]) -> None:
    deep, light = {"Black", "Gray", "Brown", "Red"}, {"White", "Yellow", "Pink", "Orange"}
    assert _share(catalogue, "w", deep) > 1.3 * _share(catalogue, "u", deep)
    assert _share(catalogue, "u", light) > 1.3 * _share(catalogue, "w", light)


def test_mixed_is_the_colour_of_prints_of_many_colours(catalogue: list[SampleItem]) -> None:
    for sample in catalogue:
        is_mixed = sample.colourway.colours == ("Mixed",)
        assert is_mixed == (sample.design.print in MIXED_PRINTS), sample.item_id


def test_prints_of_two_colours_name_both_and_can_be_seen(catalogue: list[SampleItem]) -> None:
    for sample in catalogue:
        if sample.design.print in TWO_COLOUR_PRINTS:
            first, second = sample.colourway.shades
            assert sample.colourway.colours == (first.colour, second.colour)
            assert abs(luminance(first.rgb) - luminance(second.rgb)) >= 70, sample.item_id


def test_every_colour_has_shades_and_a_weight() -> None:
    assert set(SHADES) == set(COLOUR_WEIGHTS)
    assert all(shade.colour == colour for colour in SHADES for shade in SHADES[colour])


@pytest.mark.parametrize("seed", range(12))
def test_colourways_of_one_product_are_unlike(seed: int) -> None:
    rng = random.Random(seed)
    design = design_garment(rng, PRINTS - MIXED_PRINTS)
    ways = make_colourways(rng, design, 4)
    assert 1 <= len(ways) <= 4
    assert len({way.colours[0] for way in ways}) == len(ways)
