"""What the tests of access share."""

from collections.abc import Iterator

import pytest

from tests.serving.access.issuer import Issuer, issuing


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer on loopback."""
    with issuing() as found:
        yield found
