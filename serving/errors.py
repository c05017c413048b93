"""Every error that the service raises on purpose, and the HTTP status each becomes.

    ServiceError                  500
    |-- InvalidRequest            422  the caller sent something that cannot be answered
    |   |-- MalformedBody         400  not JSON, or not the JSON that was announced
    |   |-- InvalidCursor         400  of another query, of another generation, or not ours
    |   |-- SlowBody              408  it stopped coming
    |   |-- TooLarge              413  more bytes than are read
    |   |-- UnsupportedBody       415  a content type that is not read
    |   `-- ItemsRefused          422  no item of a request could be taken
    |-- NotFound                  404
    |   |-- UnknownItem           404
    |   |-- UnknownGeneration     404
    |   |-- UnknownPicture        404
    |   `-- UnknownRoute          404
    |-- MethodNotAllowed          405
    |-- Conflict                  409  the state changed underneath; trying again may do
    |   |-- GenerationChanged     409  embedded by one generation, written under another
    |   `-- GenerationMismatch    409  vectors of two generations would have been compared
    `-- Unavailable               503  a dependency did not do its part
        |-- TimedOut              503  it did not answer in time
        |-- Refused               503  it could not be reached, or closed the connection
        |-- ServerFailed          503  it answered with an error of its own
        |-- NotReady              503  it is there, but not (yet) as it is needed
        |-- Overloaded            503  it has more to do than it can; nothing was done
        `-- Draining              503  this replica was told to stop

What the drivers raise is translated to this tree by `database_errors.py`, `triton_errors.py`
and `object_errors.py`, always with `raise ... from error`. No message holds a secret.
"""

from collections.abc import Mapping
from typing import ClassVar

RETRY_AFTER_S = 2
"""Seconds after which a caller is asked to come back when a part is unavailable."""


