"""What the database must be, told by name with the remedy."""

import pytest

from serving.errors import NotReady
from serving.requirements import check_versions, version


def test_versions_that_fit_are_let_pass() -> None:
    check_versions(server=180004, available="0.8.5", installed=None)
    check_versions(server=160000, available="0.9", installed="0.8.10")


@pytest.mark.parametrize(
    ("server", "available", "installed", "said"),
    [
        (150006, "0.8.5", "0.8.5", r"expected version 16 or later, got 15\.6; move the database"),
        (180004, None, None, r"got a server without the extension 'vector'; install pgvector"),
        (180004, "0.6.2", None, r"expected pgvector 0\.8\.5 or later, got 0\.6\.2 on the server"),
        (180004, "0.8.5", "0.8.4", r"got 0\.8\.4 in this database; .* ALTER EXTENSION vector"),
    ],
)
def test_what_is_missing_or_too_old_is_named(
    server: int, available: str | None, installed: str | None, said: str
) -> None:
    with pytest.raises(NotReady, match=said):
        check_versions(server=server, available=available, installed=installed)


def test_versions_compare_by_number() -> None:
    assert version("0.8.10") > version("0.8.5")
    assert version("0.9rc1") == (0, 9)


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="pgvector's version: expected numbers and dots, got 'x'"):
        version("x")
