"""Surfaces: the weave or knit of a cloth, as a grey tile that darkens and lightens its colours."""

import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

TILE = 240
"""Side of a tile in pixels of the canvas; it repeats without a seam."""
_FLAT = 128
Pen = ImageDraw.ImageDraw


@cache
def surface_tile(name: str) -> Image.Image | None:
    """The tile of a surface, 128 where the colour stays as it is; None for smooth cloths."""
    paint = _PAINTERS.get(name)
    if paint is None:
        return None
    tile = Image.new("L", (TILE, TILE), _FLAT)
    paint(ImageDraw.Draw(tile), random.Random(f"surface {name}"))
    return tile


def textured(tile: Image.Image, surface: str) -> Image.Image:
    """An RGB tile with the surface's light and dark on it."""
    grey = surface_tile(surface)
    if grey is None:
        return tile
    dark = grey.point([max(0, _FLAT - level) for level in range(256)])
    light = grey.point([max(0, level - _FLAT) for level in range(256)])
    shaded = tile.copy()
    shaded.paste((20, 16, 26), mask=dark)
    shaded.paste((255, 255, 255), mask=light)
    return shaded


def _strokes(
    pen: Pen, rng: random.Random, count: int, reach: tuple[int, int], depth: int, width: int = 2
) -> None:
    """Short strokes of random place, up to `reach` long, `depth` darker or lighter."""
    for _ in range(count):
        x, y = rng.randrange(TILE), rng.randrange(TILE)
        dx, dy = rng.randint(-reach[0], reach[0]), rng.randint(-reach[1], reach[1])
        level = _FLAT + rng.choice((-depth, depth))
        for left in (-TILE, 0, TILE):
            for top in (-TILE, 0, TILE):
                ends = (x + left, y + top, x + dx + left, y + dy + top)
                pen.line(ends, fill=level, width=width)


def _jersey(pen: Pen, rng: random.Random) -> None:
    _strokes(pen, rng, 260, (0, 7), 9)


def _melton(pen: Pen, rng: random.Random) -> None:
    _strokes(pen, rng, 700, (5, 5), 16)


def _denim(pen: Pen, rng: random.Random) -> None:
    for start in range(-TILE, TILE, 6):
        pen.line((start, TILE, start + TILE, 0), fill=_FLAT + 40, width=3)
    _strokes(pen, rng, 360, (1, 14), 24)


def _linen(pen: Pen, rng: random.Random) -> None:
    _strokes(pen, rng, 120, (40, 0), 20)
    _strokes(pen, rng, 120, (0, 40), 20)


def _cord(pen: Pen, rng: random.Random) -> None:
    for x in range(0, TILE, 12):
        pen.rectangle((x, 0, x + 3, TILE), fill=_FLAT - 42)
        pen.rectangle((x + 6, 0, x + 8, TILE), fill=_FLAT + 26)


def _ribs(pen: Pen, rng: random.Random) -> None:
    for x in range(0, TILE, 16):
        pen.rectangle((x, 0, x + 4, TILE), fill=_FLAT - 34)
        pen.rectangle((x + 9, 0, x + 11, TILE), fill=_FLAT + 18)


def _stitch_rows(pen: Pen, wide: int, high: int, depth: int) -> None:
    """Rows of knitted stitches: a V in each."""
    for x in range(0, TILE, wide):
        for y in range(-high, TILE, high):
            middle = x + wide // 2
            pen.line((x, y, middle, y + high), fill=_FLAT - depth, width=2)
            pen.line((middle, y + high, x + wide, y), fill=_FLAT - depth, width=2)
            pen.line((x + 2, y + 4, middle - 1, y + high + 3), fill=_FLAT + depth // 2, width=2)


def _knit(pen: Pen, rng: random.Random) -> None:
    _stitch_rows(pen, 16, 12, 40)


def _fine_knit(pen: Pen, rng: random.Random) -> None:
    _stitch_rows(pen, 10, 8, 18)


def _cable(pen: Pen, rng: random.Random) -> None:
    _stitch_rows(pen, 12, 10, 16)
    for x in range(15, TILE, 80):
        pen.rectangle((x - 6, 0, x + 48, TILE), fill=_FLAT - 6)
        for edge in (x - 8, x + 48):
            pen.rectangle((edge, 0, edge + 3, TILE), fill=_FLAT - 60)
        for y in range(-60, TILE, 60):
            _crossing(pen, x, y)


def _crossing(pen: Pen, x: int, y: int) -> None:
    """One crossing of two strands of a cable, 42 wide and 60 high."""
    left, right = x + 8, x + 34
    for start, end in ((left, right), (right, left)):
        path = [(start, y), (start, y + 12), (end, y + 48), (end, y + 60)]
        pen.line(path, fill=_FLAT - 70, width=19, joint="curve")
        pen.line(path, fill=_FLAT + 14, width=13, joint="curve")


def _mohair(pen: Pen, rng: random.Random) -> None:
    _stitch_rows(pen, 20, 16, 16)
    _strokes(pen, rng, 900, (14, 10), 26)


def _tweed(pen: Pen, rng: random.Random) -> None:
    _strokes(pen, rng, 900, (9, 3), 58, width=4)
    for y in range(0, TILE, 16):
        pen.line((0, y, TILE, y), fill=_FLAT - 26, width=2)


def _fleece(pen: Pen, rng: random.Random) -> None:
    for _ in range(520):
        x, y, r = rng.randrange(TILE), rng.randrange(TILE), rng.randint(6, 11)
        start = rng.randrange(360)
        for left in (-TILE, 0, TILE):
            for top in (-TILE, 0, TILE):
                box = (x + left - r, y + top - r, x + left + r, y + top + r)
                pen.arc(box, start, start + 220, fill=_FLAT - 34, width=3)
                pen.arc(box, start + 180, start + 330, fill=_FLAT + 40, width=3)


def _lace(pen: Pen, rng: random.Random) -> None:
    for y in range(0, TILE, 24):
        for x in range(0, TILE, 24):
            shift = 12 if (y // 24) % 2 else 0
            for box in ((x + shift - 9, y - 9, x + shift + 9, y + 9),):
                pen.ellipse(box, outline=_FLAT + 70, width=3)
                pen.ellipse((box[0] + 6, box[1] + 6, box[2] - 6, box[3] - 6), fill=_FLAT - 60)


def _leather(pen: Pen, rng: random.Random) -> None:
    _strokes(pen, rng, 320, (6, 6), 14)


_PAINTERS: dict[str, Callable[[Pen, random.Random], None]] = {
    "jersey": _jersey,
    "melton": _melton,
    "denim": _denim,
    "linen": _linen,
    "cord": _cord,
    "rib": _ribs,
    "knit": _knit,
    "fine knit": _fine_knit,
    "cable": _cable,
    "mohair": _mohair,
    "tweed": _tweed,
    "fleece": _fleece,
    "lace": _lace,
    "leather": _leather,
}


def softened(tile: Image.Image, radius: float) -> Image.Image:
    """A blurred tile that still repeats without a seam."""
    wide = Image.new(tile.mode, (3 * TILE, 3 * TILE))
    for x in range(3):
        for y in range(3):
            wide.paste(tile, (x * TILE, y * TILE))
    blurred = wide.filter(ImageFilter.GaussianBlur(radius))
    return blurred.crop((TILE, TILE, 2 * TILE, 2 * TILE))
