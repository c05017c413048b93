"""The errors of access, which belong to the tree of `serving.errors`.

ServiceError                  500
|-- Unauthenticated           401  who calls is not known
|-- Forbidden                 403  who calls is known, and may not do this
`-- RateLimited               429  too many requests of one caller
"""

from collections.abc import Mapping

from serving.access.roles import Role
from serving.errors import ServiceError

_REALM = 'Bearer realm="modiste"'


class Unauthenticated(ServiceError):
    """The request names no caller, or one that is not known.

    Args:
        detail: what was expected; never what was sent, which may be nearly a key.
        is_given: whether a key or a token was sent at all.
    """

    status = 401
    kind = "unauthenticated"
    title = "Who calls is not known"

    def __init__(self, detail: str, *, is_given: bool) -> None:
        super().__init__(f"authorization: {detail}")
        self.is_given = is_given

    def members(self) -> Mapping[str, object]:
        """The header that is wrong."""
        return {"field": "authorization"}

    def headers(self) -> Mapping[str, str]:
        """What would be accepted (RFC 6750)."""
        fault = ', error="invalid_token"' if self.is_given else ""
        return {"WWW-Authenticate": _REALM + fault}


class Forbidden(ServiceError):
    """The caller's role is too low for the route."""

    status = 403
    kind = "forbidden"
    title = "The role does not allow this"

    def __init__(self, *, needed: Role, role: Role | None) -> None:
        got = role.word if role else "none"
        super().__init__(
            f"role: expected {needed.word}, got {got}; use a key or a token with that role"
        )
        self.needed = needed
        self.got = got

    def members(self) -> Mapping[str, object]:
        """The caller's role, and those that would do."""
        allowed = [role.word for role in Role if role >= self.needed]
        return {"field": "role", "got": self.got, "allowed": allowed}

    def headers(self) -> Mapping[str, str]:
        """What is missing (RFC 6750)."""
        missing = f', error="insufficient_scope", scope="{self.needed.word}"'
        return {"WWW-Authenticate": _REALM + missing}


class RateLimited(ServiceError):
    """One caller asks more often than it may."""

    status = 429
    kind = "rate-limited"
    title = "Too many requests"

    def __init__(self, caller: str, *, per_s: float, burst: int, retry_after_s: int) -> None:
        super().__init__(
            f"requests: expected at most {per_s:g} a second and {burst} at once from {caller}, "
            f"got more; try again in {retry_after_s} s"
        )
        self.allowed = {"per_s": per_s, "burst": burst}
        self.retry_after_s = retry_after_s

    def members(self) -> Mapping[str, object]:
        """The limit."""
        return {"field": "requests", "allowed": self.allowed}

    def headers(self) -> Mapping[str, str]:
        """When to try again."""
        return {"Retry-After": str(self.retry_after_s)}
