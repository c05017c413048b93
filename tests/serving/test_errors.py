"""The tree of errors is what the module says it is."""

import re

import pytest

from serving import errors
from serving.errors import (
    InvalidRequest,
    MethodNotAllowed,
    Refused,
    ServiceError,
    UnknownItem,
    abridged,
)


def tree(kind: type[ServiceError] = ServiceError) -> dict[str, int]:
    found = {kind.__name__: kind.status}
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            found |= tree(child)
    return found


def test_the_docstring_draws_every_error_with_its_status() -> None:
    drawn = re.findall(r"^[ |`-]*([A-Z]\w+) +(\d{3})", errors.__doc__ or "", re.MULTILINE)
    assert {name: int(status) for name, status in drawn} == tree()


def test_the_docstring_draws_every_error_under_its_parent() -> None:
    depth_of: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^    ([ |`-]*)([A-Z]\w+) +\d{3}", line):
            depth = len(found[1]) // 4
            depth_of[depth:] = [found[2]]
            if depth:
                parent = getattr(errors, depth_of[depth - 1])
                assert parent in getattr(errors, found[2]).__bases__


def test_no_two_errors_share_a_problem_type() -> None:
    kinds = [getattr(errors, name).kind for name in tree()]
    assert len(set(kinds)) == len(kinds)


def test_an_invalid_request_says_field_got_and_allowed() -> None:
    error = InvalidRequest("k: too many", field="k", got=10**6, allowed=[1, 100])
    assert error.members() == {"field": "k", "got": 10**6, "allowed": [1, 100]}


def test_an_unknown_item_names_the_id_and_where_it_stood() -> None:
    error = UnknownItem("sku-x", field="positive.0")
    assert str(error) == "positive.0: expected the id of a stored item, got 'sku-x'"
    assert error.members() == {"field": "positive.0", "got": "sku-x"}


def test_an_unavailable_part_is_named_and_says_when_to_come_back() -> None:
    error = Refused("Triton", "nobody listens")
    assert str(error) == "Triton: nobody listens"
    assert error.members() == {"part": "Triton"}
    assert error.headers() == {"Retry-After": "2"}


def test_a_405_lists_the_methods_that_are_answered() -> None:
    error = MethodNotAllowed("PUT", "GET, DELETE")
    assert error.headers() == {"Allow": "GET, DELETE"}
    assert error.members()["allowed"] == ["GET", "DELETE"]


@pytest.mark.parametrize("value", [None, True, 3, 0.5, "short"])
def test_small_values_are_shown_as_they_are(value: object) -> None:
    assert abridged(value) == value


def test_long_values_are_shown_shortened() -> None:
    shown = abridged("x" * 10_000_000)
    assert shown == "x" * 200 + "… (10000000 characters)"
    assert len(str(abridged({"deep": ["y" * 1000]}))) < 250
