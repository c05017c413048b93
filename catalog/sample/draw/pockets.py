"""Pockets of coats, shirts and tops."""

from collections.abc import Callable

from catalog.sample.attributes import Design
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import Path, Point, mirror
from catalog.sample.draw.frame import Frame

_STEEL = (196, 198, 204)


def pocket_line(frame: Frame) -> float:
    """Height of the pockets that hands go into."""
    return min(232.0, frame.hem_y - 46)


def _both(canvas: Canvas, path: Path) -> None:
    canvas.part(path)
    canvas.part(mirror(path))


def _box(x: float, y: float, wide: float, high: float) -> Path:
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


def _flap(x: float, y: float, wide: float, high: float) -> Path:
    return [
        (x, y),
        (x + wide, y),
        (x + wide, y + high - 3),
        (x + wide / 2, y + high),
        (x, y + high - 3),
    ]


def _flap_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    _both(canvas, _box(20, pocket_line(frame), 27, 9))


def _patch_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = pocket_line(frame) - 4
    _both(canvas, _box(18, y, 28, 32))
    for side in (1, -1):
        canvas.fold([(side * 18, y + 6), (side * 46, y + 6)], strength=0.7)


def _welt_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = pocket_line(frame)
    _both(canvas, [(24, y), (31, y + 1), (45, y + 26), (38, y + 27)])


def _slant_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = pocket_line(frame) - 6
    for path in ([(26, y), (44, y + 26)], [(29, y - 1), (47, y + 24)]):
        canvas.line(path)
        canvas.line(mirror(path))


def _zip_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = pocket_line(frame) - 4
    path: list[Point] = [(22, y + 12), (46, y)]
    for side in (path, mirror(path)):
        canvas.line(side, width=2.6)
        canvas.stitches(side, _STEEL, count=9)


def _chest_pocket(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.part([(15, 146), (37, 146), (37, 168), (26, 173), (15, 168)])
    canvas.fold([(15, 151), (37, 151)], strength=0.7)


def _chest_flap_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    _both(canvas, _box(16, 150, 24, 26))
    _both(canvas, _flap(15, 146, 26, 12))
    for x in (-28, 28):
        canvas.dot((x, 154), 1.7, _STEEL, edge=canvas.ink)


def _four_flap_pockets(canvas: Canvas, design: Design, frame: Frame) -> None:
    _chest_flap_pockets(canvas, design, frame)
    y = pocket_line(frame) - 6
    _both(canvas, _box(17, y + 4, 31, 34))
    _both(canvas, _flap(16, y, 33, 13))


def _chest_welt(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.part([(26, 152), (44, 149), (44, 155), (26, 158)])


def _chest_zip_pocket(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.panel(_box(16, 140, 24, 22), (58, 60, 66))
    canvas.stitches([(17, 143), (39, 143)], _STEEL, count=8)


def _kangaroo_pocket(canvas: Canvas, design: Design, frame: Frame) -> None:
    y = frame.hem_y - (58 if frame.hem_y > 215 else 46)
    canvas.part([(-26, y), (26, y), (38, y + 26), (38, y + 42), (-38, y + 42), (-38, y + 26)])


def _bib_pocket(canvas: Canvas, design: Design, frame: Frame) -> None:
    canvas.part([(-16, 152), (16, 152), (16, 180), (0, 186), (-16, 180)])
    canvas.fold([(-16, 158), (16, 158)], strength=0.8)


POCKETS: dict[str, Callable[[Canvas, Design, Frame], None]] = {
    "flap pockets": _flap_pockets,
    "patch pockets": _patch_pockets,
    "welt pockets": _welt_pockets,
    "slant pockets": _slant_pockets,
    "zip pockets": _zip_pockets,
    "chest pocket": _chest_pocket,
    "chest flap pockets": _chest_flap_pockets,
    "four flap pockets": _four_flap_pockets,
    "chest welt": _chest_welt,
    "chest zip pocket": _chest_zip_pocket,
    "kangaroo pocket": _kangaroo_pocket,
    "bib pocket": _bib_pocket,
}
