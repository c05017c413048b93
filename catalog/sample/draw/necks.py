"""Necks without a collar: hoods, tubes, drapes, bands and plain edges."""

from catalog.sample.attributes import Design
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import Path, cubic, mirror, quad, shifted, symmetric
from catalog.sample.draw.frame import Frame
from catalog.sample.draw.openings import opening_of
from catalog.sample.draw.tones import WHITE, darker, mix


def draw_hood(canvas: Canvas) -> None:
    """A hood that stands up behind the front, with its inside in the shade."""
    outer = [
        (0, 14),
        *cubic((0, 14), (34, 14), (46, 40), (42, 66)),
        *cubic((42, 66), (40, 80), (38, 90), (44, 98)),
        (0, 130),
    ]
    inner = [
        (0, 30),
        *cubic((0, 30), (22, 31), (30, 52), (26, 76)),
        *quad((26, 76), (18, 98), (0, 124)),
    ]
    canvas.part(symmetric(outer))
    canvas.panel(symmetric(inner), darker(canvas.ground, 0.42))
    canvas.fold([(0, 15), (0, 29)])


def turtleneck(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A tube around the neck, folded over once."""
    edge = [*quad((0, 60), (12, 60), (19, 56)), *cubic((19, 56), (18, 68), (20, 74), (23, 81))]
    canvas.part(symmetric([*edge, *quad((23, 81), (14, 92), (0, 92))]))
    ribs_around(canvas, 61, 30)
    fold = quad((-20, 76), (0, 84), (20, 76))
    canvas.line(fold)


def ribs_around(canvas: Canvas, y: float, high: float) -> None:
    """Upright ribs in front of the neck, from `y` down."""
    for x in range(-16, 17, 4):
        sag = 4 - abs(x) * 0.25
        canvas.fold([(x, y + sag), (x * 1.1, y + high + sag - 2)], strength=0.35, width=0.9)


def cowl(canvas: Canvas, design: Design, frame: Frame) -> None:
    """Drapes below a wide neck."""
    for number, low in enumerate((130, 140, 151)):
        reach = 36 + number * 5
        drape = cubic(
            (-reach, 83 + number * 3),
            (-reach * 0.5, low),
            (reach * 0.5, low),
            (reach, 83 + number * 3),
        )
        canvas.line(drape) if number == 0 else canvas.fold(drape, strength=0.7)
        canvas.tint([*drape, *reversed(shifted(drape, 0, 5))], canvas.ink, 0.16)


def halter(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A band around the neck."""
    canvas.part(
        symmetric(
            [
                (0, 78),
                *quad((0, 78), (12, 76), (17, 68)),
                (20, 72),
                *quad((20, 78), (12, 88), (0, 89)),
            ]
        )
    )


def off_shoulder(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A band or a ruffle along the edge, over the arms too."""
    x, y = frame.shoulder[0] + 12, frame.shoulder[1] + 20
    if design.sleeve == "n":
        x, y = frame.armpit[0] + 3, frame.shoulder[1] + 24
    deep = 24 if "ruffle trim" in design.features else 11
    top = quad((0, y + 11), (x * 0.6, y + 10), (x, y))
    waves: Path = []
    for wave in range(6):
        left, right = x * (1 - wave / 6), x * (1 - (wave + 1) / 6)
        sag = (deep + 11 - abs(left) / x * 8, deep + 11 - abs(right) / x * 8)
        waves += quad(
            (left, y + sag[0]),
            ((left + right) / 2, y + sag[0] + deep * 0.22),
            (right, y + sag[1]),
            steps=4,
        )
    canvas.part(symmetric([*top, *waves]))
    for place in range(-5, 6):
        px = place * x / 6
        canvas.fold([(px, y + 12), (px * 1.02, y + deep + 4)], strength=0.45)


def sweetheart(canvas: Canvas, design: Design, frame: Frame) -> None:
    """The edge, and the seams of the cups."""
    binding(canvas, design, frame)
    low = frame.armpit[1] + 44
    for side in (1, -1):
        canvas.fold(quad((side * 26, 118), (side * 32, 150), (side * 20, low)), strength=0.6)


def binding(canvas: Canvas, design: Design, frame: Frame) -> None:
    """A line that follows the edge: a rib or a hem."""
    opening = opening_of(design, frame)
    for half, side in ((opening.right, 1), (opening.left, -1)):
        inner = [(x * 1.12 + 1.5, y + 4.5 - 3.5 * (x > 16)) for x, y in half]
        inner = inner[:-1] if opening.right_is_strapless else inner
        line = inner if side == 1 else mirror(inner)
        canvas.fold(line, strength=0.75)


def hood_strings(canvas: Canvas, design: Design, frame: Frame) -> None:
    """The strings; the hood itself lies behind the front."""
    string = (
        mix(canvas.ground, WHITE, 0.75) if max(canvas.ground) < 200 else darker(canvas.ground, 0.4)
    )
    for x, low in ((-9, 148), (9, 142)):
        canvas.line(quad((x, 103), (x * 1.5, 122), (x * 1.2, low)), rgb=string, width=1.8)
        canvas.dot((x * 1.2, low), 1.9, string)
