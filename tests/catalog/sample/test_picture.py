"""Pictures show what the attributes say: each value is drawn differently from the others."""

import io
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from catalog.sample.attributes import Design
from catalog.sample.colours import SHADES
from catalog.sample.colourways import MIXED_PRINTS, PRINTS, Colourway
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import SIDES, along, box, puffed, quad, symmetric
from catalog.sample.draw.picture import draw_picture, picture_bytes
from catalog.sample.draw.surfaces import TILE, surface_tile
from catalog.sample.products import SampleItem
from catalog.schema import default_schema

VISIBLE = 0.0015
"""Share of the pixels that must differ clearly for a difference to be seen."""


def _plain(colour: str = "Pink") -> Colourway:
    return Colourway(colours=(colour,), shades=(SHADES[colour][0],))


def _mixed() -> Colourway:
    shades = [SHADES[colour][0] for colour in ("Beige", "Red", "Green", "Black")]
    return Colourway(colours=("Mixed",), shades=tuple(shades))


def _changed(first: Image.Image, second: Image.Image, limit: int = 24) -> float:
    """Share of pixels that differ by more than `limit` of 255."""
    grey = ImageChops.difference(first, second).convert("L")
    return sum(grey.histogram()[limit + 1 :]) / (grey.width * grey.height)


def _assert_unlike(pictures: dict[str, Image.Image]) -> None:
    alike = [
        pair
        for pair in combinations(pictures, 2)
        if _changed(pictures[pair[0]], pictures[pair[1]]) < VISIBLE
    ]
    assert alike == []


@pytest.fixture(scope="module")
def designs(catalogue: list[SampleItem]) -> dict[str, Design]:
    """A plain design of each kind, by slug, and of each cut."""
    found: dict[str, Design] = {}
    for sample in catalogue:
        plain = replace(sample.design, print="solid", features=())
        found.setdefault(sample.design.kind.slug, plain)
        found.setdefault(sample.design.cut, plain)
    return found


@pytest.fixture(scope="module")
def blouse(designs: dict[str, Design]) -> Design:
    return replace(
        designs["blouse"], fabric_key="poplin", transparency="none", closure="none", fit="regular",
        neck="round neck", sleeve="l", sleeve_design="basic sleeve", length="nomal", season="u",
    )  # fmt: skip


def _drawn(design: Design, field: str, values: Iterable[str]) -> dict[str, Image.Image]:
    found = {}
    for value in values:
        change: dict[str, Any] = {field: value}
        found[value] = draw_picture(replace(design, **change), _plain())
    return found


def test_each_category_has_a_shape_of_its_own(designs: dict[str, Design]) -> None:
    kinds = {design.kind.slug: design for design in designs.values()}
    assert len(kinds) == 13
    _assert_unlike({slug: draw_picture(design, _plain()) for slug, design in kinds.items()})


@pytest.mark.parametrize("colour", SHADES)
def test_each_colour_is_the_colour_of_the_garment(blouse: Design, colour: str) -> None:
    way = _plain(colour)
    chest = ImageStat.Stat(draw_picture(blouse, way).crop((140, 170, 180, 200))).mean
    distance = [abs(a - b) for a, b in zip(chest, way.shades[0].rgb, strict=True)]
    assert max(distance) < 30, (colour, distance)


def test_each_neck_can_be_told_from_the_others(blouse: Design) -> None:
    necks = default_schema().standard["top.neck_color_design"]
    _assert_unlike(_drawn(replace(blouse, sleeve="n", sleeve_design=""), "neck", necks))


def test_each_length_of_sleeve_can_be_told_from_the_others(blouse: Design) -> None:
    _assert_unlike(_drawn(blouse, "sleeve", ("n", "s", "l")))


@pytest.mark.parametrize("sleeve", ["s", "l"])
def test_each_design_of_sleeve_can_be_told_from_the_others(blouse: Design, sleeve: str) -> None:
    designs = default_schema().standard["top.sleeve_design"]
    _assert_unlike(_drawn(replace(blouse, sleeve=sleeve), "sleeve_design", designs))


def test_each_length_of_top_is_longer_than_the_one_before(blouse: Design) -> None:
    pictures = _drawn(blouse, "length", ("crop", "short", "nomal", "midi", "long"))
    for shorter, longer in pairwise(pictures.values()):
        assert _changed(shorter, longer) > VISIBLE


