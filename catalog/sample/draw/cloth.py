"""A sheet of cloth: the print in its colours, with the surface of the fabric."""

from PIL import Image

from catalog.sample.attributes import Design
from catalog.sample.colours import Rgb
from catalog.sample.colourways import Colourway
from catalog.sample.draw.canvas import SCALE, SIZE
from catalog.sample.draw.prints import print_tile
from catalog.sample.draw.surfaces import TILE, textured

_BLOCK_TOP, _BLOCK_BOTTOM = 0, 158
"""Where the second colour of a colour block lies, in units from the picture's top."""
_BLOCK_BOTTOM_OF_PANTS = 120


def lay_cloth(design: Design, way: Colourway) -> Image.Image:
    """The sheet that a canvas starts from."""
    colours = [shade.rgb for shade in way.shades]
    sheet = _sheet(design, colours, design.print)
    if design.print == "colour block":
        other = _sheet(design, colours[1:], "solid")
        is_bottom = design.kind.specification == "bottom"
        height = (_BLOCK_BOTTOM_OF_PANTS if is_bottom else _BLOCK_BOTTOM) * SCALE
        sheet.paste(other.crop((0, _BLOCK_TOP, SIZE[0], height)), (0, _BLOCK_TOP))
    return sheet


def _sheet(design: Design, colours: list[Rgb], print_: str) -> Image.Image:
    tile = textured(print_tile(print_, colours), design.fabric.surface)
    sheet = Image.new("RGB", SIZE)
    for x in range(0, SIZE[0], TILE):
        for y in range(0, SIZE[1], TILE):
            sheet.paste(tile, (x, y))
    return sheet
