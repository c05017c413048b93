"""Trimmings of the upper body: ribs, ruffles, prints on the chest, stitches, slits."""

from collections.abc import Callable

from catalog.sample.attributes import Design
from catalog.sample.colours import Rgb
from catalog.sample.colourways import luminance
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import SIDES, Path, Point, quad
from catalog.sample.draw.frame import WAIST_Y, Frame
from catalog.sample.draw.tones import WHITE, darker, lighter

Painter = Callable[[Canvas, Design, Frame], None]
THREAD: Rgb = (214, 150, 82)
_LETTERS = {
    "M": ("10001", "11011", "10101", "10001", "10001"),
    "O": ("01110", "10001", "10001", "10001", "01110"),
    "D": ("11110", "10001", "10001", "10001", "11110"),
    "I": ("111", "010", "010", "010", "111"),
    "S": ("01111", "10000", "01110", "00001", "11110"),
    "T": ("11111", "00100", "00100", "00100", "00100"),
    "E": ("11111", "10000", "11110", "10000", "11111"),
}


def contrast(ground: Rgb) -> Rgb:
    """What shows on a ground: near white, or a deep version of it."""
    return lighter(ground, 0.85) if luminance(ground) < 150 else darker(ground, 0.62)


def rib_hem(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A ribbed band along the hem."""
    low, high = frame.hem_y, 13.0
    half = frame.half_width(frame.side[-1][1])
    above = frame.half_width(frame.side[-1][1] - high)
    y = frame.side[-1][1]
    band = [(-above, y - high), *quad((-above, y - high), (0, low - high + 2), (above, y - high)),
            (half, y), *quad((half, y), (0, 2 * low - y), (-half, y))]  # fmt: skip
    canvas.part(band)
    canvas.tint(band, canvas.ink, 0.12)
    for number in range(-11, 12):
        x = half * number / 12
        sag = (1 - (number / 12) ** 2) * (low - y)
        canvas.fold([(x, y - high + sag), (x, y + sag - 1)], strength=0.7, width=0.9)


def ruffle_hem(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A wavy flounce below the hem."""
    y, half = frame.side[-1][1] - 16, frame.half_width(frame.side[-1][1] - 16)
    waves: Path = []
    width = half + 10
    for wave in range(8):
        right, left = width * (1 - wave / 4), width * (1 - (wave + 1) / 4)
        sag = 24 + frame.hem_drop * (1 - (right / width) ** 2)
        waves += quad((right, y + sag), ((left + right) / 2, y + sag + 7), (left, y + sag), steps=4)
    top = quad((-half, y), (0, y + frame.hem_drop * 2), (half, y))
    canvas.part([*top, *waves])
    for number in range(-5, 6):
        canvas.fold([(half * number / 6, y + 5), (width * number / 6, y + 24)], strength=0.6)


def _peplum(canvas: Canvas, design: Design, frame: Frame) -> None:
    half = frame.half_width(WAIST_Y - 8)
    y = frame.side[-1][1]
    canvas.part(
        [
            (-half, WAIST_Y - 8),
            (half, WAIST_Y - 8),
            (half + 22, y),
            *quad((half + 22, y), (0, y + 18), (-half - 22, y)),
        ]
    )
    for number in range(-3, 4):
        canvas.fold([(half * number / 4, WAIST_Y - 4), ((half + 20) * number / 4, y + 2)])


def _shirring(canvas: Canvas, design: Design, frame: Frame) -> None:
    half = frame.half_width(170) - 3
    for y in range(156, 197, 8):
        points: list[Point] = [
            (half * step / 9, y + (2 if step % 2 else -1)) for step in range(-9, 10)
        ]
        canvas.fold(points, strength=0.5, width=1)


def _pintucks(canvas: Canvas, design: Design, frame: Frame) -> None:
    for x in (11, 16, 21, 26):
        for side in (1, -1):
            canvas.fold([(side * x, 122), (side * x, 186)], strength=0.55, width=0.9)


def _lace_trim(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = frame.side[-1][1]
    half = frame.half_width(y)
    lace = lighter(canvas.ground, 0.6) if luminance(canvas.ground) < 225 else (232, 226, 214)
    for step in range(-8, 9):
        x = half * step / 8.4
        canvas.dot(
            (x, y + frame.hem_drop * (1 - (step / 8) ** 2)), 4.4, lace, edge=darker(lace, 0.25)
        )


def _logo(canvas: Canvas, design: Design, frame: Frame) -> None:
    rgb = contrast(canvas.ground)
    canvas.dot((24, 142), 5, rgb)
    canvas.dot((24, 142), 2.2, canvas.ground)
    canvas.panel([(16, 150), (32, 150), (32, 152.5), (16, 152.5)], rgb, outline=False)


def _word(canvas: Canvas, word: str, middle: Point, size: float, rgb: Rgb) -> None:
    """Letters of square blocks, `size` units a block."""
    wide = sum(len(_LETTERS[letter][0]) + 1 for letter in word) - 1
    x = middle[0] - wide * size / 2
    for letter in word:
        for row, bits in enumerate(_LETTERS[letter]):
            y = middle[1] + (row - 2.5) * size
            for column, bit in enumerate(bits):
                if bit == "1":
                    left = x + column * size
                    block = [(left, y), (left + size, y), (left + size, y + size), (left, y + size)]
                    canvas.panel(block, rgb, outline=False)
        x += (len(_LETTERS[letter][0]) + 1) * size


def _slogan(canvas: Canvas, design: Design, frame: Frame) -> None:
    low = 172 if design.neck == "hood" else 158
    _word(canvas, "MODISTE", (0, low), 1.7, contrast(canvas.ground))


def _varsity(canvas: Canvas, design: Design, frame: Frame) -> None:
    place = (24, 148) if design.closure != "none" else (0, 160)
    size = 3.4 if design.closure != "none" else 6.0
    for shift, rgb in ((size * 0.35, darker(canvas.ground, 0.5)), (0.0, contrast(canvas.ground))):
        _word(canvas, "M", (place[0] + shift, place[1] + shift), size, rgb)


def _patch(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.dot((26, 144), 7, contrast(canvas.ground), edge=canvas.ink)
    canvas.panel([(22, 147), (26, 138), (30, 147)], THREAD, outline=False)


def _flowers(canvas: Canvas, design: Design, frame: Frame) -> None:
    for x, y, rgb in (
        (18, 128, (226, 120, 136)),
        (30, 146, (236, 190, 92)),
        (22, 164, (150, 170, 214)),
    ):
        for dx, dy in ((0, -4), (4, -1), (2.5, 3.5), (-2.5, 3.5), (-4, -1)):
            for side in (1, -1):
                canvas.dot((side * x + dx, y + dy), 2.4, rgb)
        for side in (1, -1):
            canvas.dot((side * x, y), 1.7, WHITE)


def _embroidery(canvas: Canvas, design: Design, frame: Frame) -> None:
    rgb = contrast(canvas.ground)
    canvas.line([(20, 146), (24, 140), (28, 146), (32, 140)], rgb=rgb, width=1.8)


def _piping(canvas: Canvas, design: Design, frame: Frame) -> None:
    rgb = contrast(canvas.ground)
    end = frame.side[-1]
    canvas.line(
        quad((-end[0], end[1] - 4), (0, 2 * frame.hem_y - end[1] - 4), (end[0], end[1] - 4)),
        rgb=rgb,
        width=2.2,
    )
    if design.kind.slug == "jacket":
        for x in (-7, 7):
            canvas.line([(x, 112), (x, frame.hem_y - 4)], rgb=rgb, width=2)


def _stitching(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = frame.side[-1][1] - 7
    half = frame.half_width(y)
    canvas.stitches(quad((-half, y), (0, y + 8), (half, y)), THREAD, count=34)
    for side in (1, -1):
        canvas.stitches([(side * 44, 100), (side * 26, y)], THREAD, count=34)
    canvas.line([(-frame.armpit[0], 144), (frame.armpit[0], 144)], rgb=canvas.ink, width=1)
    canvas.stitches([(-frame.armpit[0], 142), (frame.armpit[0], 142)], THREAD, count=34)


def _epaulettes(canvas: Canvas, design: Design, frame: Frame) -> None:
    x, y = frame.shoulder
    for turn in SIDES:
        tab = turn([(x - 1, y + 8), (x - 3, y - 1), (34, 87), (37, 95)])
        canvas.part(tab)
        canvas.dot(turn([(40, 92)])[0], 1.8, contrast(canvas.ground))


def _storm_flap(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.part(
        [
            (24, 88),
            (frame.shoulder[0] - 6, frame.shoulder[1]),
            (frame.armpit[0] - 8, 140),
            *quad((frame.armpit[0] - 8, 140), (36, 158), (20, 138)),
        ]
    )


def _slits(canvas: Canvas, design: Design, frame: Frame) -> None:
    x, y = frame.side[-1]
    high = min(40.0, (y - 150) * 0.3)
    for side in (1, -1):
        canvas.cut(
            [
                (side * (x - 5), y + 5),
                (side * (frame.half_width(y - high) - 1), y - high),
                (side * (x + 12), y + 6),
            ]
        )
        canvas.line(
            [(side * (x - 5), y + 3), (side * (frame.half_width(y - high) - 1), y - high)],
            width=1.8,
        )


def _scallops(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = frame.side[-1][1]
    for step in range(-9, 10):
        canvas.dot((frame.half_width(y) * step / 9.5, y + 2), 3.6, canvas.ground, edge=canvas.ink)


def _drawstring(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = frame.side[-1][1] - 7 if "drawstring hem" in design.features else WAIST_Y
    half = frame.half_width(y)
    canvas.line(quad((-half, y), (0, y + 9), (half, y)), width=1.6)
    for x in (-8, 8):
        canvas.line([(x, y + 4), (x * 1.4, y + 24)], rgb=contrast(canvas.ground), width=1.6)


def _tape(canvas: Canvas, design: Design, frame: Frame) -> None:
    half = frame.half_width(166) - 1
    canvas.panel([(-half, 163), (half, 163), (half, 169), (-half, 169)], (214, 220, 222))


def _fleece_lining(canvas: Canvas, design: Design, frame: Frame) -> None:
    """Curls that show at the neck."""
    for x, y in ((19, 74), (23, 80), (25, 87), (20, 92), (14, 97), (7, 100), (0, 102)):
        for side in (1, -1):
            canvas.dot((side * x, y), 5, (244, 238, 226), edge=(214, 204, 188))


TRIMS: dict[str, Painter] = {
    "peplum hem": _peplum,
    "shirring": _shirring,
    "pintucks": _pintucks,
    "lace trim": _lace_trim,
    "logo print": _logo,
    "slogan print": _slogan,
    "varsity letter": _varsity,
    "embroidered patch": _patch,
    "embroidered flowers": _flowers,
    "chest embroidery": _embroidery,
    "contrast piping": _piping,
    "contrast stitching": _stitching,
    "epaulettes": _epaulettes,
    "storm flap": _storm_flap,
    "side slits": _slits,
    "scallop trim": _scallops,
    "drawstring hem": _drawstring,
    "drawstring waist": _drawstring,
    "reflective tape": _tape,
    "ruffle hem": ruffle_hem,
    "rib hem": rib_hem,
}
LAST: dict[str, Painter] = {"fleece lining": _fleece_lining}
"""What lies over the collar."""
