"""How a garment closes: buttons, zips, toggles and open fronts."""

from collections.abc import Callable

from catalog.sample.attributes import Design
from catalog.sample.colours import Rgb
from catalog.sample.colourways import luminance
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import Path, between, mirror, quad
from catalog.sample.draw.frame import Frame
from catalog.sample.draw.openings import break_of, opening_of
from catalog.sample.draw.tones import darker, lighter

Painter = Callable[[Canvas, Design, Frame], None]
_GOLD: Rgb = (214, 170, 84)
_HORN: Rgb = (120, 82, 54)
_STEEL: Rgb = (196, 198, 204)
_LAPELS = ("tailored collar", "shawl collar")
_CLOSED_AT = 95.0
_GAP = 25.0


def draw_front(canvas: Canvas, design: Design, frame: Frame) -> None:
    """The closure, over the front and under the collar."""
    _FRONTS.get(design.closure, _nothing)(canvas, design, frame)


def button_colour(canvas: Canvas, design: Design) -> Rgb:
    """Gold where the shop says so, horn on wool, else what stands out."""
    if "gold buttons" in design.features:
        return _GOLD
    if design.kind.slug in ("coat", "cardigan") and luminance(canvas.ground) > 90:
        return _HORN
    if luminance(canvas.ground) > 190:
        return darker(canvas.ground, 0.18) if design.kind.slug != "jacket" else _HORN
    return lighter(canvas.ground, 0.62)


def _nothing(canvas: Canvas, design: Design, frame: Frame) -> None:
    """Slipped over the head, or closed at the back."""


def _top(design: Design, frame: Frame) -> float:
    if design.neck in _LAPELS:
        return break_of(design)
    depth = opening_of(design, frame).depth
    return max(depth, _CLOSED_AT) if depth > 90 else _CLOSED_AT


def _bottom(design: Design, frame: Frame) -> float:
    return frame.hem_y - (14 if "rib hem" in design.features and frame.hem_y < 270 else 0)


def _row(canvas: Canvas, rgb: Rgb, x: float, top: float, bottom: float, radius: float) -> None:
    y = top
    while y <= bottom - 8:
        canvas.dot((x, y), radius, rgb, edge=darker(rgb, 0.4))
        y += _GAP


def _buttons(canvas: Canvas, design: Design, frame: Frame) -> None:
    top, bottom = _top(design, frame), _bottom(design, frame)
    is_heavy = design.kind.specification == "outer"
    canvas.line([(-5, top + 1), (-5, bottom)])
    if not is_heavy or design.kind.slug == "cardigan":
        canvas.fold([(5, top - 4), (5, bottom)], strength=0.6)
    last = min(bottom, top + 62) if design.neck in _LAPELS and is_heavy else bottom
    _row(canvas, button_colour(canvas, design), 0, top + 9, last, 3.1 if is_heavy else 2.1)


def _double(canvas: Canvas, design: Design, frame: Frame) -> None:
    top, bottom = _top(design, frame), frame.hem_y
    canvas.line([*quad((0, top), (-14, top + 4), (-21, top + 18)), (-23, bottom - 3)])
    rgb = button_colour(canvas, design)
    for x in (-13, 15):
        _row(canvas, rgb, x, top + 14, min(bottom, top + 80), 3.2)


def _zip(canvas: Canvas, design: Design, frame: Frame) -> None:
    top = min(_top(design, frame), 95.0)
    if design.neck == "Chinese collar":
        top = 66.0
    _zip_line(canvas, [(0, top), (0, frame.hem_y - 1)])


def _slant_zip(canvas: Canvas, design: Design, frame: Frame) -> None:
    top = _top(design, frame)
    _zip_line(canvas, [(-2, top), (-14, top + 22), (-18, frame.hem_y - 2)])


def _zip_line(canvas: Canvas, path: Path) -> None:
    for shift in (-2.2, 2.2):
        canvas.fold([(x + shift, y) for x, y in path], strength=0.9, width=1)
    canvas.stitches(path, _STEEL, count=max(8, round((path[-1][1] - path[0][1]) / 4)))
    x, y = path[0]
    canvas.panel([(x - 2.4, y + 2), (x + 2.4, y + 2), (x + 1.6, y + 13), (x - 1.6, y + 13)], _STEEL)


def _toggles(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.line([(-4, 112), (-4, frame.hem_y)])
    y = 128.0
    while y < min(frame.hem_y - 24, 240):
        for side in (1, -1):
            patch = [(side * 13, y - 6), (side * 25, y - 4), (side * 25, y + 4), (side * 13, y + 6)]
            canvas.panel(patch, _HORN)
        canvas.line([(-13, y), (13, y)], rgb=darker(_HORN, 0.4), width=1.4)
        canvas.panel([(-7, y - 2.6), (6, y - 3.4), (6, y + 3.4), (-7, y + 2.6)], (226, 206, 170))
        y += 32


def _snaps(canvas: Canvas, design: Design, frame: Frame) -> None:
    bottom = _bottom(design, frame)
    canvas.line([(-5, 97), (-5, bottom)])
    _row(canvas, _STEEL, 0, 104, bottom, 2.8)


def _hidden(canvas: Canvas, design: Design, frame: Frame) -> None:
    top = _top(design, frame)
    canvas.line([(-5, top), (-5, frame.hem_y)])
    canvas.fold([(8, top), (8, frame.hem_y)], strength=0.5)


def _half(canvas: Canvas, design: Design, frame: Frame) -> None:
    placket: Path = [(-6, 96), (6, 96), (6, 146), (-6, 146)]
    canvas.part(placket)
    for y in (104, 118, 132):
        canvas.dot((0, y), 2.1, button_colour(canvas, design), edge=canvas.ink)


def _open(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A gap all the way down, edged with a band."""
    top = opening_of(design, frame).right
    gap = [between(point, (8, point[1]), 0.35) for point in reversed(top)]
    right: Path = [top[-1], *gap[1:], (10, frame.hem_y - 20), (17, frame.hem_y + 8)]
    canvas.cut([*right, *mirror(reversed(right))])
    for turn in (1, -1):
        canvas.line([(x * turn, y) for x, y in right], width=2)
        canvas.fold([(x * turn + turn * 8, y) for x, y in right], strength=0.6)


def _belted(canvas: Canvas, design: Design, frame: Frame) -> None:
    top = _top(design, frame)
    canvas.line([(0, top), (-16, 206), (-18, frame.hem_y - 2)])
    draw_belt(canvas, frame, 206)


def draw_belt(canvas: Canvas, frame: Frame, y: float) -> None:
    """A tied belt at a height."""
    half = frame.half_width(y) + 1
    canvas.part([(-half, y - 5), (half, y - 5), (half, y + 6), (-half, y + 6)])
    canvas.tint([(-half, y - 5), (half, y - 5), (half, y + 6), (-half, y + 6)], canvas.ink, 0.16)
    for tail in (
        [(4, y), (12, y + 42), (21, y + 40), (9, y)],
        [(-1, y), (1, y + 34), (9, y + 34), (5, y)],
    ):
        canvas.part([*tail])
    canvas.part([(-3, y - 7), (9, y - 7), (9, y + 8), (-3, y + 8)])


_FRONTS: dict[str, Painter] = {
    "buttons": _buttons,
    "double": _double,
    "zip": _zip,
    "slant zip": _slant_zip,
    "toggles": _toggles,
    "snaps": _snaps,
    "hidden placket": _hidden,
    "half buttons": _half,
    "open": _open,
    "belted": _belted,
}
