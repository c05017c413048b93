"""Prints and woven patterns, as coloured tiles that repeat without a seam."""

import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from catalog.sample.colours import Rgb
from catalog.sample.draw.surfaces import TILE, softened
from catalog.sample.draw.tones import ink, lighter, mix

Pen = ImageDraw.ImageDraw
Colours = Sequence[Rgb]


def print_tile(name: str, colours: Colours) -> Image.Image:
    """The tile of a print; the first colour is its ground.

    Raises:
        KeyError: no such print.
    """
    tile = Image.new("RGB", (TILE, TILE), colours[0])
    _PAINTERS[name](ImageDraw.Draw(tile), colours)
    return softened(tile, 7) if name == "tie-dye" else tile


def _solid(pen: Pen, colours: Colours) -> None:
    """Nothing on the ground."""


def _stripe(pen: Pen, colours: Colours) -> None:
    for y in range(0, TILE, 40):
        pen.rectangle((0, y, TILE, y + 15), fill=colours[1])


def _pinstripe(pen: Pen, colours: Colours) -> None:
    for x in range(0, TILE, 30):
        pen.rectangle((x, 0, x + 2, TILE), fill=mix(colours[0], ink(colours[0]), 0.75))


def _gingham(pen: Pen, colours: Colours) -> None:
    half = mix(colours[0], colours[1], 0.5)
    for place in range(0, TILE, 48):
        pen.rectangle((place, 0, place + 23, TILE), fill=half)
        pen.rectangle((0, place, TILE, place + 23), fill=half)
    for x in range(0, TILE, 48):
        for y in range(0, TILE, 48):
            pen.rectangle((x, y, x + 23, y + 23), fill=colours[1])


def _glen_check(pen: Pen, colours: Colours) -> None:
    line = mix(colours[0], ink(colours[0]), 0.55)
    for place in range(0, 80, 10):
        pen.rectangle((place, 0, place + 3, TILE), fill=line)
        pen.rectangle((0, place, TILE, place + 3), fill=line)
    for place in (120, 180):
        pen.rectangle((place, 0, place + 2, TILE), fill=line)
        pen.rectangle((0, place, TILE, place + 2), fill=line)


def _herringbone(pen: Pen, colours: Colours) -> None:
    line = mix(colours[0], ink(colours[0]), 0.5)
    for x in range(0, TILE, 40):
        for y in range(-40, TILE, 12):
            pen.line((x, y, x + 20, y + 20), fill=line, width=4)
            pen.line((x + 20, y + 20, x + 40, y), fill=line, width=4)


def _plaid(pen: Pen, colours: Colours) -> None:
    bands = ((10, 70, 1, 0.55), (100, 112, 2, 0.8), (150, 190, 3, 0.5), (205, 212, 2, 0.9))
    for start, end, index, share in bands:
        pen.rectangle((start, 0, end, TILE), fill=mix(colours[0], colours[index], share))
    for start, end, index, share in bands:
        for x in range(0, TILE, 6):
            pen.rectangle((x, start, x + 2, end), fill=mix(colours[0], colours[index], share))


def _dot(pen: Pen, colours: Colours) -> None:
    for row, y in enumerate(range(0, TILE + 1, 30)):
        for x in range(-30 if row % 2 else 0, TILE + 30, 60):
            pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=colours[1])


def _flower(pen: Pen, x: int, y: int, size: int, petal: Rgb, heart: Rgb) -> None:
    """Five petals around a heart; the places are those of a regular pentagon."""
    for dx, dy in ((0, -100), (95, -31), (59, 81), (-59, 81), (-95, -31)):
        px, py = x + dx * size // 100, y + dy * size // 100
        r = size * 3 // 4
        pen.ellipse((px - r, py - r, px + r, py + r), fill=petal)
    r = size * 3 // 5
    pen.ellipse((x - r, y - r, x + r, y + r), fill=heart)


def _floral(pen: Pen, colours: Colours) -> None:
    ground, first, second, third = colours[:4]
    for x, y, dx, dy in (
        (70, 96, 26, 12),
        (180, 60, -24, 14),
        (120, 190, 24, -14),
        (24, 190, 16, -20),
    ):
        pen.line((x, y, x + dx, y + dy), fill=mix(ground, third, 0.8), width=5)
        pen.ellipse((x + dx - 11, y + dy - 7, x + dx + 11, y + dy + 7), fill=third)
    _flower(pen, 56, 60, 22, first, second)
    _flower(pen, 176, 160, 22, first, second)
    _flower(pen, 180, 40, 15, second, first)
    _flower(pen, 60, 176, 15, second, first)
    for x, y in ((120, 24), (118, 112), (26, 120), (214, 104), (112, 222), (220, 216)):
        _flower(pen, x, y, 7, third, lighter(third, 0.7))


def _argyle(pen: Pen, colours: Colours) -> None:
    for row in range(3):
        for column in range(5):
            x, y = column * 60 - (30 if row % 2 else 0) + 30, row * 120
            colour = colours[1] if column % 2 else colours[2]
            pen.polygon(((x, y - 60), (x + 30, y), (x, y + 60), (x - 30, y)), fill=colour)
    for start in range(-240, 480, 60):
        pen.line((start, 0, start + 120, TILE), fill=colours[3], width=2)
        pen.line((start, TILE, start + 120, 0), fill=colours[3], width=2)


