"""What is sewn on pants: pockets, stitches, creases, cuffs and strings."""

from collections.abc import Callable

from catalog.sample.attributes import Design
from catalog.sample.draw.canvas import Canvas
from catalog.sample.draw.curves import SIDES, along, mirror, quad
from catalog.sample.draw.frame import WAIST_Y
from catalog.sample.draw.leg import Leg
from catalog.sample.draw.tones import mix
from catalog.sample.draw.trims import THREAD, contrast


def draw_details(canvas: Canvas, design: Design, leg: Leg) -> None:
    """Draw what the design names, and the cuffs of joggers."""
    for name in design.features:
        painter = _DETAILS.get(name)
        if painter:
            painter(canvas, leg)
    if design.cut == "joggers":
        _cuffs(canvas, leg)


def _crease(canvas: Canvas, leg: Leg) -> None:
    top = ((leg.hip[0]) * 0.5, leg.hip[1] - 40)
    line = [
        top,
        ((leg.knee[0] + leg.knee[1]) / 2, leg.knee[2]),
        ((leg.hem[0] + leg.hem[1]) / 2, leg.hem[2]),
    ]
    for side in (line, mirror(line)):
        canvas.fold(side, strength=0.7)


def _slant_pockets(canvas: Canvas, leg: Leg) -> None:
    x, y = leg.waist
    for side in (1, -1):
        canvas.line([(side * (x - 14), y + 18), (side * (leg.hip[0] - 2), leg.hip[1] - 12)])


def _stitching(canvas: Canvas, leg: Leg) -> None:
    if leg.waist[1] < WAIST_Y - 10:
        _stitch_yoke(canvas, leg)
    outer = [(x - 3, y) for x, y in leg.outer()[4:]]
    hem = [(leg.hem[0] - 1, leg.hem[2] - 6), (leg.hem[1] + 1, leg.hem[2] - 5)]
    for side in SIDES:
        canvas.stitches(side(outer), THREAD, count=70)
        canvas.stitches(side(hem), THREAD, count=10)


def _stitch_yoke(canvas: Canvas, leg: Leg) -> None:
    x, y = leg.waist
    for side in (1, -1):
        canvas.stitches(
            [(side * (x - 17), y + 19), (side * (leg.hip[0] - 6), leg.hip[1] - 12)],
            THREAD,
            count=14,
        )
    canvas.stitches([(10, y + 18), (10, leg.crotch - 34), (1, leg.crotch - 15)], THREAD, count=20)


def _belt_loops(canvas: Canvas, leg: Leg) -> None:
    x, y = leg.waist
    for share in (-0.75, -0.35, 0.35, 0.75):
        sag = 3.5 * (1 - share * share)
        canvas.part(
            [
                (x * share - 2, y + sag - 1),
                (x * share + 2, y + sag - 1),
                (x * share + 2, y + sag + 16),
                (x * share - 2, y + sag + 16),
            ]
        )


def _pleats(canvas: Canvas, leg: Leg) -> None:
    for side in (1, -1):
        for x in (14, 22):
            canvas.line([(side * x, leg.waist[1] + 18), (side * (x + 1), leg.hip[1] - 8)])


def _cuffs(canvas: Canvas, leg: Leg) -> None:
    outer, inner, y = leg.hem
    for side in (1, -1):
        canvas.part(
            [
                (side * (outer + 1), y - 12),
                (side * (outer - 3), y + 4),
                (side * (inner + 3), y + 5),
                (side * (inner - 1), y - 10),
            ]
        )
        for step in range(1, 7):
            x = inner + (outer - inner) * step / 7
            canvas.fold([(side * x, y - 10), (side * x, y + 4)], strength=0.7, width=0.9)


def _rolled(canvas: Canvas, leg: Leg) -> None:
    outer, inner, y = leg.hem
    for side in (1, -1):
        cuff = [
            (side * (outer + 2), y - 14),
            (side * (outer + 2), y + 2),
            (side * (inner - 1), y + 4),
            (side * (inner - 1), y - 12),
        ]
        canvas.panel(cuff, mix(canvas.ground, (255, 255, 255), 0.35))


def _drawstring(canvas: Canvas, leg: Leg) -> None:
    y = leg.waist[1] + 12
    for x in (-5, 5):
        canvas.line(
            quad((x, y), (x * 2.4, y + 14), (x * 2, y + 40)), rgb=contrast(canvas.ground), width=2
        )


def _cargo(canvas: Canvas, leg: Leg) -> None:
    y = leg.knee[2] - 46
    x = along(leg.outer(), 0.62)[0] - 30
    for turn in SIDES:
        canvas.part(turn([(x, y), (x + 32, y - 1), (x + 32, y + 40), (x, y + 40)]))
        canvas.part(turn([(x - 1, y - 4), (x + 33, y - 5), (x + 33, y + 9), (x - 1, y + 9)]))


def _patch_pockets(canvas: Canvas, leg: Leg) -> None:
    y = leg.hip[1] - 26
    for turn in SIDES:
        canvas.part(turn([(16, y), (44, y), (44, y + 30), (30, y + 36), (16, y + 30)]))


def _side_stripe(canvas: Canvas, leg: Leg) -> None:
    outer = [(x - 5, y) for x, y in leg.outer()[3:]]
    for side in SIDES:
        canvas.line(side(outer), rgb=contrast(canvas.ground), width=3)


def _front_slits(canvas: Canvas, leg: Leg) -> None:
    x, y = (leg.hem[0] + leg.hem[1]) / 2, leg.hem[2]
    for side in (1, -1):
        canvas.cut([(side * x, y - 40), (side * (x + 5), y + 6), (side * (x - 5), y + 6)])


def _destroyed(canvas: Canvas, leg: Leg) -> None:
    x, y = (leg.knee[0] + leg.knee[1]) / 2, leg.knee[2] - 8
    pale = mix(canvas.ground, (240, 240, 244), 0.75)
    for side, places in ((1, ((0, 0), (-3, 12))), (-1, ((2, -60), (0, -48)))):
        for dx, dy in places:
            canvas.panel(
                [
                    (side * x + dx - 9, y + dy),
                    (side * x + dx + 9, y + dy - 2),
                    (side * x + dx + 8, y + dy + 6),
                    (side * x + dx - 8, y + dy + 7),
                ],
                pale,
            )


_DETAILS: dict[str, Callable[[Canvas, Leg], None]] = {
    "pressed crease": _crease,
    "slant pockets": _slant_pockets,
    "contrast stitching": _stitching,
    "belt loops": _belt_loops,
    "double pleats": _pleats,
    "rolled cuffs": _rolled,
    "drawstring": _drawstring,
    "cargo pockets": _cargo,
    "patch pockets": _patch_pockets,
    "side stripe": _side_stripe,
    "front slits": _front_slits,
    "destroyed wash": _destroyed,
}
