"""A file of keys is read whole, and what is wrong in it is named."""

import json

import pytest

from serving.access.keys import Key, KeysFileError, digest_of, entry_of, new_key, parse_keys
from serving.access.roles import Caller, Role, highest

KEY = "modiste_k"
ENTRY = entry_of("shop-web", KEY, Role.READ)


def file_of(*entries: object) -> bytes:
    return json.dumps({"keys": list(entries)}).encode()


def test_a_new_key_is_long_is_known_by_its_beginning_and_never_comes_again() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("modiste_") and len(key) == 51 for key in keys)


def test_a_file_holds_digests_and_no_keys() -> None:
    assert KEY not in json.dumps(ENTRY)
    assert parse_keys(file_of(ENTRY)) == (
        Key(id="shop-web", digest=digest_of(KEY), role=Role.READ),
    )


def test_the_highest_of_several_roles_counts() -> None:
    [key] = parse_keys(file_of({**ENTRY, "roles": ["write", "read"]}))
    assert key.role is Role.WRITE
    assert highest(["read", "admin", "offline_access"]) is Role.ADMIN
    assert highest(["openid"]) is None


@pytest.mark.parametrize("role", list(Role))
def test_a_role_includes_those_before_it(role: Role) -> None:
    caller = Caller(name="key:a", role=role)
    assert [caller.may(needed) for needed in Role] == [needed <= role for needed in Role]


def test_no_role_may_nothing() -> None:
    assert not Caller(name="key:a", role=None).may(Role.READ)


def test_one_caller_may_have_two_keys_while_they_are_exchanged() -> None:
    keys = parse_keys(file_of(ENTRY, entry_of("shop-web", "another", Role.READ)))
    assert [key.id for key in keys] == ["shop-web", "shop-web"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "expected JSON, got something else: "),
        (b'{"keys": [', "expected JSON, got something else: "),
        (b"\xff", "expected JSON, got something else: "),
        (b"[]", 'expected {"keys": [{"id", "sha256", "roles"}, ...]}, not empty'),
        (b'{"keys": []}', 'expected {"keys": [{"id", "sha256", "roles"}, ...]}, not empty'),
        (file_of("x"), "keys.0: expected an object of id, sha256, roles"),
        (file_of({"id": "a", "roles": []}), "keys.0: expected an object of id, sha256, roles"),
        (
            file_of(ENTRY, {**ENTRY, "id": "a b"}),
            "keys.1.id: expected 1 to 64 letters, digits, '.', '_' or '-', got 'a b'",
        ),
        (
            file_of({**ENTRY, "sha256": KEY}),
            "keys.0.sha256: expected 64 hexadecimal digits in lower case",
        ),
        (
            file_of({**ENTRY, "roles": ["reader"]}),
            "keys.0.roles: expected a list of read, write, admin, got ['reader']",
        ),
        (
            file_of({**ENTRY, "roles": []}),
            "keys.0.roles: expected a list of read, write, admin, got []",
        ),
        (
            file_of({**ENTRY, "roles": [["read"]]}),
            "keys.0.roles: expected a list of read, write, admin, got [['read']]",
        ),
        (
            file_of(ENTRY, {**ENTRY, "id": "other"}),
            "keys: 'shop-web' and 'other' have the same sha256",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_place(raw: bytes, message: str) -> None:
    with pytest.raises(KeysFileError) as caught:
        parse_keys(raw)
    assert str(caught.value).startswith(message)


def test_a_key_put_where_its_digest_belongs_is_not_repeated() -> None:
    with pytest.raises(KeysFileError) as caught:
        parse_keys(file_of({**ENTRY, "sha256": KEY}))
    assert KEY not in str(caught.value)
