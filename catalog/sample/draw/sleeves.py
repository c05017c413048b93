"""Sleeves, by length and design."""

from dataclasses import dataclass

from catalog.sample.attributes import Design
from catalog.sample.colours import Rgb
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import SIDES, Path, Point, Turn, along, between, cubic, puffed, quad
from catalog.sample.draw.frame import Frame
from catalog.sample.draw.tones import WHITE, darker, ink, mix

_WIDTHS = {"coat": 16.0, "puffer": 19.0, "blouson": 16.0, "jacket": 14.0, "cardigan": 14.0,
           "sweater": 14.0, "sweat": 15.0, "fitted tee": 10.0}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A right sleeve: its two long edges."""

    outer: Path
    """From the shoulder down to the cuff."""
    inner: Path
    """From the cuff up to the armpit."""

    def outline(self) -> Path:
        """The closed path, which begins and ends under the front."""
        first, last = self.outer[0], self.inner[-1]
        return [
            (first[0] - 10, first[1] + 2),
            *self.outer,
            *self.inner,
            (last[0] - 10, last[1] - 6),
        ]

    def across(self, up: float) -> Path:
        """The line across the sleeve, `up` of the way from the cuff to the shoulder."""
        return [along(self.outer, 1 - up), along(self.inner, up)]


def draw_sleeves(
    canvas: Canvas, design: Design, frame: Frame, *, opacity: float, dye: Rgb | None = None
) -> None:
    """Both sleeves, to be covered by the front; capes lie over it and come later.

    Args:
        canvas: where to.
        design: what is drawn.
        frame: the measures of its front.
        opacity: how much of what is behind the sleeves hide, 0 to 1.
        dye: their own colour, if they have one.
    """
    if design.sleeve in ("", "n") or design.sleeve_design == "cape sleeve":
        return
    if design.sleeve_design == "petal sleeve":
        _petals(canvas, frame, opacity)
        return
    arm = arm_of(design, frame)
    for turn in SIDES:
        canvas.part(turn(arm.outline()), opacity=opacity)
        if dye:
            canvas.tint(turn(arm.outline()), dye, 0.92)
        _dress_up(canvas, design, arm, turn)


def draw_cape(canvas: Canvas, design: Design, frame: Frame, *, opacity: float) -> None:
    """Cape sleeves: a wide flap from the neck over each arm."""
    if design.sleeve_design != "cape sleeve":
        return
    x, y = frame.shoulder
    low = 222.0 if design.kind.slug == "coat" else 176.0
    reach = x + (40 if design.kind.slug == "coat" else 34)
    flap = [
        (26, 84),
        (x - 6, y - 2),
        *cubic((x, y), (x + 14, y + 8), (reach, low - 50), (reach, low - 12)),
        *quad((reach, low - 12), (x - 4, low + 14), (x - 24, low)),
        *cubic((x - 24, low), (x - 22, 140), (36, 110), (26, 84)),
    ]
    for turn in SIDES:
        canvas.part(turn(flap), opacity=opacity)
        for share in (0.3, 0.55, 0.8):
            foot = (x - 24 + (reach - x + 24) * share, low - 4 - 10 * share)
            canvas.fold(turn(quad((x * 0.7 + share * 8, y + 16), (x + share * 10, y + 40), foot)))


def arm_of(design: Design, frame: Frame) -> Arm:
    """The shape of the right sleeve."""
    shoulder, armpit = frame.shoulder, frame.armpit
    if design.neck == "off shoulder":
        shoulder = (shoulder[0], shoulder[1] + 22)
    is_long = design.sleeve == "l"
    width = _WIDTHS.get(design.cut, 12.0) + (3.0 if design.fit == "oversized" else 0.0)
    if design.sleeve_design == "puff sleeve":
        return _balloon(shoulder, armpit) if is_long else _puff(shoulder, armpit)
    if design.sleeve_design == "Others":
        return _bell(shoulder, armpit, width, is_long)
    arm = _long(shoulder, armpit, width) if is_long else _short(shoulder, armpit, width)
    if design.cut == "puffer":
        return Arm(outer=puffed(arm.outer, 7, 3.2), inner=puffed(arm.inner, 5, -2.6))
    return arm


def _long(shoulder: Point, armpit: Point, width: float) -> Arm:
    x, y = shoulder
    cuff = x + 30
    outer = cubic(shoulder, (x + 18, y + 10), (cuff + width - 7, 180), (cuff + width - 2, 262))
    inner = cubic(
        (cuff - width + 2, 267), (cuff - width - 6, 214), (armpit[0] + 8, armpit[1] + 30), armpit
    )
    return Arm(outer=outer, inner=inner)


def _short(shoulder: Point, armpit: Point, width: float) -> Arm:
    x, y = shoulder
    outer = cubic(shoulder, (x + 10, y + 6), (x + 16, y + 24), (x + 12 + width, 158))
    return Arm(outer=outer, inner=quad((armpit[0] + 3, 170), (armpit[0] + 1, 158), armpit))


def _puff(shoulder: Point, armpit: Point) -> Arm:
    x, y = shoulder
    outer = cubic((x - 6, y - 2), (x + 6, y - 22), (x + 46, y + 14), (x + 24, 152))
    return Arm(outer=outer, inner=quad((armpit[0] + 6, 163), (armpit[0], 156), armpit))


def _balloon(shoulder: Point, armpit: Point) -> Arm:
    x, y = shoulder
    cuff = x + 28
    outer = [*cubic((x - 6, y - 2), (x + 12, y - 18), (x + 34, y + 20), (x + 46, 180)),
             *cubic((x + 46, 180), (x + 58, 226), (x + 60, 250), (cuff + 11, 258))]  # fmt: skip
    inner = [*cubic((cuff - 11, 261), (cuff - 32, 250), (x + 4, 210), (armpit[0] + 9, 178)), armpit]
    return Arm(outer=outer, inner=inner)


def _bell(shoulder: Point, armpit: Point, width: float, is_long: bool) -> Arm:
    x, y = shoulder
    low = 252.0 if is_long else 168.0
    outer = cubic(
        shoulder, (x + 18, y + 8), (x + 18, low - 60), (x + 62 if is_long else x + 46, low - 6)
    )
    foot = (x + 4 if is_long else armpit[0] + 4, low + 16)
    return Arm(
        outer=outer, inner=cubic(foot, (x + 14, low - 50), (armpit[0] + 4, armpit[1] + 20), armpit)
    )


def _dress_up(canvas: Canvas, design: Design, arm: Arm, turn: Turn) -> None:
    """Cuffs, gathers and folds of one sleeve; `turn` puts a path on its side."""
    if design.sleeve == "l":
        elbow = arm.across(0.55)
        canvas.fold(turn([between(elbow[1], elbow[0], 0.1), between(elbow[1], elbow[0], 0.5)]))
    if "elbow patches" in design.features and design.sleeve == "l":
        outer, inner = arm.across(0.42)
        patch = turn([between(outer, inner, 0.3)])[0]
        canvas.dot(patch, 8, mix(canvas.ground, (120, 82, 54), 0.7), edge=canvas.ink)
    if design.sleeve_design == "ribbed sleeve":
        _rib_cuff(canvas, arm, turn)
    elif design.sleeve_design == "shirt sleeve":
        _shirt_cuff(canvas, design, arm, turn)
    elif design.sleeve_design == "puff sleeve":
        _gathers(canvas, design, arm, turn)
    elif design.cut in ("tee", "fitted tee", "sweat", "blouse", "shift dress"):
        canvas.fold(turn(arm.across(0.05 if design.sleeve == "l" else 0.12)), strength=0.7)
    if design.cut == "puffer":
        for row in range(1, 7):
            canvas.fold(turn(arm.across(row / 7)), strength=0.9)


def _cuff(arm: Arm, up: float) -> Path:
    """The end of a sleeve as a four-cornered path."""
    outer, inner = arm.outer[-1], arm.inner[0]
    return [outer, inner, along(arm.inner, up), along(arm.outer, 1 - up)]


def _rib_cuff(canvas: Canvas, arm: Arm, turn: Turn) -> None:
    up = 0.1 if arm.outer[-1][1] > 200 else 0.2
    outer, inner, upper_inner, upper_outer = _cuff(arm, up)
    tight = [between(outer, inner, 0.14), between(inner, outer, 0.14), upper_inner, upper_outer]
    for corner in ((outer, tight[0], upper_outer), (inner, tight[1], upper_inner)):
        canvas.cut(turn(list(corner)))
    canvas.part(turn(tight))
    canvas.tint(turn(tight), canvas.ink, 0.14)
    for number in range(1, 6):
        line = [
            between(tight[0], tight[1], number / 6),
            between(upper_outer, upper_inner, number / 6),
        ]
        canvas.fold(turn(line), strength=0.7, width=0.9)


def _shirt_cuff(canvas: Canvas, design: Design, arm: Arm, turn: Turn) -> None:
    up = 0.09 if design.sleeve == "l" else 0.18
    lower, inside, upper_inside, upper = _cuff(arm, up)
    # A turned-up cuff stands out a little beyond the sleeve.
    wide = [
        between(inside, lower, 1.09),
        between(lower, inside, 1.06),
        between(upper, upper_inside, 1.05),
        between(upper_inside, upper, 1.07),
    ]
    canvas.part(turn(wide))
    canvas.tint(turn(wide), canvas.ink, 0.24)
    canvas.line(turn(arm.across(up)), width=2)
    if design.sleeve == "l":
        centre = between(along(arm.outer, 1 - up / 2), along(arm.inner, up / 2), 0.6)
        canvas.dot(turn([centre])[0], 1.8, WHITE, edge=canvas.ink)
        (outer, inner), (above, beyond) = arm.across(up), arm.across(up * 2.4)
        slit = [between(outer, inner, 0.6), between(above, beyond, 0.55)]
        canvas.fold(turn(slit), strength=0.8)


def _gathers(canvas: Canvas, design: Design, arm: Arm, turn: Turn) -> None:
    up = 0.08 if design.sleeve == "l" else 0.14
    band = _cuff(arm, up)
    canvas.line(turn([band[2], band[3]]), width=1.6)
    for share in (0.2, 0.4, 0.6, 0.8):
        outer, inner = arm.across(up * 3)
        pleat = [between(band[2], band[3], share), between(inner, outer, share)]
        canvas.fold(turn(pleat), strength=0.6)
        head = along(arm.outer, 0.08 + share * 0.12)
        canvas.fold(turn([head, (head[0] - 5 + share * 6, head[1] + 15)]), strength=0.6)


def _petals(canvas: Canvas, frame: Frame, opacity: float) -> None:
    """Two rounded pieces that cross over the arm."""
    x, y = frame.shoulder
    ax, ay = frame.armpit
    back = [
        (x - 8, y),
        *cubic((x, y), (x + 24, y + 8), (x + 30, y + 44), (x + 22, 160)),
        *quad((x + 22, 160), (x, 162), (ax - 4, ay)),
    ]
    front = [
        (x - 10, y + 2),
        *quad((x - 4, y), (x + 16, y + 20), (x + 12, y + 38)),
        *quad((x + 12, y + 38), (x + 10, 164), (ax + 4, 172)),
        *quad((ax + 4, 172), (ax, 160), (ax - 8, ay)),
    ]
    for turn in SIDES:
        canvas.part(turn(back), opacity=opacity)
        canvas.tint(turn(back), darker(canvas.ground, 0.4), 0.12)
        canvas.part(turn(front), opacity=opacity)
        canvas.line(turn(front), rgb=ink(canvas.ground), width=1.6)
