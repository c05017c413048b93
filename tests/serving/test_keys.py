"""`python -m serving.keys` makes keys that the service accepts, and says what a file holds."""

import json
from pathlib import Path

import pytest

from serving import keys
from serving.access.key_ring import KeyRing
from serving.access.roles import Role


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert keys.main(list(arguments)) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_new_key_is_printed_once_with_the_entry_that_lets_it_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = printed(capsys, "new", "--id", "shop-web", "--role", "write")
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [made["entry"]]}))
    found = KeyRing(file).find(str(made["key"]))
    assert found is not None
    assert (found.id, found.role) == ("shop-web", Role.WRITE)


def test_entries_are_put_into_a_file_beside_those_that_are_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    made = [
        printed(capsys, "new", "--id", name, "--role", role, "--into", str(file))
        for name, role in (("shop", "read"), ("shop", "read"), ("loader", "write"))
    ]
    assert printed(capsys, "check", str(file)) == {
        "keys": [
            {"id": "shop", "role": "read"},
            {"id": "shop", "role": "read"},
            {"id": "loader", "role": "write"},
        ]
    }
    assert all(str(entry["key"]) not in file.read_text() for entry in made)
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("new", "--id", "a b", "--role", "read"), "error: id: expected 1 to 64 letters"),
        (("check", "no-such-file"), "error: [Errno 2] No such file"),
        (("check", __file__), "error: expected JSON, got something else"),
        (("new", "--id", "a", "--role", "read", "--into", __file__), "error: expected JSON"),
    ],
)
def test_wrong_input_is_named_and_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert keys.main(list(arguments)) == 2
    said = capsys.readouterr()
    assert said.err.startswith(message)
    assert said.out == ""
