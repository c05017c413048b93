"""Points and curves, in units of the picture: 320 wide with x = 0 in the middle, y = 0 on top.

Only sums and products of floats, no sines: every machine draws the same picture.
"""

from collections.abc import Callable, Iterable, Sequence

Point = tuple[float, float]
Path = list[Point]
WIDTH, HEIGHT = 320, 400


def quad(start: Point, control: Point, end: Point, steps: int = 8) -> Path:
    """A quadratic Bezier curve from `start` to `end`, both included."""
    return cubic(
        start, between(start, control, 2 / 3), between(end, control, 2 / 3), end, steps=steps
    )


def cubic(start: Point, first: Point, second: Point, end: Point, *, steps: int = 10) -> Path:
    """A cubic Bezier curve from `start` to `end`, both included."""
    path = []
    for step in range(steps + 1):
        t = step / steps
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        x = a * start[0] + b * first[0] + c * second[0] + d * end[0]
        y = a * start[1] + b * first[1] + c * second[1] + d * end[1]
        path.append((x, y))
    return path


def between(start: Point, end: Point, share: float) -> Point:
    """The point that lies `share` of the way from `start` to `end`."""
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def mirror(path: Iterable[Point]) -> Path:
    """The same points on the other side of the middle."""
    return [(-x, y) for x, y in path]


Turn = Callable[[Iterable[Point]], Path]
SIDES: tuple[Turn, Turn] = (list, mirror)
"""What puts a right-hand path on either side."""


def symmetric(right: Sequence[Point]) -> Path:
    """A closed outline from its right half, which goes from the middle's top to its bottom."""
    return [*right, *mirror(reversed(right))]


def box(left: float, top: float, right: float, bottom: float) -> Path:
    """A rectangle's corners."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def shifted(path: Iterable[Point], dx: float, dy: float) -> Path:
    """The path, moved."""
    return [(x + dx, y + dy) for x, y in path]


def puffed(path: Sequence[Point], bumps: int, bulge: float) -> Path:
    """The path with `bumps` outward arcs along it, as a quilted edge has.

    Args:
        path: a line that goes down a right-hand edge.
        bumps: how many arcs.
        bulge: how far each reaches out, in units; negative to bulge to the left.
    """
    rounded: Path = []
    for bump in range(bumps):
        start, end = along(path, bump / bumps), along(path, (bump + 1) / bumps)
        middle = between(start, end, 0.5)
        rounded += quad(start, (middle[0] + 2 * bulge, middle[1]), end, steps=6)
    return rounded


def along(path: Sequence[Point], share: float) -> Point:
    """The point at `share` of the path, counted in its own steps."""
    place = share * (len(path) - 1)
    index = min(int(place), len(path) - 2)
    return between(path[index], path[index + 1], place - index)
