"""Decides whether a request is answered: who sent it, how often, and whether they may."""

from serving.access.config import AccessConfig
from serving.access.errors import Forbidden, Unauthenticated
from serving.access.issuer_keys import IssuerKeys
from serving.access.key_ring import KeyRing
from serving.access.keys import KeysFileError
from serving.access.limiter import Budget, Limiter
from serving.access.roles import Caller, Role
from serving.access.tokens import Tokens, is_token
from serving.environment import SettingsError


class Guard:
    """Lets callers in by key or token; everybody who can connect where there is neither.

    Args:
        keys: the keys in use, or None.
        tokens: checks tokens, or None.
        limiter: counts requests, or None.
    """

    def __init__(
        self,
        *,
        keys: KeyRing | None = None,
        tokens: Tokens | None = None,
        limiter: Limiter | None = None,
    ) -> None:
        self.keys = keys
        self._tokens = tokens
        self._limiter = limiter

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked who they are."""
        return self.keys is None and self._tokens is None

    async def identify(self, credential: str | None, *, address: str) -> Caller:
        """Who sent a request.

        Args:
            credential: key or token, None if there was none.
            address: of the client.

        Raises:
            Unauthenticated: who calls is not known.
            Unavailable: the token's issuer cannot be asked for its keys.
        """
        if self.is_open:
            return Caller(name=f"address:{address}", role=Role.ADMIN)
        if credential is None:
            raise Unauthenticated(f"{self._expected()}, got nothing", is_given=False)
        if self._tokens and is_token(credential):
            return await self._tokens.caller(credential)
        key = self.keys.find(credential) if self.keys else None
        if key is None:
            raise Unauthenticated(f"{self._expected()}, got an unknown one", is_given=True)
        return Caller(name=f"key:{key.id}", role=key.role)

    def count(self, caller: Caller) -> Budget | None:
        """Count a request of the caller; what is left, or None where there is no limit."""
        return self._limiter.take(caller.name) if self._limiter else None

    def check(self, caller: Caller, needed: Role) -> None:
        """Return if the caller has the role that a route needs.

        Raises:
            Forbidden: it has not.
        """
        if not caller.may(needed):
            raise Forbidden(needed=needed, role=caller.role)

    def _expected(self) -> str:
        kinds = ["API key"] if self.keys else []
        if self._tokens:
            kinds.append(f"token of {self._tokens.issuer}")
        return f"expected `Bearer <{' or '.join(kinds)}>`"


def guard_of(config: AccessConfig) -> Guard:
    """The guard of a configuration.

    Raises:
        SettingsError: the file of keys cannot be used.
    """
    try:
        keys = KeyRing(config.keys_file) if config.keys_file else None
    except KeysFileError as error:
        raise SettingsError(f"MODISTE_API_KEYS_FILE: {error}") from error
    issuer = config.issuer
    return Guard(
        keys=keys,
        tokens=Tokens(issuer, IssuerKeys(issuer)) if issuer else None,
        limiter=Limiter(config.rate) if config.rate else None,
    )
