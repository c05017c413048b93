"""One item's picture: the garment on its background, with light from the upper left."""

import io

from PIL import Image, ImageChops, ImageFilter

from catalog.sample.attributes import Design
from catalog.sample.colourways import Colourway
from catalog.sample.draw.canvas import SCALE, Canvas
from catalog.sample.draw.cloth import lay_cloth
from catalog.sample.draw.curves import HEIGHT, WIDTH
from catalog.sample.draw.form import backdrop
from catalog.sample.draw.legs import draw_pants
from catalog.sample.draw.skirts import draw_skirt
from catalog.sample.draw.tones import WHITE, darker
from catalog.sample.draw.uppers import draw_upper

_JPEG_QUALITY = 88
_JUMPSUIT_ZOOM = 0.84
"""Legs below a bodice need the room."""
_SMALL = (WIDTH // 4, HEIGHT // 4)
_SHADOW = (70, 60, 72)
_SHINY = ("satin", "leather")


def draw_picture(design: Design, way: Colourway) -> Image.Image:
    """The item as a shop would show it, RGB, 320 by 400 pixels."""
    is_bottom = design.kind.specification == "bottom"
    zoom = _JUMPSUIT_ZOOM if design.cut in ("jumpsuit", "overalls") else 1.0
    canvas = Canvas(
        lay_cloth(design, way),
        way.shades[0].rgb,
        is_fluffy=design.fabric.surface == "fleece",
        zoom=zoom,
    )
    if is_bottom:
        (draw_pants if design.kind.slug == "pants" else draw_skirt)(canvas, design)
    else:
        draw_upper(canvas, design, way)
    picture = backdrop(design.season, "" if is_bottom else design.gender, zoom).copy()
    return _lit(picture, canvas, is_shiny=_is_shiny(design))


def picture_bytes(design: Design, way: Colourway) -> bytes:
    """The picture as a JPEG file."""
    stream = io.BytesIO()
    draw_picture(design, way).save(stream, "JPEG", quality=_JPEG_QUALITY)
    return stream.getvalue()


def _is_shiny(design: Design) -> bool:
    return design.fabric.surface in _SHINY or design.fabric_key == "padded nylon"


def _lit(picture: Image.Image, canvas: Canvas, *, is_shiny: bool) -> Image.Image:
    """Lay the garment on the picture: its shadow, its roundness, its shine."""
    garment, mask = canvas.paint.reduce(SCALE), canvas.mask.reduce(SCALE)
    small = mask.resize(_SMALL, Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(3))
    shadow = _grown(_moved(soft, 2, 3)).point([level // 4 for level in range(256)])
    picture.paste(_SHADOW, mask=shadow)
    edges = ImageChops.invert(_moved(soft, 2, 2))
    depth = _grown(edges).point([level * 2 // 5 for level in range(256)])
    garment.paste(darker(canvas.ground, 0.75), mask=depth)
    if is_shiny:
        garment.paste(WHITE, mask=_shine(soft))
    picture.paste(garment, mask=mask)
    return picture


def _shine(soft: Image.Image) -> Image.Image:
    """A band of light along the left edges."""
    band = ImageChops.subtract(_moved(soft, -3, -1), _moved(soft, 4, 2))
    return _grown(band).point([level // 2 for level in range(256)])


def _moved(small: Image.Image, dx: int, dy: int) -> Image.Image:
    moved = Image.new("L", small.size)
    moved.paste(small, (dx, dy))
    return moved


def _grown(small: Image.Image) -> Image.Image:
    return small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
