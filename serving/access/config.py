"""How access is configured, from the environment; `docs/serving.md` lists the variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.environment import optional

REMEDY = "set MODISTE_API_KEYS_FILE (`python -m serving.keys new` makes a key)"
"""What an operator does whose service does not ask who calls."""


@dataclass(frozen=True, kw_only=True)
class AccessConfig:
    """Where callers' keys come from; nobody is asked for one unless something is set here."""

    keys_file: Path | None = None
    """Hashed API keys, see `serving.access.keys`; read again whenever it changes."""

    @property
    def asks_who(self) -> bool:
        """Whether a request must say who it comes from."""
        return self.keys_file is not None


def access_from(environ: Mapping[str, str]) -> AccessConfig:
    """The configuration of environment variables.

    Raises:
        SettingsError: a variable is not of its kind, by name.
    """
    keys_file = optional(environ, "MODISTE_API_KEYS_FILE")
    return AccessConfig(keys_file=Path(keys_file) if keys_file else None)
