"""The shape of a leg of pants."""

from dataclasses import dataclass

from catalog.sample.draw.curves import Path, cubic, quad


@dataclass(frozen=True, kw_only=True)
class Leg:
    """The right leg: widths from the middle, heights from the top."""

    waist: tuple[float, float]
    hip: tuple[float, float]
    crotch: float
    knee: tuple[float, float, float]
    """Outer and inner half width, and height."""
    hem: tuple[float, float, float]
    """The same at the end of the leg."""

    def outer(self) -> Path:
        """From the waist down."""
        (waist_x, waist_y), (hip_x, hip_y) = self.waist, self.hip
        knee = (self.knee[0], self.knee[2])
        fall = (knee[1] - hip_y) * 0.3
        upper = cubic(self.waist, (waist_x + 6, waist_y + 22), (hip_x, hip_y - 24), self.hip)
        middle = cubic(self.hip, (hip_x + 1, hip_y + fall), (knee[0], knee[1] - fall), knee)
        hem = (self.hem[0], self.hem[2])
        return [*upper, *middle, *quad(knee, (knee[0], (knee[1] + hem[1]) / 2), hem)]

    def inner(self) -> Path:
        """From the hem up to the crotch."""
        hem, knee = (self.hem[1], self.hem[2] + 2), (self.knee[1], self.knee[2])
        rise = (knee[1] - self.crotch) * 0.35
        lower = quad(hem, (knee[0], (knee[1] + hem[1]) / 2), knee)
        upper = cubic(knee, (knee[0], knee[1] - rise), (3, self.crotch + rise), (0, self.crotch))
        return [*lower, *upper]
