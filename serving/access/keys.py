"""API keys: made once, kept as digests.

A key is 256 random bits, so its SHA-256 can neither be guessed nor looked up, and a slow hash would
add nothing. A file of keys is

    {"keys": [{"id": "shop-web", "sha256": "<64 hexadecimal digits>", "roles": ["read"]}]}

Two entries may share an id: that is how a caller's key is replaced without an interruption.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass

from serving.access.roles import WORDS, Role, highest

PREFIX = "modiste_"
"""Begins every key, so that people and scanners of repositories know one when they see it."""

MAX_FILE_BYTES = 2**20
"""A Kubernetes Secret holds no more."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEMBERS = ("id", "sha256", "roles")


class KeysFileError(ValueError):
    """A file of keys is not as it must be; the message names the entry and the member."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key as the service knows it."""

    id: str
    """Names the caller in logs and metrics."""
    digest: bytes
    """SHA-256 of the key's text."""
    role: Role


def new_key() -> str:
    """A key that nobody has."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode(errors="surrogateescape")).digest()


def entry_of(key_id: str, key: str, role: Role) -> dict[str, object]:
    """The entry of a file for a key.

    Raises:
        KeysFileError: the id is none.
    """
    _check_id(key_id, "id")
    return {"id": key_id, "sha256": digest_of(key).hex(), "roles": [role.word]}


def parse_keys(raw: bytes) -> tuple[Key, ...]:
    """The keys of a file, at least one.

    Raises:
        KeysFileError: it is not of the form above; says what is, what was expected, and where.
    """
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise KeysFileError(f"expected JSON, got something else: {error}") from error
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise KeysFileError('expected {"keys": [{"id", "sha256", "roles"}, ...]}, not empty')
    keys = tuple(_key(entry, f"keys.{at}") for at, entry in enumerate(entries))
    _check_each_once(keys)
    return keys


def _key(entry: object, where: str) -> Key:
    if not isinstance(entry, dict) or set(entry) != set(_MEMBERS):
        raise KeysFileError(f"{where}: expected an object of {', '.join(_MEMBERS)}")
    _check_id(entry["id"], f"{where}.id")
    digest = entry["sha256"]
    if not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
        # Not shown: somebody may have put the key itself here.
        raise KeysFileError(f"{where}.sha256: expected 64 hexadecimal digits in lower case")
    return Key(
        id=entry["id"],
        digest=bytes.fromhex(digest),
        role=_role(entry["roles"], f"{where}.roles"),
    )


def _check_id(key_id: object, where: str) -> None:
    if not (isinstance(key_id, str) and _ID.fullmatch(key_id)):
        raise KeysFileError(
            f"{where}: expected 1 to 64 letters, digits, '.', '_' or '-', got {key_id!r:.80}"
        )


def _role(words: object, where: str) -> Role:
    """The highest of the roles, which must all be known."""
    if isinstance(words, list) and all(word in WORDS for word in words):
        role = highest(words)
        if role is not None:
            return role
    raise KeysFileError(f"{where}: expected a list of {', '.join(WORDS)}, got {words!r:.80}")


def _check_each_once(keys: tuple[Key, ...]) -> None:
    seen: dict[bytes, str] = {}
    for key in keys:
        if key.digest in seen:
            raise KeysFileError(f"keys: {seen[key.digest]!r} and {key.id!r} have the same sha256")
        seen[key.digest] = key.id
