"""Every error of an object store has its place in the service's tree."""

import pytest

from catalog.objects import (
    InvalidKeyError,
    ObjectMissing,
    ObjectsError,
    ObjectsTimeoutError,
    ObjectsUnavailable,
)
from serving.errors import Refused, ServerFailed, ServiceError, TimedOut, UnknownPicture
from serving.object_errors import object_errors, translated


def classes(kind: type[ObjectsError] = ObjectsError) -> set[type[ObjectsError]]:
    return {kind}.union(*map(classes, kind.__subclasses__()))


def test_every_error_of_object_stores_is_mapped() -> None:
    for kind in classes():
        assert type(translated(kind("x"), "images/a.jpg")) is not ServiceError, kind


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (ObjectMissing, UnknownPicture),
        (InvalidKeyError, UnknownPicture),
        (ObjectsTimeoutError, TimedOut),
        (ObjectsUnavailable, Refused),
        (ObjectsError, ServerFailed),
    ],
)
def test_timeout_refusal_and_server_error_are_kept_apart(
    theirs: type[ObjectsError], ours: type[ServiceError]
) -> None:
    with pytest.raises(ours) as caught, object_errors("images/a.jpg"):
        raise theirs("said")
    assert type(caught.value) is ours
    assert isinstance(caught.value.__cause__, theirs)


def test_a_missing_picture_names_its_key() -> None:
    error = translated(ObjectMissing("no object"), "images/a.jpg")
    assert str(error) == "expected the key of a stored picture, got images/a.jpg"
