"""Pants, alone or as the legs of a jumpsuit."""

from catalog.sample.attributes import Design
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import SIDES, mirror, quad
from catalog.sample.draw.frame import WAIST_Y, Frame
from catalog.sample.draw.leg import Leg
from catalog.sample.draw.leg_details import draw_details
from catalog.sample.draw.tones import darker
from catalog.sample.draw.trims import contrast

_STEEL = (196, 198, 204)
_CROTCH, _KNEE, _ANKLE = 146.0, 258.0, 378.0
_SHAPES: dict[str, Leg] = {
    "skinny": Leg(
        waist=(40, 40), hip=(54, 104), crotch=_CROTCH, knee=(40, 14, _KNEE), hem=(33, 14, _ANKLE)
    ),
    "normal": Leg(
        waist=(42, 40), hip=(58, 104), crotch=_CROTCH, knee=(54, 8, _KNEE), hem=(50, 12, _ANKLE)
    ),
    "wide": Leg(
        waist=(42, 40), hip=(60, 104), crotch=_CROTCH, knee=(76, 3, _KNEE), hem=(92, 4, _ANKLE + 6)
    ),
    "loose": Leg(
        waist=(44, 40), hip=(68, 108), crotch=_CROTCH + 8, knee=(74, 8, _KNEE), hem=(46, 18, _ANKLE)
    ),
    "bell-bottom": Leg(
        waist=(41, 40),
        hip=(55, 104),
        crotch=_CROTCH,
        knee=(42, 13, _KNEE - 4),
        hem=(82, 1, _ANKLE + 4),
    ),
    "Others": Leg(
        waist=(43, 40),
        hip=(72, 130),
        crotch=_CROTCH + 66,
        knee=(66, 16, _KNEE + 10),
        hem=(40, 20, _ANKLE),
    ),
}
_SHORTS = Leg(waist=(52, 92), hip=(70, 164), crotch=222, knee=(76, 6, 240), hem=(82, 7, 286))


def draw_pants(canvas: Canvas, design: Design) -> None:
    """A pair of pants by itself."""
    leg = _SHORTS if design.cut == "shorts" else _SHAPES[design.shape]
    x, y = leg.waist
    back = quad((2 - x, y), (0, y - 7), (x - 2, y))
    canvas.panel([*back, *quad((x - 2, y), (0, y + 7), (2 - x, y))], darker(canvas.ground, 0.4))
    _trousers(canvas, leg)
    _waistband(canvas, design, leg)
    draw_details(canvas, design, leg)


def draw_legs(canvas: Canvas, design: Design, frame: Frame) -> None:
    """The legs of a jumpsuit, from the waist down."""
    waist = frame.half_width(WAIST_Y)
    low = {"short": 292.0, "midi": 412.0}.get(design.length, 452.0)
    is_wide = design.fit == "relaxed" or design.length == "short"
    end = (74.0 if is_wide else 52.0, 6.0 if is_wide else 12.0, low)
    knee = ((waist + 18 + end[0]) / 2, 7.0, (256 + low) / 2)
    leg = Leg(
        waist=(waist, WAIST_Y - 4), hip=(max(waist + 8, 58), 238), crotch=252, knee=knee, hem=end
    )
    _trousers(canvas, leg)
    canvas.fold([(0, WAIST_Y), (0, 252)], strength=0.7)
    draw_details(canvas, design, leg)


def _trousers(canvas: Canvas, leg: Leg) -> None:
    right = [(0, leg.waist[1] + 3), *leg.outer(), *leg.inner()]
    canvas.part([*right, *mirror(reversed(right))])
    for turn in SIDES:
        canvas.line(turn(leg.inner()))
    for side in (1, -1):
        canvas.fold([(side * 5, leg.crotch - 4), (side * 24, leg.crotch - 16)])
        canvas.fold([(side * 6, leg.crotch + 3), (side * 22, leg.crotch - 3)])


def _waistband(canvas: Canvas, design: Design, leg: Leg) -> None:
    x, y = leg.waist
    wide = x + 2
    band = [*quad((-x, y), (0, y + 7), (x, y)), *quad((wide, y + 13), (0, y + 20), (-wide, y + 13))]
    canvas.part(band)
    if "elastic waist" in design.features:
        for step in range(-9, 10):
            canvas.fold([(x * step / 10, y + 4), (x * step / 9.8, y + 16)], strength=0.7, width=1)
        return
    fly = [(0, y + 4), (0, leg.crotch)]
    canvas.fold(fly, strength=0.8)
    canvas.fold(
        [
            (8, y + 17),
            (8, leg.crotch - 36),
            *quad((8, leg.crotch - 36), (7, leg.crotch - 22), (0, leg.crotch - 18)),
        ],
        strength=0.7,
    )
    canvas.dot(
        (0, y + 10),
        2.8,
        _STEEL if design.cut == "jeans" else contrast(canvas.ground),
        edge=canvas.ink,
    )
