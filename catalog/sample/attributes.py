"""The attributes of one product, each drawn in the light of those before it.

The order is that of a designer: the style first, then the season, the cloth that the season
allows, the neck, the sleeves that neck and season allow, and the trimmings last.
"""

import random
from dataclasses import dataclass

from catalog.sample.choice import Weights, pick, scaled, weights
from catalog.sample.fabrics import FABRICS, Blend, Fabric
from catalog.sample.styles.kinds import KINDS, Kind
from catalog.sample.styles.style import Style

SEASONS = {"f": "spring&fall", "u": "summer", "w": "winter"}
SLEEVES = {"n": "sleeveless", "s": "short sleeves", "l": "long sleeves"}
BARE_NECKS = ("halter neck", "one shoulder")
"""Necks that leave no shoulder for a sleeve."""
_SLEEVES_OF_SEASON = {
    "f": weights("n*0.5, s*0.6, l*3"),
    "fu": weights("n, s*2, l"),
    "u": weights("n*2, s*3, l*0.5"),
    "w": weights("n*0.3, s*0.1, l*5"),
    "fw": weights("n*0.3, s*0.2, l*5"),
}
_SHORT_ONLY = ("petal sleeve",)
_ELASTANE = "Polyurethane"
_STIFF = ("denim", "leather", "melton", "tweed", "lace")
_CHEST_MARKS = ("logo print", "slogan print", "varsity letter", "embroidered patch",
                "chest embroidery", "chest pocket")  # fmt: skip
"""A chest has room for one of these."""
_LINED = ("coat", "jacket", "jumper")


@dataclass(frozen=True, kw_only=True)
class Design:
    """What is true of a product in every colour; shops may leave some of it unsaid."""

    kind: Kind
    style: Style
    season: str
    """One or two letters of `SEASONS`."""
    fabric_key: str
    blend: Blend
    elasticity: str
    transparency: str
    is_fleece: bool
    gender: str
    neck: str
    """Of `top.neck_color_design`; empty for bottoms, as are the next three."""
    sleeve: str
    sleeve_design: str
    """Empty without sleeves too."""
    length: str
    hem: str
    """mini, midi or maxi of a skirt, else empty."""
    shape: str
    """Pants' silhouette or skirt's design, else empty."""
    closure: str
    features: tuple[str, ...]
    """Trimmings, in the words of `words.trimmings`."""
    fit: str
    print: str

    @property
    def fabric(self) -> Fabric:
        """The cloth itself."""
        return FABRICS[self.fabric_key]

    @property
    def cut(self) -> str:
        """The shape that is drawn."""
        return self.style.cut

    def facts(self) -> frozenset[str]:
        """Everything that a name or a detail may depend on."""
        facts = {self.season, self.fabric_key, self.gender, self.neck}
        facts |= {self.sleeve, self.sleeve_design, self.length, self.hem, self.shape}
        facts |= {self.closure, self.fit, self.print, self.kind.slug, self.cut, *self.features}
        return frozenset(facts | {SLEEVES.get(self.sleeve, "")}) - {""}


def design_garment(rng: random.Random, prints: frozenset[str]) -> Design:
    """A plausible garment, in one of the given prints wherever its style comes in one."""
    kind = pick(rng, {kind: kind.share for kind in KINDS})
    style = pick(rng, {style: style.share for style in kind.styles})
    season = pick(rng, style.seasons)
    fabric_key = pick(rng, _fabrics_of(style, season))
    fabric = FABRICS[fabric_key]
    blend = rng.choice(fabric.blends)
    neck = pick(rng, style.necks) if style.necks else ""
    sleeve = _sleeve(rng, style, season, neck)
    features = _features(rng, kind, style, season)
    return Design(
        kind=kind,
        style=style,
        season=season,
        fabric_key=fabric_key,
        blend=blend,
        elasticity=_elasticity(rng, fabric, blend),
        transparency=pick(rng, fabric.sheer),
        is_fleece=fabric.surface == "fleece" or "fleece lining" in features,
        gender=pick(rng, style.genders),
        neck=neck,
        sleeve=sleeve,
        sleeve_design=_sleeve_design(rng, style, sleeve),
        length=_one_of(rng, style.lengths),
        hem=_one_of(rng, style.hems),
        shape=_one_of(rng, style.shapes),
        closure=pick(rng, style.closures),
        features=features,
        fit=pick(rng, style.fits),
        print=_print(rng, style, fabric, prints),
    )


def _fabrics_of(style: Style, season: str) -> Weights:
    """The style's fabrics that are worn in every season of `season`, or at least in one."""

    def worn(need: int) -> dict[str, float]:
        return {
            key: weight
            for key, weight in style.fabrics.items()
            if sum(letter in FABRICS[key].seasons for letter in season) >= need
        }

    return worn(len(season)) or worn(1)


def _sleeve(rng: random.Random, style: Style, season: str, neck: str) -> str:
    if not style.sleeves:
        return ""
    if neck in BARE_NECKS:
        return "n"
    return pick(rng, scaled(style.sleeves, _SLEEVES_OF_SEASON[season]))


def _sleeve_design(rng: random.Random, style: Style, sleeve: str) -> str:
    if sleeve in ("", "n"):
        return ""
    allowed = dict(style.sleeve_designs)
    if sleeve == "l":
        allowed = {name: w for name, w in allowed.items() if name not in _SHORT_ONLY}
    return pick(rng, allowed or {"basic sleeve": 1.0})


def _elasticity(rng: random.Random, fabric: Fabric, blend: Blend) -> str:
    elastane = dict(blend).get(_ELASTANE, 0)
    if elastane >= 5:
        return pick(rng, weights("contain*2, contain a lot"))
    if elastane:
        return pick(rng, weights("contain little*2, contain"))
    if fabric.gives:
        return pick(rng, weights("contain little*3, none"))
    stiff = fabric.surface in _STIFF
    return pick(rng, weights("none at all*3, none*2" if stiff else "none*4, none at all"))


def _features(rng: random.Random, kind: Kind, style: Style, season: str) -> tuple[str, ...]:
    chosen = [name for name, chance in style.extras.items() if rng.random() < chance]
    marks = [name for name in chosen if name in _CHEST_MARKS]
    chosen = [name for name in chosen if name not in marks[1:]]
    if season == "w" and kind.slug in _LINED and rng.random() < 0.1:
        chosen.append("fleece lining")
    return (*style.features, *chosen)


def _print(rng: random.Random, style: Style, fabric: Fabric, prints: frozenset[str]) -> str:
    """A print; cloths whose own texture is the pattern stay plain."""
    if fabric.surface in ("fleece", "lace", "cable", "denim", "leather", "cord"):
        return "colour block" if "colour block" in style.prints and rng.random() < 0.15 else "solid"
    allowed = {name: weight for name, weight in style.prints.items() if name in prints}
    return pick(rng, allowed or {"solid": 1.0})


def _one_of(rng: random.Random, choices: Weights) -> str:
    return pick(rng, choices) if choices else ""
