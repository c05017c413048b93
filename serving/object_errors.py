"""What an object store raises, in the service's own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.objects import (
    InvalidKeyError,
    ObjectMissing,
    ObjectsError,
    ObjectsTimeoutError,
    ObjectsUnavailable,
)
from serving.errors import Refused, ServerFailed, ServiceError, TimedOut, UnknownPicture

PART = "object store"

# The most derived first. What says that a key is not there is no fault of the store's.
BY_CLASS: tuple[tuple[type[ObjectsError], type[ServiceError]], ...] = (
    (ObjectMissing, UnknownPicture),
    (InvalidKeyError, UnknownPicture),
    (ObjectsTimeoutError, TimedOut),
    (ObjectsUnavailable, Refused),
    (ObjectsError, ServerFailed),
)


@contextmanager
def object_errors(key: str) -> Iterator[None]:
    """Translate whatever the object store raises while `key` is read.

    Raises:
        ServiceError: of `serving.errors`, from the store's error.
    """
    try:
        yield
    except ObjectsError as error:
        raise translated(error, key) from error


def translated(error: ObjectsError, key: str) -> ServiceError:
    """The service's error for one of an object store's."""
    kind = next(ours for theirs, ours in BY_CLASS if isinstance(error, theirs))
    if issubclass(kind, UnknownPicture):
        return kind(f"expected the key of a stored picture, got {key}", field="key", got=key)
    if issubclass(kind, TimedOut | Refused | ServerFailed):
        return kind(PART, str(error).removeprefix(f"{PART}: "))
    raise TypeError(f"no way to say {kind.__name__}")
