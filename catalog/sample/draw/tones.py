"""Arithmetic of colours."""

from catalog.sample.colours import Rgb
from catalog.sample.colourways import luminance

WHITE: Rgb = (255, 255, 255)
_NIGHT: Rgb = (34, 28, 40)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """The colour that lies `share` of the way from `first` to `second`."""
    a, b, c = (round(x + (y - x) * share) for x, y in zip(first, second, strict=True))
    return (a, b, c)


def darker(rgb: Rgb, share: float) -> Rgb:
    """Towards a deep violet, which looks fresher than black."""
    return mix(rgb, _NIGHT, share)


def lighter(rgb: Rgb, share: float) -> Rgb:
    """Towards white."""
    return mix(rgb, WHITE, share)


def ink(rgb: Rgb, strength: float = 1.0) -> Rgb:
    """The colour of lines on a ground: deeper on light grounds, paler on dark ones."""
    if luminance(rgb) < 75:
        return lighter(rgb, 0.3 * strength)
    return darker(rgb, 0.5 * strength)
