"""Colourways: the shades of one variant and the print that puts them together."""

import random
from dataclasses import dataclass

from catalog.sample.attributes import Design
from catalog.sample.choice import pick
from catalog.sample.colours import COLOUR_WEIGHTS, SEASON_FACTORS, SHADES, Rgb, Shade

ONE_COLOUR_PRINTS = frozenset(("solid", "pinstripe", "herringbone", "glen check"))
TWO_COLOUR_PRINTS = frozenset(("stripe", "gingham", "dot", "colour block", "nordic"))
MIXED_PRINTS = frozenset(
    ("floral", "plaid", "argyle", "tie-dye", "patchwork", "leopard", "geometric", "paisley")
)
PRINTS = ONE_COLOUR_PRINTS | TWO_COLOUR_PRINTS | MIXED_PRINTS
_DENIM_BLUES = ("mid blue", "light blue", "indigo", "navy", "dusty blue")
_MIN_CONTRAST = 70.0


@dataclass(frozen=True, kw_only=True)
class Colourway:
    """One variant's colours."""

    colours: tuple[str, ...]
    """Values of the standard field `color`."""
    shades: tuple[Shade, ...]
    """The ground first, then what lies on it."""


def make_colourways(rng: random.Random, design: Design, count: int) -> list[Colourway]:
    """Up to `count` colourways of one product, all of different standard colours.

    Fewer come back where the style's palette has no more.
    """
    found: dict[tuple[str, ...], Colourway] = {}
    taken: set[str] = set()
    while len(found) < count:
        chances = {name: w for name, w in _colour_weights(design).items() if name not in taken}
        if not chances:
            break
        base = pick(rng, chances)
        taken.add(base)
        way = _colourway(rng, design, base)
        found.setdefault(way.colours, way)
    return list(found.values())


def luminance(rgb: Rgb) -> float:
    """How light a colour looks, 0 to 255."""
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]


def _colour_weights(design: Design) -> dict[str, float]:
    allowed = design.style.palette or COLOUR_WEIGHTS
    if design.print == "leopard":
        allowed = {"Beige": 4.0, "Brown": 1.0, "White": 1.0, "Gray": 1.0}
    factors = [SEASON_FACTORS[letter] for letter in design.season]
    found = {}
    for name, weight in allowed.items():
        for factor in factors:
            weight *= factor.get(name, 1.0)
        found[name] = weight
    if design.fabric.surface == "denim" and not design.style.palette:
        found["Blue"] *= 6
    return found


def _colourway(rng: random.Random, design: Design, base: str) -> Colourway:
    ground = _shade(rng, design, base)
    if design.print in MIXED_PRINTS:
        accents = _accents(rng, design, ground, 3)
        return Colourway(colours=("Mixed",), shades=(ground, *accents))
    if design.print in TWO_COLOUR_PRINTS or "contrast sleeves" in design.features:
        other = _contrast(rng, design, ground)
        return Colourway(colours=(base, other.colour), shades=(ground, other))
    return Colourway(colours=(base,), shades=(ground,))


def _shade(rng: random.Random, design: Design, colour: str) -> Shade:
    def suits(shade: Shade) -> float:
        if colour == "Blue" and (design.fabric.surface == "denim") != (shade.name.en in _DENIM):
            return 0.0 if design.fabric.surface == "denim" else 0.5
        return 3.0 if any(letter in shade.seasons for letter in design.season) else 0.3

    return pick(rng, {shade: suits(shade) for shade in SHADES[colour]})


_DENIM = frozenset(_DENIM_BLUES)


def _contrast(rng: random.Random, design: Design, ground: Shade) -> Shade:
    """A shade of another colour that stands out from the ground; whites do most often."""
    chances = {}
    for colour, shades in SHADES.items():
        for shade in shades:
            gap = abs(luminance(shade.rgb) - luminance(ground.rgb))
            if colour != ground.colour and gap >= _MIN_CONTRAST:
                chances[shade] = {"White": 6.0, "Black": 2.0, "Blue": 2.0}.get(colour, 0.5)
    return pick(rng, chances)


def _accents(rng: random.Random, design: Design, ground: Shade, count: int) -> list[Shade]:
    if design.print == "leopard":
        return [SHADES["Brown"][1], SHADES["Brown"][2], SHADES["Black"][0]]
    found: list[Shade] = []
    options = [shade for shades in SHADES.values() for shade in shades]
    options = [shade for shade in options if shade.colour != ground.colour]
    while len(found) < count:
        shade = rng.choice(options)
        near = [abs(luminance(shade.rgb) - luminance(ground.rgb)) < 35, shade in found]
        if not any(near) and shade.colour not in [other.colour for other in found]:
            found.append(shade)
    return found
