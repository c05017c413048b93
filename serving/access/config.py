"""How access is configured, from the environment; `docs/serving.md` lists the variables."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from serving.environment import SettingsError, number, optional, required, whole_number

REMEDY = (
    "set MODISTE_API_KEYS_FILE (`python -m serving.keys new` makes a key) or MODISTE_JWT_ISSUER"
)
"""What an operator does whose service does not ask who calls."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class IssuerConfig:
    """Whose tokens (JWT) are accepted."""

    url: str
    """The issuer, as its tokens name it in `iss`."""
    audience: str
    """What its tokens must be for, in `aud`."""
    jwks_url: str | None = None
    """Where its keys are; None: where its discovery document says."""
    timeout_s: float = 3.0
    """How long fetching its keys may take, > 0."""

    def __post_init__(self) -> None:
        """Refuse addresses where somebody else could answer."""
        _check_url("MODISTE_JWT_ISSUER", self.url)
        if self.jwks_url is not None:
            _check_url("MODISTE_JWT_JWKS_URL", self.jwks_url)
        if self.timeout_s <= 0:
            raise SettingsError(f"timeout_s: expected more than 0 s, got {self.timeout_s}")


@dataclass(frozen=True, kw_only=True)
class RateConfig:
    """How often one caller may ask one replica."""

    per_s: float
    """Requests a second in the long run, > 0."""
    burst: int
    """Requests at once after a pause, >= 1."""

    def __post_init__(self) -> None:
        """Refuse a limit that nobody could keep."""
        if self.per_s <= 0:
            raise SettingsError(
                f"MODISTE_RATE_LIMIT_PER_S: expected more than 0, got {self.per_s:g}"
            )
        if self.burst < 1:
            raise SettingsError(f"MODISTE_RATE_LIMIT_BURST: expected at least 1, got {self.burst}")


@dataclass(frozen=True, kw_only=True)
class AccessConfig:
    """Who may ask and how often; nobody is asked who they are unless something is set here."""

    keys_file: Path | None = None
    """Hashed API keys, see `serving.access.keys`; read again whenever it changes."""
    issuer: IssuerConfig | None = None
    """Whose tokens are accepted, beside the keys or instead of them."""
    rate: RateConfig | None = None
    """The limit of each caller, or None."""

    @property
    def asks_who(self) -> bool:
        """Whether a request must say who it comes from."""
        return self.keys_file is not None or self.issuer is not None


def access_from(environ: Mapping[str, str]) -> AccessConfig:
    """The configuration of environment variables.

    Raises:
        SettingsError: a variable is missing or not of its kind, by name.
    """
    keys_file = optional(environ, "MODISTE_API_KEYS_FILE")
    return AccessConfig(
        keys_file=Path(keys_file) if keys_file else None,
        issuer=_issuer_from(environ),
        rate=_rate_from(environ),
    )


def _issuer_from(environ: Mapping[str, str]) -> IssuerConfig | None:
    url = optional(environ, "MODISTE_JWT_ISSUER")
    if url is None:
        return None
    return IssuerConfig(
        url=url,
        audience=required(environ, "MODISTE_JWT_AUDIENCE", "what the issuer's tokens are for"),
        jwks_url=optional(environ, "MODISTE_JWT_JWKS_URL"),
    )


def _rate_from(environ: Mapping[str, str]) -> RateConfig | None:
    per_s = number(environ, "MODISTE_RATE_LIMIT_PER_S", 0)
    burst = whole_number(environ, "MODISTE_RATE_LIMIT_BURST", math.ceil(per_s))
    return RateConfig(per_s=per_s, burst=burst) if per_s else None


def is_safe_url(url: str) -> bool:
    """Whether nobody else can answer at this address: it is of https, or of this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _check_url(name: str, url: str) -> None:
    if not is_safe_url(url):
        raise SettingsError(f"{name}: expected https://host/..., got {url!r}")