def _tie_dye(pen: Pen, colours: Colours) -> None:
    rng = random.Random("tie-dye")
    for number in range(46):
        x, y = rng.randrange(TILE), rng.randrange(TILE)
        wide, high = rng.randint(14, 44), rng.randint(8, 22)
        for left in (x - TILE, x, x + TILE):
            for top in (y - TILE, y, y + TILE):
                box = (left - wide, top - high, left + wide, top + high)
                pen.ellipse(box, fill=colours[number % 4])


def _patchwork(pen: Pen, colours: Colours) -> None:
    for row in range(4):
        for column in range(4):
            x, y = column * 60, row * 60
            colour = colours[(row * 3 + column * 2 + row // 2) % 4]
            pen.rectangle((x, y, x + 59, y + 59), fill=colour, outline=ink(colour), width=1)
            if (row + column) % 3 == 0:
                _flower(pen, x + 30, y + 30, 10, lighter(colour, 0.6), ink(colour))
            elif (row + column) % 3 == 1:
                for stripe in range(6, 60, 14):
                    pen.rectangle(
                        (x + stripe, y, x + stripe + 4, y + 59), fill=lighter(colour, 0.4)
                    )


def _leopard(pen: Pen, colours: Colours) -> None:
    spots = (
        (30, 30, 22), (96, 60, 26), (168, 28, 22), (216, 84, 20), (44, 108, 24),
        (128, 128, 22), (196, 152, 26), (30, 188, 22), (100, 204, 24), (168, 214, 18),
    )  # fmt: skip
    for number, (x, y, r) in enumerate(spots):
        pen.ellipse((x - r, y - r * 3 // 4, x + r, y + r * 3 // 4), fill=colours[1])
        box = (x - r, y - r * 3 // 4, x + r, y + r * 3 // 4)
        start = number * 77 % 360
        pen.arc(box, start, start + 130, fill=colours[2], width=9)
        pen.arc(box, start + 170, start + 300, fill=colours[2], width=9)
    for x, y in ((66, 12), (132, 94), (72, 154), (232, 196), (136, 174), (232, 28)):
        pen.ellipse((x - 6, y - 5, x + 6, y + 5), fill=colours[2])


def _geometric(pen: Pen, colours: Colours) -> None:
    for row in range(2):
        for column in range(2):
            x, y = column * 120, row * 120
            turn = row + column
            pen.pieslice((x - 20, y + 20, x + 80, y + 120), 270, 450, fill=colours[1 + turn % 3])
            pen.polygon(((x + 70, y + 10), (x + 116, y + 10), (x + 116, y + 60)),
                        fill=colours[1 + (turn + 1) % 3])  # fmt: skip
            pen.rectangle((x + 84, y + 74, x + 104, y + 112), fill=colours[1 + (turn + 2) % 3])
            pen.ellipse((x + 20, y + 2, x + 40, y + 22), fill=colours[1 + (turn + 2) % 3])


def _paisley(pen: Pen, colours: Colours) -> None:
    for x, y, way in ((60, 70, 1), (180, 190, 1), (180, 70, -1), (60, 190, -1)):
        for size, colour in ((36, colours[1]), (25, colours[2]), (13, colours[3])):
            pen.ellipse((x - size, y - size, x + size, y + size), fill=colour)
            tip = (x + way * size * 6 // 5, y - size * 8 // 5)
            pen.polygon(
                ((x - way * size // 2, y - size * 6 // 7), tip, (x + way * size, y)), fill=colour
            )
    for x, y in ((120, 20), (0, 130), (120, 130), (240, 130), (0, 20), (240, 20)):
        _flower(pen, x, y, 9, colours[3], colours[1])


def _nordic(pen: Pen, colours: Colours) -> None:
    other = colours[1]
    for x in range(0, TILE, 24):
        pen.polygon(((x, 40), (x + 12, 20), (x + 24, 40), (x + 12, 60)), fill=other)
        pen.polygon(((x, 180), (x + 12, 160), (x + 24, 180)), fill=other)
        pen.rectangle((x + 9, 88, x + 15, 94), fill=other)
    for y in (8, 70, 110, 150):
        pen.rectangle((0, y, TILE, y + 4), fill=other)
    for x in range(0, TILE, 60):
        pen.line((x + 30, 116, x + 30, 144), fill=other, width=5)
        pen.line((x + 16, 130, x + 44, 130), fill=other, width=5)
        pen.line((x + 20, 120, x + 40, 140), fill=other, width=4)
        pen.line((x + 20, 140, x + 40, 120), fill=other, width=4)


_PAINTERS: dict[str, Callable[[Pen, Colours], None]] = {
    "solid": _solid,
    "colour block": _solid,
    "stripe": _stripe,
    "pinstripe": _pinstripe,
    "gingham": _gingham,
    "glen check": _glen_check,
    "herringbone": _herringbone,
    "plaid": _plaid,
    "dot": _dot,
    "floral": _floral,
    "argyle": _argyle,
    "tie-dye": _tie_dye,
    "patchwork": _patchwork,
    "leopard": _leopard,
    "geometric": _geometric,
    "paisley": _paisley,
    "nordic": _nordic,
}
