"""Decides whether a request is answered: who sent it, and whether they may."""

from serving.access.config import AccessConfig
from serving.access.errors import Forbidden, Unauthenticated
from serving.access.key_ring import KeyRing
from serving.access.keys import KeysFileError
from serving.access.roles import Caller, Role
from serving.environment import SettingsError

_HOW = "expected `Bearer <API key>`"


class Guard:
    """Lets callers in by key; everybody who can connect where there are no keys.

    Args:
        keys: the keys in use, or None.
    """

    def __init__(self, *, keys: KeyRing | None = None) -> None:
        self.keys = keys

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked who they are."""
        return self.keys is None

    async def admit(self, credential: str | None, *, address: str, needed: Role) -> Caller:
        """The caller, who may do what needs this role.

        Args:
            credential: key or token, None if there was none.
            address: of the client.
            needed: role that the route asks for.

        Raises:
            Unauthenticated: who calls is not known.
            Forbidden: the caller's role is too low.
        """
        caller = await self._caller(credential, address)
        if not caller.may(needed):
            raise Forbidden(needed=needed, role=caller.role)
        return caller

    async def _caller(self, credential: str | None, address: str) -> Caller:
        if self.is_open:
            return Caller(name=f"address:{address}", role=Role.ADMIN)
        if credential is None:
            raise Unauthenticated(f"{_HOW}, got nothing", is_given=False)
        key = self.keys.find(credential) if self.keys else None
        if key is None:
            raise Unauthenticated(f"{_HOW}, got one that is not known", is_given=True)
        return Caller(name=f"key:{key.id}", role=key.role)


def guard_of(config: AccessConfig) -> Guard:
    """The guard of a configuration.

    Raises:
        SettingsError: the file of keys cannot be used.
    """
    if config.keys_file is None:
        return Guard()
    try:
        return Guard(keys=KeyRing(config.keys_file))
    except KeysFileError as error:
        raise SettingsError(f"MODISTE_API_KEYS_FILE: {error}") from error
