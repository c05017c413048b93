"""Passwords and keys of one stack: generated once, kept in a file that only its owner can read."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from local.stack import read_json, write_json

FILE = "credentials.json"


@dataclass(frozen=True, kw_only=True, repr=False)
class Credentials:
    """Secrets; never printed, and not in the repr either."""

    postgres_password: str
    """Of PostgreSQL's superuser."""
    s3_access_key: str
    """AWS_ACCESS_KEY_ID."""
    s3_secret_key: str
    """AWS_SECRET_ACCESS_KEY."""


def load_credentials(folder: Path) -> Credentials:
    """The secrets of a stack's folder; generated where there are none yet."""
    path = folder / FILE
    known = read_json(path)
    if known:
        return Credentials(**known)
    fresh = Credentials(
        postgres_password=secrets.token_urlsafe(24),
        s3_access_key=secrets.token_hex(10).upper(),
        s3_secret_key=secrets.token_urlsafe(30),
    )
    write_json(path, asdict(fresh), mode=0o600)
    return fresh
