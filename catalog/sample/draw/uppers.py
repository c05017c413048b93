"""Everything worn on the upper body: coats, tops, dresses and jumpsuits, from back to front."""

from catalog.sample.attributes import Design
from catalog.sample.colourways import Colourway
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.collars import draw_collar
from catalog.sample.draw.curves import Path, mirror, quad
from catalog.sample.draw.frame import WAIST_Y, Frame, frame_of
from catalog.sample.draw.fronts import draw_belt, draw_front
from catalog.sample.draw.legs import draw_legs
from catalog.sample.draw.necks import draw_hood
from catalog.sample.draw.openings import opening_of, outline
from catalog.sample.draw.pockets import POCKETS
from catalog.sample.draw.sleeves import draw_cape, draw_sleeves
from catalog.sample.draw.trims import LAST, TRIMS

_OPACITY = {"contain": (0.9, 0.74), "contain a lot": (0.7, 0.52)}
"""How much of body and sleeves hides what is behind, by transparency."""


def draw_upper(canvas: Canvas, design: Design, way: Colourway) -> None:
    """Draw the whole garment."""
    frame = frame_of(design)
    body, arms = _OPACITY.get(design.transparency, (1.0, 1.0))
    if design.kind.slug == "jumpsuit":
        draw_legs(canvas, design, frame)
    if design.neck == "hood":
        draw_hood(canvas)
    dye = way.shades[1].rgb if "contrast sleeves" in design.features else None
    draw_sleeves(canvas, design, frame, opacity=arms, dye=dye)
    if design.cut == "overalls":
        _bib(canvas, frame)
    else:
        opening = opening_of(design, frame)
        canvas.part(outline(frame, opening, sleeveless=design.sleeve == "n"), opacity=body)
        _shape(canvas, design, frame)
        draw_front(canvas, design, frame)
    _trim(canvas, design, frame, arms)


def _trim(canvas: Canvas, design: Design, frame: Frame, opacity: float) -> None:
    for name in design.features:
        if name in POCKETS:
            POCKETS[name](canvas, design, frame)
        elif name in TRIMS:
            TRIMS[name](canvas, design, frame)
    draw_cape(canvas, design, frame, opacity=opacity)
    if "belt" in design.features:
        draw_belt(canvas, frame, WAIST_Y - 1 if frame.hem_y > WAIST_Y + 4 else WAIST_Y - 4)
    if design.cut != "overalls":
        draw_collar(canvas, design, frame)
    for name, painter in LAST.items():
        if name in design.features:
            painter(canvas, design, frame)


def _shape(canvas: Canvas, design: Design, frame: Frame) -> None:
    """Quilting, waist seams, tiers and folds."""
    if design.cut == "puffer" or design.fabric_key == "padded nylon":
        _quilting(canvas, frame)
    elif design.cut in ("flare dress", "shirt dress", "tiered dress"):
        _skirt_of_dress(canvas, design, frame)
    elif design.cut in ("sheath dress", "blouse", "jacket"):
        _darts(canvas, frame)
    elif design.cut in ("coat", "shift dress"):
        for x in (-0.55, 0.55):
            foot = frame.half_width(frame.hem_y - 8) * x
            canvas.fold([(foot * 0.9, WAIST_Y + 46), (foot, frame.hem_y - 6)])


def _quilting(canvas: Canvas, frame: Frame) -> None:
    y = 118.0
    while y < frame.hem_y - 10:
        half = frame.half_width(y) if y > frame.armpit[1] else frame.armpit[0] - 3
        line = quad((-half, y), (0, y + 7), (half, y))
        canvas.line(line)
        shade: Path = [*line, *reversed([(x, y_ + 4) for x, y_ in line])]
        canvas.tint(shade, canvas.ink, 0.22)
        y += 23


def _darts(canvas: Canvas, frame: Frame) -> None:
    for side in (1, -1):
        x = frame.half_width(WAIST_Y) * 0.55 * side
        low = min(frame.hem_y - 12, WAIST_Y + 34)
        canvas.fold(quad((x * 1.15, 172), (x * 0.95, WAIST_Y), (x * 1.1, low)), strength=0.45)


def _skirt_of_dress(canvas: Canvas, design: Design, frame: Frame) -> None:
    half = frame.half_width(WAIST_Y)
    canvas.line(quad((-half, WAIST_Y), (0, WAIST_Y + 5), (half, WAIST_Y)))
    low = frame.hem_y
    if design.cut == "tiered dress":
        for share in (0.42, 0.74):
            _tier(canvas, frame, WAIST_Y + (low - WAIST_Y) * share)
    for share in (-0.75, -0.45, -0.15, 0.2, 0.5, 0.78):
        foot = frame.half_width(low - 8) * share
        top = WAIST_Y + 6 + 10 * abs(share)
        canvas.fold(quad((half * share, top), (half * share * 1.3, WAIST_Y + 50), (foot, low - 6)))


def _tier(canvas: Canvas, frame: Frame, y: float) -> None:
    half = frame.half_width(y)
    canvas.line(quad((-half, y), (0, y + 10), (half, y)))
    for number in range(-6, 7):
        x = half * number / 7
        canvas.fold([(x, y + 6), (x * 1.04, y + 22)], strength=0.55)


def _bib(canvas: Canvas, frame: Frame) -> None:
    """The bib and straps of overalls."""
    waist = frame.half_width(WAIST_Y)
    for strap in ([(22, 140), (32, 84), (42, 87), (30, 140)],):
        canvas.part(strap)
        canvas.part(mirror(strap))
    right: Path = [
        (0, 134),
        (30, 134),
        *quad((30, 134), (34, 176), (waist, 188)),
        (waist, WAIST_Y + 4),
        (0, WAIST_Y + 6),
    ]
    canvas.part([*right, *mirror(reversed(right))])
    for x in (-26, 26):
        canvas.dot((x, 141), 3.4, (206, 172, 96), edge=canvas.ink)
