"""The background: a soft wall in the season's light, and the dress form that tops hang on."""

from functools import cache, partial

from PIL import Image, ImageDraw, ImageFilter

from catalog.sample.colours import Rgb
from catalog.sample.draw.curves import HEIGHT, WIDTH, Path, box, cubic, symmetric
from catalog.sample.draw.tones import darker, lighter, mix

_OVER = 3
_WALLS: dict[str, Rgb] = {
    "f": (240, 233, 226),
    "u": (228, 238, 238),
    "w": (228, 230, 239),
}
_LINEN: Rgb = (222, 208, 190)
_WOOD: Rgb = (156, 117, 84)
_SHOULDERS = {"female": 55, "both": 59, "male": 65}
_WAISTS = {"female": 40, "both": 46, "male": 51}


@cache
def backdrop(season: str, figure: str, zoom: float = 1.0) -> Image.Image:
    """The picture before the garment.

    Args:
        season: letters of `attributes.SEASONS`; the first one counts.
        figure: a gender for a dress form of its proportions, or empty for none.
        zoom: how large the form is; its stand always reaches the floor.
    """
    wall = _wall(_WALLS[season[0]])
    if figure:
        wall = _with_form(wall, figure, zoom)
    return wall


def _wall(rgb: Rgb) -> Image.Image:
    """Lighter in the middle, with a floor near the bottom."""
    image = Image.new("RGB", (WIDTH, HEIGHT), rgb)
    glow = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(glow).ellipse((40, 40, 280, 330), fill=190)
    image.paste(lighter(rgb, 0.75), mask=glow.filter(ImageFilter.GaussianBlur(50)))
    floor = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(floor).rectangle((0, 372, WIDTH, HEIGHT), fill=90)
    image.paste(darker(rgb, 0.14), mask=floor.filter(ImageFilter.GaussianBlur(6)))
    return image


def _with_form(wall: Image.Image, figure: str, zoom: float) -> Image.Image:
    large = wall.resize((WIDTH * _OVER, HEIGHT * _OVER), Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(large)
    _stand(pen, 280 * zoom)
    at = partial(_scaled, zoom=zoom)
    body = _torso(_SHOULDERS[figure], _WAISTS[figure])
    pen.polygon(at(body), fill=_LINEN)
    edge = mix(_LINEN, darker(_LINEN, 0.5), 0.5)
    pen.line(at([*body, body[0]]), fill=edge, width=4, joint="curve")
    seam = mix(_LINEN, edge, 0.45)
    pen.line(at([(0, 52), (0, 288)]), fill=seam, width=3)
    for y in (78, 212):
        pen.line(at(_girth(y, 15 if y < 100 else _WAISTS[figure])), fill=seam, width=3)
    cap = symmetric([(0, 34), *cubic((0, 34), (12, 34), (14, 40), (15, 50)), (0, 53)])
    pen.polygon(at(cap), fill=_WOOD)
    pen.line(at([(-15, 50), (0, 53), (15, 50)]), fill=darker(_WOOD, 0.35), width=4)
    return large.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


def _stand(pen: ImageDraw.ImageDraw, top: float) -> None:
    pen.polygon(_scaled(box(-4, top, 4, 374)), fill=_WOOD)
    foot = symmetric([(0, 366), *cubic((0, 366), (20, 368), (44, 374), (46, 384)), (0, 384)])
    pen.polygon(_scaled(foot), fill=darker(_WOOD, 0.12))


def _torso(shoulder: float, waist: float) -> Path:
    """Neck, shoulders, waist and hips."""
    right = [
        (0, 48),
        (15, 48),
        *cubic((15, 48), (14, 70), (18, 80), (28, 84)),
        *cubic((28, 84), (40, 88), (shoulder - 6, 90), (shoulder, 98)),
        *cubic((shoulder, 98), (shoulder + 2, 112), (shoulder - 6, 128), (shoulder - 6, 146)),
        *cubic((shoulder - 6, 146), (shoulder - 4, 170), (waist, 190), (waist, 212)),
        *cubic((waist, 212), (waist, 232), (56, 244), (56, 270)),
        *cubic((56, 270), (54, 288), (30, 294), (0, 294)),
    ]
    return symmetric(right)


def _girth(y: float, half: float) -> Path:
    return cubic((-half, y - 2), (-half / 2, y + 3), (half / 2, y + 3), (half, y - 2))


def _scaled(path: Path, zoom: float = 1.0) -> list[tuple[int, int]]:
    scale = _OVER * zoom
    return [(round(x * scale + WIDTH * _OVER / 2), round(y * scale)) for x, y in path]
