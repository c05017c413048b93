"""Environment variables, read one by one; what is missing or wrong is named."""

from collections.abc import Mapping

from serving.errors import ServiceError


class SettingsError(ServiceError):
    """An environment variable is missing or wrong; the message names it."""

    kind = "settings"
    title = "The service is not configured"


def required(environ: Mapping[str, str], name: str, example: str) -> str:
    """A text that must be there.

    Raises:
        SettingsError: it is missing or empty; the message holds the example.
    """
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"{name}: expected {example}, got nothing; set it and start again")
    return value


def optional(environ: Mapping[str, str], name: str) -> str | None:
    """A text, or None where it is missing or empty."""
    return environ.get(name) or None


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    """A whole number, 0 or more.

    Raises:
        SettingsError: it is none.
    """
    value = environ.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{name}: expected a whole number, got {value!r}")
    return int(value)


def number(environ: Mapping[str, str], name: str, default: float) -> float:
    """A number, 0 or more, in decimal digits.

    Raises:
        SettingsError: it is none.
    """
    value = environ.get(name, str(default))
    if not (value.isascii() and value.replace(".", "", 1).isdigit()):
        raise SettingsError(f"{name}: expected a number, 0 or more, got {value!r}")
    return float(value)


def flag(environ: Mapping[str, str], name: str) -> bool:
    """Whether the variable is `1`; `0` unless it is set.

    Raises:
        SettingsError: it is neither.
    """
    value = environ.get(name, "0")
    if value not in ("0", "1"):
        raise SettingsError(f"{name}: expected 0 or 1, got {value!r}")
    return value == "1"
