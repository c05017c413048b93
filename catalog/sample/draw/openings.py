"""The edge at the top of a garment: where the neck comes through, and what stays bare."""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.sample.attributes import Design
from catalog.sample.draw.curves import Path, cubic, mirror, quad
from catalog.sample.draw.frame import Frame

_BREAKS = {"coat": 168.0, "jacket": 172.0, "vest": 165.0, "cardigan": 176.0, "jumpsuit": 142.0}
_DEFAULT_BREAK = 134.0


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The upper edge of the front."""

    right: Path
    """From the middle outwards: to the shoulder's inner end, or to the armpit if strapless."""
    left: Path
    """The other half, as if it were on the right too."""
    right_is_strapless: bool = False
    left_is_strapless: bool = False

    @property
    def depth(self) -> float:
        """Height of its lowest point in the middle."""
        return self.right[0][1]


def opening_of(design: Design, frame: Frame) -> Opening:
    """The opening that the design's neck asks for."""
    special = _SPECIAL.get(design.neck)
    if special and not (design.neck == "no neckline" and _has_shoulders(design)):
        return special(design, frame)
    half = _half(design)
    return Opening(right=half, left=half)


def outline(frame: Frame, opening: Opening, *, sleeveless: bool) -> Path:
    """The closed outline of a front."""
    right = _half_outline(frame, opening.right, opening.right_is_strapless, sleeveless)
    left = _half_outline(frame, opening.left, opening.left_is_strapless, sleeveless)
    return [*right, *mirror(reversed(left))]


def break_of(design: Design) -> float:
    """How deep lapels go."""
    return _BREAKS.get(design.kind.slug, _DEFAULT_BREAK)


def _half_outline(frame: Frame, edge: Path, is_strapless: bool, sleeveless: bool) -> Path:
    end = frame.side[-1]
    hem = quad(end, (end[0] * 0.6, frame.hem_y), (0, frame.hem_y))
    if is_strapless:
        return [*edge, *frame.side, *hem]
    tip = frame.shoulder
    if sleeveless:
        tip = (min(tip[0] - 9, edge[-1][0] + frame.strap), tip[1] - 3)
        tip = (tip[0], min(tip[1], 84 + (tip[0] - 26) * 0.22))
    bend = (tip[0] - (7 if sleeveless else 3), tip[1] + 22)
    armhole = cubic(tip, bend, (frame.armpit[0] - 14, frame.armpit[1] - 6), frame.armpit)
    return [*edge, *armhole, *frame.side, *hem]


def _half(design: Design) -> Path:
    """An ordinary neck, from the middle to the shoulder's inner end."""
    neck = design.neck
    if neck in ("tailored collar", "shawl collar"):
        return quad((0, break_of(design)), (14, 112), (20, 79))
    if neck == "V-neck":
        deep = {"cardigan": 172.0, "vest": 162.0}.get(design.kind.slug, 138.0)
        return quad((0, deep), (15, deep - 36), (22, 80))
    if neck == "no neckline":
        return cubic((0, 108), (13, 108), (21, 96), (22, 80))
    return _CURVES.get(neck, _CLOSED)


_CLOSED: Path = cubic((0, 92), (10, 92), (18, 87), (19, 79))
_CURVES: dict[str, Path] = {
    "round neck": cubic((0, 103), (12, 103), (21, 95), (22, 80)),
    "U-neck": cubic((0, 132), (20, 132), (25, 112), (27, 81)),
    "square neck": [(0, 121), (29, 119), (31, 82)],
    "boat neck": cubic((0, 91), (18, 91), (34, 90), (45, 86)),
    "cowl neck": cubic((0, 122), (14, 122), (30, 104), (35, 83)),
    "sailor collar": quad((0, 146), (14, 112), (20, 79)),
    "sweetheart neck": [*cubic((0, 130), (5, 118), (20, 110), (30, 117)), (34, 83)],
    "hood": cubic((0, 108), (12, 106), (22, 96), (23, 80)),
    "Others": [
        *quad((0, 134), (10, 122), (3, 104)),
        *cubic((3, 104), (12, 103), (21, 95), (22, 80)),
    ],
}


def _has_shoulders(design: Design) -> bool:
    return design.kind.specification == "outer" or design.kind.slug == "vest"


def _halter(design: Design, frame: Frame) -> Opening:
    armpit = (frame.armpit[0] - 3, frame.armpit[1] + 4)
    half = [(0, 88), (9, 84), (12, 70), (19, 70), *cubic((19, 72), (20, 104), (34, 128), armpit)]
    return _strapless(half)


def _off_shoulder(design: Design, frame: Frame) -> Opening:
    x, y = frame.shoulder[0] - 1, frame.shoulder[1] + 24
    if design.sleeve == "n":
        x, y = frame.armpit[0], frame.shoulder[1] + 28
    return _strapless([*quad((0, y + 7), (x * 0.6, y + 6), (x, y)), frame.armpit])


def _sweetheart(design: Design, frame: Frame) -> Opening:
    if design.sleeve != "n":
        return Opening(right=_CURVES["sweetheart neck"], left=_CURVES["sweetheart neck"])
    x, y = frame.armpit
    peak = cubic((0, 138), (4, 116), (26, 104), (38, 122))
    return _strapless([*peak, *quad((38, 122), (x - 6, 132), (x, y))])


def _tube(design: Design, frame: Frame) -> Opening:
    x, y = frame.armpit
    return _strapless(quad((0, y - 18), (x * 0.6, y - 19), (x - 1, y - 12)))


def _one_shoulder(design: Design, frame: Frame) -> Opening:
    """Over the right shoulder; on the left it runs from the neck down to the armpit."""
    x, y = frame.armpit
    return Opening(
        right=quad((0, 110), (12, 102), (24, 81)),
        left=quad((0, 110), (x * 0.5, 132), (x - 1, y)),
        left_is_strapless=True,
    )


def _strapless(half: Path) -> Opening:
    return Opening(right=half, left=half, right_is_strapless=True, left_is_strapless=True)


_SPECIAL: dict[str, Callable[[Design, Frame], Opening]] = {
    "halter neck": _halter,
    "off shoulder": _off_shoulder,
    "sweetheart neck": _sweetheart,
    "no neckline": _tube,
    "one shoulder": _one_shoulder,
}