class ServiceError(Exception):
    """Root of the tree; raised itself only for a fault of the service's own."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "The service failed"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.progress: dict[str, object] = {}
        """What was done before it happened, for work that is done piece by piece."""

    def members(self) -> Mapping[str, object]:
        """What the problem document says beyond type, title, status and detail."""
        return {}

    def headers(self) -> Mapping[str, str]:
        """HTTP headers that belong to this error."""
        return {}


class InvalidRequest(ServiceError):
    """Something the caller sent is wrong: which field, what was got, what is allowed."""

    status = 422
    kind = "invalid-request"
    title = "The request is not valid"

    def __init__(
        self, detail: str, *, field: str, got: object = None, allowed: object = None
    ) -> None:
        super().__init__(detail)
        self.field = field
        self.got = got
        self.allowed = allowed

    def members(self) -> Mapping[str, object]:
        """The field, the value it had (shortened) and what would have been accepted."""
        found = {"field": self.field, "got": abridged(self.got), "allowed": self.allowed}
        return {key: value for key, value in found.items() if value is not None}


class MalformedBody(InvalidRequest):
    """The body is not the JSON that its content type announces."""

    status = 400
    kind = "malformed-body"
    title = "The body cannot be read"


class InvalidCursor(InvalidRequest):
    """The cursor was not given out for this query in this generation."""

    status = 400
    kind = "invalid-cursor"
    title = "The cursor does not belong to this query"


class SlowBody(InvalidRequest):
    """The body stopped coming before its end."""

    status = 408
    kind = "slow-body"
    title = "The body did not come in time"


class TooLarge(InvalidRequest):
    """The body, or one line of it, is longer than the service reads."""

    status = 413
    kind = "too-large"
    title = "The body is too large"


class UnsupportedBody(InvalidRequest):
    """The body has a content type that this route does not read."""

    status = 415
    kind = "unsupported-body"
    title = "The content type is not supported"


class ItemsRefused(InvalidRequest):
    """Not one of the items that came could be taken; `errors` says why for each."""

    kind = "items-refused"
    title = "No item was taken"


class NotFound(ServiceError):
    """Something that was named does not exist."""

    status = 404
    kind = "not-found"
    title = "Not found"

    def __init__(self, detail: str, *, field: str | None = None, got: object = None) -> None:
        super().__init__(detail)
        self.field = field
        self.got = got

    def members(self) -> Mapping[str, object]:
        """The field that named it and the name, where a field did."""
        found = {"field": self.field, "got": abridged(self.got)}
        return {key: value for key, value in found.items() if value is not None}


class UnknownItem(NotFound):
    """No item has this id."""

    kind = "unknown-item"
    title = "No such item"

    def __init__(self, item_id: str, *, field: str = "item_id") -> None:
        detail = f"{field}: expected the id of a stored item, got {abridged(item_id)!r}"
        super().__init__(detail, field=field, got=item_id)
        self.item_id = item_id


class UnknownGeneration(NotFound):
    """No generation has this id."""

    kind = "unknown-generation"
    title = "No such generation"


class UnknownPicture(NotFound):
    """The object store holds no picture under this key."""

    kind = "unknown-picture"
    title = "No such picture"


class UnknownRoute(NotFound):
    """No route has this path."""

    kind = "unknown-route"
    title = "No such page"


class MethodNotAllowed(ServiceError):
    """The path exists, for other methods."""

    status = 405
    kind = "method-not-allowed"
    title = "The method is not allowed here"

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(f"expected one of {allowed}, got {method}")
        self.method = method
        self.allowed = allowed

    def members(self) -> Mapping[str, object]:
        """The method that came and those that would have been answered."""
        return {"field": "method", "got": self.method, "allowed": self.allowed.split(", ")}

    def headers(self) -> Mapping[str, str]:
        """`Allow`, as RFC 9110 asks of a 405."""
        return {"Allow": self.allowed}


class Conflict(ServiceError):
    """The state changed while the request ran."""

    status = 409
    kind = "conflict"
    title = "The state changed underneath the request"


class GenerationChanged(Conflict):
    """The generation in use is no longer the one that the vectors came from."""

    kind = "generation-changed"
    title = "The generation in use changed"


class GenerationMismatch(Conflict):
    """Vectors of two generations would have been compared."""

    kind = "generation-mismatch"
    title = "Vectors of two generations cannot be compared"


class Unavailable(ServiceError):
    """A part that the service stands on did not do its work.

    Args:
        part: the part's name as an operator knows it: "PostgreSQL", "Triton", "object store".
        detail: what happened and what to do; never an address with a password.
    """

    status = 503
    kind = "unavailable"
    title = "A part of the service is unavailable"

    def __init__(self, part: str, detail: str) -> None:
        super().__init__(f"{part}: {detail}")
        self.part = part

    def members(self) -> Mapping[str, object]:
        """The part that is missing."""
        return {"part": self.part}

    def headers(self) -> Mapping[str, str]:
        """When to try again."""
        return {"Retry-After": str(RETRY_AFTER_S)}


class TimedOut(Unavailable):
    """The part did not answer within its time."""

    kind = "timeout"
    title = "A part of the service did not answer in time"


class Refused(Unavailable):
    """The part could not be reached, or went away in the middle."""

    kind = "refused"
    title = "A part of the service cannot be reached"


class ServerFailed(Unavailable):
    """The part answered with an error of its own."""

    kind = "server-failed"
    title = "A part of the service failed"


class Overloaded(Unavailable):
    """More requests came than are answered in time; this one was not begun."""

    kind = "overloaded"
    title = "The service has too much to do"

    def __init__(self, reason: str) -> None:
        super().__init__("API", f"{reason}; nothing was done, send the request again later")


class NotReady(Unavailable):
    """The part is there but not as needed: not migrated, too old, without the generation."""

    kind = "not-ready"
    title = "The service is not ready"


class Draining(Unavailable):
    """This replica was told to stop; it answers what still comes, and wants no more."""

    kind = "draining"
    title = "The service is about to stop"

    def __init__(self) -> None:
        super().__init__("API", "draining: it was told to stop; ask another replica")


def abridged(value: object, limit: int = 200) -> object:
    """The value as a problem document shows it: never longer than `limit` characters."""
    if isinstance(value, str):
        return value if len(value) <= limit else f"{value[:limit]}… ({len(value)} characters)"
    if value is None or isinstance(value, bool | int | float):
        return value
    return abridged(repr(value), limit)