def test_each_silhouette_of_pants_can_be_told_from_the_others(designs: dict[str, Design]) -> None:
    shapes = default_schema().standard["pant.silhouette"]
    _assert_unlike(_drawn(designs["trousers"], "shape", shapes))


def test_a_mermaid_skirt_is_no_a_line(designs: dict[str, Design]) -> None:
    shapes = ("A-line and bell line", "mermaid line")
    _assert_unlike(_drawn(replace(designs["flare skirt"], hem="midi"), "shape", shapes))


def test_each_print_can_be_told_from_plain_cloth(blouse: Design) -> None:
    plain = draw_picture(blouse, _mixed())
    for print_ in sorted(PRINTS - {"solid"}):
        printed = draw_picture(replace(blouse, print=print_), _mixed())
        assert _changed(plain, printed) > VISIBLE, print_


def test_mixed_prints_show_several_colours(blouse: Design) -> None:
    for print_ in sorted(MIXED_PRINTS):
        picture = draw_picture(replace(blouse, print=print_), _mixed()).crop((120, 120, 200, 240))
        assert len(picture.quantize(8).getcolors() or []) >= 4, print_


def test_each_surface_of_cloth_can_be_told_from_the_others(designs: dict[str, Design]) -> None:
    coat = replace(designs["coat"], length="nomal", season="w")
    fabrics = (
        "boa fleece",
        "aran",
        "lambswool",
        "rib knit",
        "corduroy",
        "tweed",
        "denim",
        "poplin",
    )
    beige = _plain("Beige")
    pictures = {f: draw_picture(replace(coat, fabric_key=f), beige) for f in fabrics}
    for first, second in combinations(fabrics, 2):
        changed = _changed(pictures[first], pictures[second], limit=6)
        assert changed > 0.01, (first, second)


def test_sheer_cloth_lets_the_form_through(blouse: Design) -> None:
    navy = _plain("Blue")
    levels = ("none", "contain", "contain a lot")
    _assert_unlike(
        {level: draw_picture(replace(blouse, transparency=level), navy) for level in levels}
    )


def test_every_picture_is_a_jpeg_of_one_size(catalogue: list[SampleItem]) -> None:
    for sample in catalogue[::80]:
        picture = Image.open(io.BytesIO(picture_bytes(sample.design, sample.colourway)))
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (320, 400), "RGB")


def test_the_same_item_gives_the_same_bytes(catalogue: list[SampleItem]) -> None:
    sample = catalogue[11]
    first = picture_bytes(sample.design, sample.colourway)
    assert first == picture_bytes(sample.design, sample.colourway)


@pytest.mark.parametrize("name", ["jersey", "denim", "knit", "cable", "tweed", "fleece"])
def test_surfaces_darken_and_lighten(name: str) -> None:
    tile = surface_tile(name)
    assert tile is not None
    assert tile.size == (TILE, TILE)
    low, high = tile.getextrema()
    assert low < 128 < high  # type: ignore[operator]


def test_smooth_cloth_has_no_surface() -> None:
    assert surface_tile("plain") is None


def test_a_cut_takes_away_what_a_part_put_there() -> None:
    canvas = Canvas(Image.new("RGB", (960, 1200), (200, 10, 10)), (200, 10, 10))
    canvas.part(box(-10, 100, 10, 120))
    before = canvas.mask.getpixel((480, 330))
    canvas.cut(box(-5, 105, 5, 115))
    assert (before, canvas.mask.getpixel((480, 330))) == (255, 0)


def test_curves_end_where_they_should() -> None:
    path = quad((0, 0), (10, 0), (10, 10))
    assert [path[0], path[-1]] == [(0, 0), (10, 10)]
    assert along([(0, 0), (10, 20)], 0.5) == (5, 10)
    assert symmetric([(0, 0), (4, 1)]) == [(0, 0), (4, 1), (-4, 1), (0, 0)]
    assert [side([(1, 2)]) for side in SIDES] == [[(1, 2)], [(-1, 2)]]


def test_quilting_bulges_outwards() -> None:
    edge = puffed([(50, 100), (50, 200)], bumps=4, bulge=3)
    assert max(x for x, _ in edge) == pytest.approx(53)
    assert min(x for x, _ in edge) == 50
