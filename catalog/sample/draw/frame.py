"""Measures of what is worn on the upper body: shoulders, sides and hem, of the right half."""

from dataclasses import dataclass

from catalog.sample.attributes import Design
from catalog.sample.draw.curves import Path, Point, between, cubic, puffed

WAIST_Y = 208.0
_FIGURES = {"female": (57.0, 50.0, 41.0, 56.0), "both": (61.0, 54.0, 48.0, 57.0),
            "male": (67.0, 58.0, 53.0, 57.0)}  # fmt: skip
"""Half widths of shoulders, chest, waist and hips."""
_EASE = {
    "slim": (0.0, 2.0),
    "regular": (2.0, 5.0),
    "relaxed": (5.0, 10.0),
    "oversized": (10.0, 15.0),
}
"""Room at the shoulders and around the body, by fit."""
_LAYERS = {"coat": 5.0, "puffer": 9.0, "blouson": 6.0, "jacket": 3.0, "cardigan": 3.0,
           "sweater": 2.0, "sweat": 4.0}  # fmt: skip
_STRAPS = {"fitted tee": 10.0, "sheath dress": 6.0, "jumpsuit": 12.0, "playsuit": 10.0}
_WIDEST = 122.0
_SHAPED = ("blouse", "fitted tee", "jacket", "shirt dress", "flare dress", "sheath dress",
           "tiered dress", "jumpsuit", "playsuit")  # fmt: skip
"""Cuts that follow the waist."""
_TOP_HEMS = {"crop": 192.0, "short": 220.0, "nomal": 252.0, "midi": 278.0, "long": 296.0}
_HEMS = {
    "coat": {"short": 246.0, "nomal": 284.0, "midi": 326.0, "long": 368.0},
    "puffer": {"crop": 204.0, "short": 226.0, "nomal": 254.0, "midi": 322.0, "long": 366.0},
    "blouson": {"crop": 206.0, "short": 228.0, "nomal": 254.0},
    "cardigan": {"crop": 194.0, "short": 222.0, "nomal": 254.0, "midi": 318.0, "long": 350.0},
    "dress": {"short": 304.0, "midi": 342.0, "long": 376.0},
}
_FLARES = {"coat": 7.0, "jacket": 3.0, "blouse": 3.0, "tee": 0.0, "fitted tee": 0.0,
           "shirt dress": 30.0, "flare dress": 58.0, "tiered dress": 56.0, "shift dress": 22.0,
           "sheath dress": 6.0}  # fmt: skip
"""How much wider than the hips the hem is; a hem 100 units below the waist has all of it."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The right half of a garment's outline, and the points that trimmings hang on."""

    shoulder: Point
    armpit: Point
    side: Path
    """From the armpit down to the hem's outer end."""
    strap: float
    """How wide the shoulder of a sleeveless garment is at most."""
    hem_drop: float
    """How much lower the middle of the hem lies than its ends."""

    @property
    def hem_y(self) -> float:
        """Height of the hem's middle."""
        return self.side[-1][1] + self.hem_drop

    def half_width(self, y: float) -> float:
        """Half the garment's width at a height at or below the armpit."""
        for upper, lower in zip(self.side, self.side[1:], strict=False):
            if y <= lower[1]:
                return between(upper, lower, (y - upper[1]) / max(lower[1] - upper[1], 1e-6))[0]
        return self.side[-1][0]


def frame_of(design: Design) -> Frame:
    """The measures of a top, coat, dress or the upper part of a jumpsuit."""
    shoulder, chest, waist, hip = _FIGURES[design.gender]
    at_shoulder, around = _EASE[design.fit]
    layer = _LAYERS.get(design.cut, 0.0)
    is_shaped = design.cut in _SHAPED and design.fit != "oversized"
    chest += around + layer
    waist += around + layer if is_shaped else 0.0
    if not is_shaped:
        waist = chest - 1
    hip += (around + layer) * (0.8 if is_shaped else 0.6)
    tip = (shoulder + at_shoulder + layer * 0.6, 93.0 + at_shoulder * 0.3)
    armpit = (chest, 142.0 + around * 0.6 + layer * 0.4)
    bottom = hem_of(design)
    return Frame(
        shoulder=tip,
        armpit=armpit,
        side=_side(design, armpit, (waist, WAIST_Y), max(hip, chest - 4), bottom),
        strap=_STRAPS.get(design.cut, 40.0),
        hem_drop=4.0 if bottom < 270 else 7.0,
    )


def hem_of(design: Design) -> float:
    """Height of the hem, by the length that the garment's kind gives a word."""
    if design.kind.slug == "jumpsuit":
        return WAIST_Y
    table = _HEMS.get("dress" if design.kind.slug == "dress" else design.cut, _TOP_HEMS)
    return table[design.length]


def _side(design: Design, armpit: Point, waist: Point, hip: float, bottom: float) -> Path:
    if bottom <= waist[1] + 2:
        end = (waist[0] + max(0.0, (waist[1] - bottom) * 0.1), bottom)
        return _edge(design, cubic(armpit, (armpit[0] - 1, 165), (end[0], bottom - 25), end))
    flare = _FLARES.get(design.cut, 0.0) * (bottom - waist[1]) / 100
    upper = cubic(armpit, (armpit[0] - 1, 165), (waist[0], 190), waist)
    hip = waist[0] + (hip - waist[0]) * min(1.0, (bottom - waist[1]) / 46)
    end = (min(hip + flare, _WIDEST), bottom)
    if flare > 12:
        bend = (waist[0] + 0.45 * (end[0] - waist[0]), waist[1] + 28)
        return [*upper, *cubic(waist, (waist[0] + 2, waist[1] + 10), bend, end)]
    return _edge(design, [*upper, *_hips(waist, hip, end)])


def _edge(design: Design, side: Path) -> Path:
    """Quilted sides bulge between the seams."""
    if design.fabric_key != "padded nylon":
        return side
    return puffed(side, max(3, round((side[-1][1] - side[0][1]) / 23)), 2.6)


def _hips(waist: Point, hip: float, end: Point) -> Path:
    """From the waist over the hips to a hem that hangs straight."""
    hip_y = min(waist[1] + 46, end[1])
    fall = hip_y - waist[1]
    over = cubic(
        waist, (waist[0], waist[1] + fall * 0.35), (hip, hip_y - fall * 0.45), (hip, hip_y)
    )
    return over if hip_y >= end[1] else [*over, end]
