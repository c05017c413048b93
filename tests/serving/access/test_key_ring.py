"""The keys in use follow their file, and never vanish because of a broken one."""

import json
import os
from pathlib import Path

import pytest

from serving.access.key_ring import KeyRing
from serving.access.keys import KeysFileError, entry_of
from serving.access.roles import Role
from tests.serving.access.conftest import Clock


def text_of(*keys: str) -> str:
    return json.dumps({"keys": [entry_of(key, key, Role.READ) for key in keys]})


def replace(path: Path, text: str) -> None:
    """Swap the file, as a careful writer does."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.rename(path)


class Secret:
    """A Secret as Kubernetes mounts it: `keys.json` leads to `..data`, that to a version of it."""

    def __init__(self, folder: Path, text: str) -> None:
        self._folder = folder
        self._num_versions = 0
        self.path = folder / "keys.json"
        self.swap(text)
        self.path.symlink_to("..data/keys.json")

    def swap(self, text: str) -> None:
        """Write a new version, and let the link lead to it in one step."""
        self._num_versions += 1
        version = self._folder / f"..version_{self._num_versions}"
        version.mkdir()
        (version / "keys.json").write_text(text)
        link = self._folder / "..data_tmp"
        link.symlink_to(version.name)
        os.replace(link, self._folder / "..data")


def found(ring: KeyRing, key: str) -> str | None:
    match = ring.find(key)
    return match.id if match else None


def test_a_key_is_found_by_its_text_alone(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(text_of("one", "two"))
    ring = KeyRing(tmp_path / "keys.json")
    assert [found(ring, key) for key in ("one", "two", "three", "", "onE")] == [
        *("one", "two", None, None, None)
    ]


def test_a_new_key_is_accepted_at_once_from_a_swapped_secret(tmp_path: Path) -> None:
    secret = Secret(tmp_path, text_of("old"))
    ring = KeyRing(secret.path, clock=Clock())
    secret.swap(text_of("old", "new"))
    assert (found(ring, "new"), found(ring, "old")) == ("new", "old")


def test_a_removed_key_is_refused_a_second_later(tmp_path: Path) -> None:
    clock = Clock()
    secret = Secret(tmp_path, text_of("old", "new"))
    ring = KeyRing(secret.path, clock=clock)
    secret.swap(text_of("new"))
    clock.now = 0.9
    assert found(ring, "old") == "old"
    clock.now = 1.0
    assert (found(ring, "old"), found(ring, "new")) == (None, "new")


@pytest.mark.parametrize("text", ["", '{"keys": [', '{"keys": []}', text_of("new")[:-20]])
def test_a_broken_file_keeps_the_keys_and_says_so_once(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text_of("old"))
    ring = KeyRing(path)
    replace(path, text)
    for _ in range(3):
        assert found(ring, "unknown") is None
    assert (found(ring, "old"), ring.num_keys, ring.is_current) == ("old", 1, False)
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert errors[0].getMessage().startswith(f"the keys stay as they were: {path}: expected ")


def test_a_file_that_is_gone_keeps_the_keys_until_it_is_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text_of("old"))
    ring = KeyRing(path)
    path.unlink()
    assert (found(ring, "new"), found(ring, "old"), ring.is_current) == (None, "old", False)
    path.write_text(text_of("new"))
    assert (found(ring, "new"), found(ring, "old"), ring.is_current) == ("new", None, True)


def test_a_broken_file_that_is_mended_in_place_is_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text_of("old"))
    ring = KeyRing(path)
    path.write_text("{")
    assert (found(ring, "new"), ring.is_current) == (None, False)
    path.write_text(text_of("new"))
    assert (found(ring, "new"), ring.is_current) == ("new", True)


def test_a_broken_file_at_the_start_is_no_start(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with pytest.raises(KeysFileError, match=r"keys\.json: cannot be read: No such file"):
        KeyRing(path)
    path.write_text("{")
    with pytest.raises(KeysFileError, match=r"keys\.json: expected JSON, got something else"):
        KeyRing(path)


def test_a_file_beyond_the_size_of_a_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(" " * 2**20 + text_of("a"))
    with pytest.raises(KeysFileError, match="expected at most 1,048,576 bytes"):
        KeyRing(path)
