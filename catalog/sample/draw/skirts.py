"""Skirts: A-line, pleated, mermaid, pencil, tiered and slip."""

import itertools

from catalog.sample.attributes import Design
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import Path, Point, between, cubic, mirror, quad
from catalog.sample.draw.fronts import button_colour
from catalog.sample.draw.tones import darker
from catalog.sample.draw.trims import THREAD

_LENGTHS = {"mini": (104.0, 266.0), "midi": (62.0, 316.0), "maxi": (34.0, 372.0)}
"""Heights of waist and hem."""
_WAIST = 46.0
_OPACITY = {"contain": 0.88, "contain a lot": 0.7}


def draw_skirt(canvas: Canvas, design: Design) -> None:
    """A skirt by itself."""
    top, low = _LENGTHS[design.hem]
    side = _side(design, top, low)
    x = _WAIST - 2
    inside = [
        (-x, top),
        *quad((-x, top), (0, top - 8), (x, top)),
        *quad((x, top), (0, top + 8), (-x, top)),
    ]
    canvas.panel(inside, darker(canvas.ground, 0.4))
    drop = 12.0 if side[-1][0] > 66 else 6.0
    hem = (
        _pleated_hem(side[-1], drop) if "pleats" in design.features else _round_hem(side[-1], drop)
    )
    right = [(0, top + 4), (_WAIST, top), *side]
    outline = [*right, *hem, *mirror(reversed(right))]
    canvas.part(outline, opacity=_OPACITY.get(design.transparency, 1.0))
    _folds(canvas, design, side, drop)
    _band(canvas, design, top)
    _details(canvas, design, side, drop)


def _side(design: Design, top: float, low: float) -> Path:
    """The right edge from the waist to the hem."""
    long = low - top
    waist: Point = (_WAIST, top)
    if design.shape == "mermaid line":
        hip, knee = (63.0, top + 62), (47.0, top + long * 0.66)
        body = cubic(waist, (_WAIST + 8, top + 24), (hip[0], hip[1] - 20), hip)
        return [*body, *cubic(hip, (hip[0], hip[1] + 40), (knee[0], knee[1] - 30), knee),
                *cubic(knee, (knee[0] + 1, knee[1] + 18), (70, low - 26), (92, low))]  # fmt: skip
    if design.cut == "pencil skirt":
        hip = (64.0, top + 66)
        body = cubic(waist, (_WAIST + 8, top + 24), (hip[0], hip[1] - 20), hip)
        return [*body, *quad(hip, (hip[0], hip[1] + 50), (55, low))]
    spread = {"flare skirt": 0.34, "pleated skirt": 0.26, "tiered skirt": 0.32}.get(design.cut, 0.2)
    end = (min(128.0, _WAIST + 12 + long * spread * (1.15 if long < 200 else 0.8)), low)
    return cubic(waist, (_WAIST + 12, top + 34), between(waist, end, 0.7), end)


def _round_hem(end: Point, drop: float) -> Path:
    return quad(end, (0, end[1] + 2 * drop), (-end[0], end[1]), steps=16)


def _pleated_hem(end: Point, drop: float) -> Path:
    """A zigzag of pleats."""
    points: Path = []
    for step in range(25):
        share = 1 - step / 12
        sag = drop * (1 - share * share)
        points.append((end[0] * share, end[1] + sag + (3 if step % 2 else -2)))
    return points


def _half_width(side: Path, y: float) -> float:
    for upper, lower in itertools.pairwise(side):
        if y <= lower[1]:
            return between(upper, lower, (y - upper[1]) / max(lower[1] - upper[1], 1e-6))[0]
    return side[-1][0]


def _folds(canvas: Canvas, design: Design, side: Path, drop: float) -> None:
    top, low = side[0][1], side[-1][1]
    if "pleats" in design.features:
        for step in range(-11, 12, 2):
            share = step / 12
            foot = (side[-1][0] * share, low + drop * (1 - share * share))
            canvas.line([(_WAIST * share, top + 14), foot], width=1.1)
            dark = [(_WAIST * share, top + 14), foot, (foot[0] + 5, foot[1])]
            canvas.tint(dark, canvas.ink, 0.18)
        return
    if design.cut == "pencil skirt":
        for x in (-22, 22):
            canvas.fold([(x, top + 14), (x * 1.1, top + 50)])
        return
    start = top + 18 if design.shape != "mermaid line" else top + (low - top) * 0.6
    for share in (-0.8, -0.5, -0.2, 0.12, 0.45, 0.78):
        head = (_half_width(side, start) * share, start + 12 * (1 + abs(share)))
        foot = (side[-1][0] * share, low + drop * (1 - share * share) - 4)
        canvas.fold(quad(head, between(head, foot, 0.45), foot), strength=0.5)


