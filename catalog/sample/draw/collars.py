"""Collars, drawn over the front."""

from collections.abc import Callable, Sequence

from catalog.sample.attributes import Design
from catalog.sample.colours import Rgb
from catalog.sample.draw import necks
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import Point, between, cubic, mirror, quad
from catalog.sample.draw.frame import Frame
from catalog.sample.draw.openings import break_of
from catalog.sample.draw.tones import WHITE, darker, lighter

_NAVY: Rgb = (41, 52, 79)
Painter = Callable[[Canvas, Design, Frame], None]


def draw_collar(canvas: Canvas, design: Design, frame: Frame) -> None:
    """What the design's neck has beyond its edge."""
    _COLLARS.get(design.neck, necks.binding)(canvas, design, frame)


def _both(canvas: Canvas, path: Sequence[Point]) -> None:
    """A piece of collar on each side, a little lighter or darker than the front."""
    for piece in (path, mirror(path)):
        canvas.part(piece)
        canvas.tint(piece, (0, 0, 0) if canvas.is_dark else WHITE, 0.1)
        canvas.line([*piece, piece[0]])


def _shirt(canvas: Canvas, design: Design, frame: Frame) -> None:
    _both(canvas, [(1, 93), (13, 72), (20, 69), (34, 89), (19, 117)])
    if "button-down collar" in design.features:
        for x in (-19, 19):
            canvas.dot((x, 112), 1.6, WHITE, edge=canvas.ink)


def _polo(canvas: Canvas, design: Design, frame: Frame) -> None:
    _both(canvas, [(1, 95), (14, 73), (20, 70), *quad((20, 70), (38, 84), (34, 98)), (16, 112)])
    for share in (0.2, 0.34):
        line = [between((1, 95), (16, 112), 1 - share), (34 - share * 8, 98 - share * 20)]
        canvas.fold(line)
        canvas.fold(mirror(line))


def _peter_pan(canvas: Canvas, design: Design, frame: Frame) -> None:
    rounded = [(1, 94), (14, 75), (20, 71), *cubic((20, 71), (42, 84), (46, 118), (22, 121)),
               *cubic((22, 121), (8, 121), (3, 108), (1, 94))]  # fmt: skip
    if "solid" in design.print and canvas.ground != WHITE:
        for piece in (rounded, mirror(rounded)):
            canvas.panel(piece, lighter(canvas.ground, 0.75))
    else:
        _both(canvas, rounded)


def _sailor(canvas: Canvas, design: Design, frame: Frame) -> None:
    flap = [
        (0, 150),
        (14, 108),
        (18, 74),
        (24, 76),
        (50, 90),
        *quad((50, 90), (50, 116), (42, 128)),
        (6, 152),
    ]
    fill, trim = _sailor_colours(canvas)
    for side in (flap, mirror(flap)):
        canvas.panel(side, fill)
    for gap in (4.0, 8.0):
        edge = quad((47 - gap, 92), (47 - gap, 114), (39 - gap, 126 - gap * 0.6))
        stripe = [(47 - gap, 92 + gap * 0.4), *edge, (8, 148 - gap)]
        canvas.line(stripe, rgb=trim, width=1.1)
        canvas.line(mirror(stripe), rgb=trim, width=1.1)
    _bow(canvas, 152, 15, fill)


def _sailor_colours(canvas: Canvas) -> tuple[Rgb, Rgb]:
    """The collar and its stripes: navy on white, else white or ivory."""
    if min(canvas.ground) > 200:
        return _NAVY, WHITE
    fill = (246, 244, 238) if canvas.is_dark else lighter(canvas.ground, 0.8)
    return fill, darker(canvas.ground, 0.4)


def _bow_collar(canvas: Canvas, design: Design, frame: Frame) -> None:
    _band(canvas, 13)
    for x in (-1, 1):
        tail = [(0, 98), (x * 14, 152), (x * 26, 150), (x * 6, 98)]
        canvas.part(tail)
    _bow(canvas, 98, 25, None)


def _bow(canvas: Canvas, y: float, half: float, rgb: Rgb | None) -> None:
    """A bow of two loops, in the cloth or in one colour."""
    end = (half, y)
    upper = cubic((0, y - 3), (half * 0.5, y - half * 0.7), (half, y - half * 0.6), end)
    lower = cubic(end, (half, y + half * 0.7), (half * 0.5, y + half * 0.5), (0, y + 3))
    loop = [(0, y), *upper, *lower]
    knot = [(-4, y - 5), (4, y - 5), (4, y + 5), (-4, y + 5)]
    for piece in (loop, mirror(loop), knot):
        if rgb is None:
            canvas.part(piece)
        else:
            canvas.panel(piece, rgb)
    for side in (1, -1):
        canvas.fold([(side * 5, y), (side * half * 0.6, y - 2)])


def _shawl(canvas: Canvas, design: Design, frame: Frame) -> None:
    low = break_of(design)
    lapel = [(0, low), *quad((0, low), (12, 112), (14, 76)), (21, 72), (32, 84),
             *cubic((32, 84), (42, 112), (34, low - 26), (4, low + 5))]  # fmt: skip
    _both(canvas, lapel)


def _tailored(canvas: Canvas, design: Design, frame: Frame) -> None:
    low = break_of(design)
    notch = (24, 111)
    lapel = [(0, low), *quad((0, low), (13, 118), (17, 96)), notch, (44, 106),
             *quad((44, 106), (34, low - 22), (3, low + 3))]  # fmt: skip
    collar = [(17, 96), (14, 76), (21, 71), (35, 86), (37, 101), notch]
    _both(canvas, lapel)
    _both(canvas, collar)


def _stand(canvas: Canvas, design: Design, frame: Frame) -> None:
    is_sporty = design.closure in ("zip", "slant zip")
    _band(canvas, 28 if is_sporty else 18)
    if "frog closure" in design.features:
        _frogs(canvas)


def _low_band(canvas: Canvas, design: Design, frame: Frame) -> None:
    _band(canvas, 11)
    if "rib hem" in design.features:
        necks.ribs_around(canvas, 81, 11)


def _band(canvas: Canvas, high: float) -> None:
    """A collar that stands around the neck."""
    top = 82 - high
    upper = quad((1, top + 10), (14, top + 6), (17, top))
    half = [(1, 95), *upper, (21, top + 1), (24, 81), *quad((24, 82), (18, 92), (1, 95))]
    _both(canvas, half)


def _frogs(canvas: Canvas) -> None:
    """Knotted buttons that run from the neck to the right side."""
    trim = lighter(canvas.ground, 0.6) if max(canvas.ground) < 190 else darker(canvas.ground, 0.5)
    canvas.line(quad((0, 95), (8, 112), (42, 124)), rgb=trim, width=1.6)
    for x, y in ((3, 100), (18, 115), (38, 123)):
        canvas.line([(x - 7, y + 3), (x + 7, y - 3)], rgb=trim, width=2.4)
        canvas.dot((x, y), 2.4, trim)


_COLLARS: dict[str, Painter] = {
    "shirts collar": _shirt,
    "polo collar": _polo,
    "Peter Pan collar": _peter_pan,
    "sailor collar": _sailor,
    "bow collar": _bow_collar,
    "shawl collar": _shawl,
    "tailored collar": _tailored,
    "Chinese collar": _stand,
    "band collar": _low_band,
    "turtle neck": necks.turtleneck,
    "cowl neck": necks.cowl,
    "halter neck": necks.halter,
    "off shoulder": necks.off_shoulder,
    "sweetheart neck": necks.sweetheart,
    "hood": necks.hood_strings,
}
