"""The canvas: cloth, cut to shape by a mask, with lines and trimmings on top.

Everything is drawn three times as large as it will be seen, which smooths the edges. The paint
covers the whole sheet with cloth from the start; the mask says how much of it is there.
"""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from catalog.sample.colours import Rgb
from catalog.sample.draw.curves import HEIGHT, WIDTH, Point, along
from catalog.sample.draw.tones import ink, mix

SCALE = 3
SIZE = (WIDTH * SCALE, HEIGHT * SCALE)
_LINE_WIDTH = 1.3


class Canvas:
    """One garment in the making.

    Args:
        cloth: RGB of the size `SIZE`.
        ground: the cloth's main colour, which lines and plain panels follow.
        is_fluffy: whether edges are curly, as on fleece.
        zoom: how large the garment is drawn; 1 fits all that ends 400 units below the top.
    """

    def __init__(
        self, cloth: Image.Image, ground: Rgb, *, is_fluffy: bool = False, zoom: float = 1.0
    ) -> None:
        self.ground = ground
        self.ink = ink(ground)
        self.cloth = cloth
        self.paint = cloth.copy()
        self.mask = Image.new("L", SIZE)
        self._is_fluffy = is_fluffy
        self._scale = SCALE * zoom
        self._pen = ImageDraw.Draw(self.paint)
        self._mask_pen = ImageDraw.Draw(self.mask)

    @property
    def is_dark(self) -> bool:
        """Whether lines on the cloth are paler than it."""
        return self.ink > self.ground

    def part(self, path: Sequence[Point], *, opacity: float = 1.0, outline: bool = True) -> None:
        """Lay cloth over what is there, in the shape of a closed path."""
        pixels = self._pixels(path)
        box = _box(pixels)
        self.paint.paste(self.cloth.crop(box), box[:2], _stencil(pixels, box, 255))
        self._mask_pen.polygon(pixels, fill=round(255 * opacity))
        if self._is_fluffy:
            self._curl(path)
        if outline:
            self.line([*path, path[0]])

    def panel(self, path: Sequence[Point], rgb: Rgb, *, outline: bool = True) -> None:
        """Lay plain stuff of one colour over what is there: ribs, linings, buttons."""
        pixels = self._pixels(path)
        self._pen.polygon(pixels, fill=rgb)
        self._mask_pen.polygon(pixels, fill=255)
        if outline:
            self.line([*path, path[0]], rgb=ink(rgb))

    def cut(self, path: Sequence[Point]) -> None:
        """Take away all that lies in a closed path."""
        self._mask_pen.polygon(self._pixels(path), fill=0)

    def tint(self, path: Sequence[Point], rgb: Rgb, opacity: float) -> None:
        """Colour what is there, without adding to its shape."""
        pixels = self._pixels(path)
        box = _box(pixels)
        self.paint.paste(rgb, box, _stencil(pixels, box, round(255 * opacity)))

    def line(
        self, path: Sequence[Point], *, width: float = _LINE_WIDTH, rgb: Rgb | None = None
    ) -> None:
        """Draw a line, in the ink of the cloth unless told."""
        self._pen.line(
            self._pixels(path), rgb or self.ink, round(width * self._scale), joint="curve"
        )

    def fold(self, path: Sequence[Point], *, strength: float = 0.4, width: float = 1.2) -> None:
        """Draw a soft line: a fold, a seam, a pleat."""
        self.line(path, width=width, rgb=mix(self.ground, self.ink, strength))

    def stitches(self, path: Sequence[Point], rgb: Rgb, *, count: int) -> None:
        """Draw a dashed line of `count` stitches."""
        for number in range(count):
            ends = [along(path, (number + share) / count) for share in (0.15, 0.75)]
            self.line(ends, width=0.8, rgb=rgb)

    def dot(self, centre: Point, radius: float, rgb: Rgb, *, edge: Rgb | None = None) -> None:
        """Draw a disc, on the cloth and beyond it."""
        x, y = self._pixel(centre)
        r = radius * self._scale
        box = (x - r, y - r, x + r, y + r)
        self._pen.ellipse(box, fill=rgb, outline=edge, width=2 if edge else 0)
        self._mask_pen.ellipse(box, fill=255)

    def _pixel(self, point: Point) -> tuple[int, int]:
        x, y = point
        return (round(x * self._scale + SIZE[0] / 2), round(y * self._scale))

    def _pixels(self, path: Sequence[Point]) -> list[tuple[int, int]]:
        return [self._pixel(point) for point in path]

    def _curl(self, path: Sequence[Point]) -> None:
        """Curls along an edge: discs of cloth that the mask lets through."""
        for start, end in zip(path, [*path[1:], path[0]], strict=True):
            length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
            for step in range(max(1, round(length / 4))):
                x, y = self._pixel(along([start, end], step * 4 / max(length, 4)))
                r = (2.4, 3.8, 3.0)[(step + x) % 3] * self._scale
                self._mask_pen.ellipse((x - r, y - r, x + r, y + r), fill=255)


def _box(pixels: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
    left, top = max(0, min(xs)), max(0, min(ys))
    return (left, top, max(left, min(SIZE[0] - 1, max(xs))) + 1, min(SIZE[1] - 1, max(ys)) + 1)


def _stencil(
    pixels: list[tuple[int, int]], box: tuple[int, int, int, int], level: int
) -> Image.Image:
    stencil = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    moved = [(x - box[0], y - box[1]) for x, y in pixels]
    ImageDraw.Draw(stencil).polygon(moved, fill=level)
    return stencil