def _band(canvas: Canvas, design: Design, top: float) -> None:
    x, low = _WAIST, top + 13
    band = [
        *quad((-x, top), (0, top + 8), (x, top)),
        *quad((x + 3, low), (0, low + 8), (-x - 3, low)),
    ]
    canvas.part(band)
    if "elastic waist" in design.features:
        for step in range(-9, 10):
            canvas.fold(
                [(x * step / 10, top + 4), (x * step / 9.8, low + 3)], strength=0.7, width=1
            )


def _details(canvas: Canvas, design: Design, side: Path, drop: float) -> None:
    top, low = side[0][1], side[-1][1]
    features = design.features
    if "tiers" in features:
        for share in (0.36, 0.68):
            _tier(canvas, side, top + (low - top) * share)
    if "ruffle hem" in features:
        _flounce(canvas, side, drop)
    if "front slits" in features:
        x = 22.0
        canvas.cut([(x, low - (low - top) * 0.36), (x + 9, low + 20), (x - 3, low + 20)])
        canvas.line([(x - 3, low + 8), (x, low - (low - top) * 0.36), (x + 9, low + 8)], width=1.8)
    if "gold buttons" in features:
        for row in range(3):
            for x in (-16, 16):
                canvas.dot(
                    (x, top + 34 + row * 24), 3.4, button_colour(canvas, design), edge=canvas.ink
                )
    _sewn_on(canvas, design, side)


def _sewn_on(canvas: Canvas, design: Design, side: Path) -> None:
    top = side[0][1]
    if "patch pockets" in design.features:
        for turn in (1, -1):
            canvas.part(
                [
                    (turn * 18, top + 48),
                    (turn * 46, top + 48),
                    (turn * 44, top + 82),
                    (turn * 20, top + 82),
                ]
            )
    if "belt loops" in design.features or "belt" in design.features:
        for x in (-32, -14, 14, 32):
            canvas.part([(x - 2, top + 2), (x + 2, top + 2), (x + 2, top + 19), (x - 2, top + 19)])
    if "belt" in design.features:
        canvas.panel(
            [
                *quad((-47, top + 3), (0, top + 11), (47, top + 3)),
                *quad((48, top + 11), (0, top + 19), (-48, top + 11)),
            ],
            (96, 66, 48),
        )
        canvas.panel([(-7, top + 4), (7, top + 4), (7, top + 18), (-7, top + 18)], (206, 172, 96))
    if design.fabric.surface == "denim":
        canvas.line([(0, top + 16), (0, top + 60)])
        canvas.stitches([(6, top + 18), (6, top + 56)], THREAD, count=12)
        low = side[-1][1] - 6
        canvas.stitches(
            quad((-side[-1][0] + 3, low), (0, low + 12), (side[-1][0] - 3, low)), THREAD, count=34
        )


def _tier(canvas: Canvas, side: Path, y: float) -> None:
    half = _half_width(side, y)
    canvas.line(quad((-half, y), (0, y + 16), (half, y)), width=1.6)
    for step in range(-8, 9):
        share = step / 9
        sag = 8 * (1 - share * share)
        canvas.fold([(half * share, y + sag), (half * share * 1.04, y + sag + 18)], strength=0.55)


def _flounce(canvas: Canvas, side: Path, drop: float) -> None:
    x, low = side[-1]
    y = low - 22
    half = _half_width(side, y)
    waves: Path = []
    for wave in range(8):
        right, left = (x + 12) * (1 - wave / 4), (x + 12) * (1 - (wave + 1) / 4)
        sag = 8 + drop * (1 - (right / (x + 12)) ** 2)
        waves += quad(
            (right, low + sag), ((left + right) / 2, low + sag + 8), (left, low + sag), steps=4
        )
    canvas.part([*quad((-half, y), (0, y + 2 * drop), (half, y)), *waves])
    for step in range(-5, 6):
        canvas.fold([(half * step / 6, y + 8), ((x + 10) * step / 6, low + 10)], strength=0.6)
