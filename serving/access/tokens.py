"""Callers by token: a JWT that a trusted issuer signed for this service."""

import jwt
from jwt.exceptions import (
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAudienceError,
    InvalidIssuerError,
    InvalidSignatureError,
    MissingRequiredClaimError,
    PyJWTError,
)

from serving.access.config import IssuerConfig
from serving.access.errors import Unauthenticated
from serving.access.issuer_keys import IssuerKeys
from serving.access.roles import Caller, Role, highest

ALGORITHMS = ("RS256", "ES256")
LEEWAY_S = 30
"""How far the issuer's clock and ours may be apart."""

_WHY: tuple[tuple[type[PyJWTError], str], ...] = (
    (ExpiredSignatureError, "one that has expired"),
    (ImmatureSignatureError, "one that is not valid yet"),
    (InvalidAudienceError, "one for another audience"),
    (InvalidIssuerError, "one of another issuer"),
    (InvalidSignatureError, "one with a wrong signature"),
    (MissingRequiredClaimError, "one without `exp`, `iss`, `aud` or `sub`"),
)


def is_token(credential: str) -> bool:
    """Whether this has the form of a token; no API key has."""
    return credential.count(".") == 2


class Tokens:
    """Checks tokens of one issuer.

    Args:
        config: the issuer.
        keys: its keys.
    """

    def __init__(self, config: IssuerConfig, keys: IssuerKeys) -> None:
        self._config = config
        self._keys = keys

    @property
    def issuer(self) -> str:
        """The issuer's address."""
        return self._config.url

    async def caller(self, token: str) -> Caller:
        """Who the token is about, and the highest role in its `roles`, or else in its `scope`.

        Raises:
            Unauthenticated: it is no token of the issuer for this service at this time.
            Unavailable: the issuer's keys cannot be fetched.
        """
        try:
            key_id = _key_id(token)
            key = await self._keys.find(key_id) if key_id else None
            if key is None:
                raise self._refusal("one that none of its keys signed")
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._config.audience,
                issuer=self._config.url,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except PyJWTError as error:
            raise self._refusal(_reason(error)) from error
        return Caller(name=f"subject:{claims['sub']}", role=_role(claims))

    def _refusal(self, got: str) -> Unauthenticated:
        return Unauthenticated(
            f"expected a token of {self._config.url} for {self._config.audience!r}, got {got}",
            is_given=True,
        )


def _key_id(token: str) -> str | None:
    """The id of the key that a token names, if it names an algorithm that is accepted."""
    header = jwt.get_unverified_header(token)
    key_id = header.get("kid")
    return key_id if header.get("alg") in ALGORITHMS and isinstance(key_id, str) else None


def _reason(error: PyJWTError) -> str:
    known = (words for kind, words in _WHY if isinstance(error, kind))
    return next(known, "one that cannot be read")


def _role(claims: dict[str, object]) -> Role | None:
    given = claims.get("roles", claims.get("scope"))
    if isinstance(given, str):
        return highest(given.split())
    if isinstance(given, list):
        return highest(word for word in given if isinstance(word, str))
    return None
