"""Where files live: an S3 bucket or a folder, behind one small protocol.

Errors, so that a caller can tell what to do:

    ObjectsError                 anything this module raises
    ├── ObjectMissing            no object under that key (also a KeyError)
    ├── InvalidKeyError          a key that no store takes (also a ValueError)
    └── ObjectsUnavailable       nobody answers, or a server error: worth a retry later
        └── ObjectsTimeoutError  somebody is there and did not answer in time

`S3Objects` lives in `catalog/s3.py`, so that this file needs the standard library alone.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from catalog.disk import reason

MAX_KEY_BYTES = 1024
"""Longest key, in UTF-8 bytes: the limit of S3."""

_INCOMING = ".incoming"


class ObjectsError(Exception):
    """An object store refused, or is not what its address says."""


class ObjectMissing(ObjectsError, KeyError):  # noqa: N818 - reads as what it says
    """No object is stored under the key."""

    def __str__(self) -> str:
        """The message itself: KeyError would show its repr."""
        return str(self.args[0])


class InvalidKeyError(ObjectsError, ValueError):
    """A key that no store takes: absolute, hidden, too long, or leaving its store."""


class ObjectsUnavailable(ObjectsError):  # noqa: N818 - reads as what it says
    """The store does not answer, or answers that it cannot work now."""


class ObjectsTimeoutError(ObjectsUnavailable):
    """The store was reached, or nearly, and did not answer in time."""


class ObjectStore(Protocol):
    """Named blobs. Keys are relative paths with `/`; every method may raise ObjectsError."""

    def check(self) -> None:
        """Ask the store whether it is there; raises ObjectsError with the remedy if not."""

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Store `data` under `key`, whole or not at all; replaces what was there."""

    def get(self, key: str) -> bytes:
        """The bytes under `key`; raises ObjectMissing."""

    def exists(self, key: str) -> bool:
        """Whether something is stored under `key`."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """All keys that start with `prefix`, in order of their UTF-8 bytes."""

    def delete(self, key: str) -> None:
        """Remove `key`; nothing happens where it is not there."""

    def uri(self, key: str) -> str:
        """The address of `key` for other programs, such as Triton."""


def check_key(key: str) -> str:
    """Return `key`, or raise InvalidKeyError where it could leave its store or not be stored."""
    segments = key.split("/")
    bad = any(not segment or segment.startswith(".") for segment in segments)
    if bad or "\\" in key or not key.isprintable() or len(key.encode()) > MAX_KEY_BYTES:
        raise InvalidKeyError(
            f"object key: expected a relative path such as images/a.jpg, of at most "
            f"{MAX_KEY_BYTES} bytes, no part of it empty or starting with a dot; got {key[:200]!r}"
        )
    return key


class FolderObjects:
    """Objects as files of one folder. The content type is not kept: the suffix tells it."""

    def __init__(self, root: Path, *, create: bool = False) -> None:
        """Objects are kept under `root`, which is made only with `create`."""
        self._root = root.absolute()
        if create:
            self._root.mkdir(parents=True, exist_ok=True)

    def check(self) -> None:
        """Raise ObjectsError unless the folder exists."""
        if not self._root.is_dir():
            raise ObjectsError(
                f"object store: expected a folder at {self._root}, got none; create it, "
                "or set the objects address to where the objects are"
            )

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Write beside the target, then rename, so that nobody reads half an object."""
        del content_type
        path = self._path(key)
        self.check()
        incoming = self._root / _INCOMING / uuid.uuid4().hex
        try:
            incoming.parent.mkdir(exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            incoming.write_bytes(data)
            incoming.replace(path)
        except OSError as error:
            incoming.unlink(missing_ok=True)
            raise ObjectsError(f"object store: cannot write {path}: {reason(error)}") from error

    def get(self, key: str) -> bytes:
        """Read the file; raises ObjectMissing."""
        path = self._path(key)
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            self.check()
            raise ObjectMissing(f"no object {key!r} in {self._root}") from error
        except OSError as error:
            raise ObjectsError(f"object store: cannot read {path}: {error.strerror}") from error

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return self._path(key).is_file()

    def list(self, prefix: str = "") -> Iterator[str]:
        """Walk only the folder that `prefix` names, not the whole store."""
        self.check()
        start = self._root / prefix.rpartition("/")[0]
        if ".." in prefix.split("/"):
            raise InvalidKeyError(f"object prefix: expected no '..', got {prefix[:200]!r}")
        found = (
            (Path(folder) / name).relative_to(self._root).as_posix()
            for folder, _, names in os.walk(start)
            for name in names
        )
        keys = (key for key in found if key.startswith(prefix) and "/." not in f"/{key}")
        yield from sorted(keys, key=str.encode)

    def delete(self, key: str) -> None:
        """Remove the file if it is there."""
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ObjectsError(f"object store: cannot delete {path}: {error.strerror}") from error

    def uri(self, key: str) -> str:
        """A `file://` address."""
        return self._path(key).as_uri()

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)


def open_objects(uri: str, *, create: bool = False) -> ObjectStore:
    """Open the store at `s3://bucket[/prefix]` or `file:///folder`; asks the network nothing.

    Args:
        uri: the address. S3's endpoint, region and keys are the standard AWS_* of the
            environment, AWS_ENDPOINT_URL_S3 included.
        create: make the bucket or the folder if it is not there.

    Raises:
        ObjectsError: the address is neither, or (with `create`) the bucket cannot be made.
    """
    parts = urlsplit(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
        return FolderObjects(Path(unquote(parts.path)), create=create)
    if parts.scheme == "s3" and parts.netloc:
        from catalog.s3 import connect_s3

        return connect_s3(parts.netloc, prefix=parts.path.strip("/"), create=create)
    # An address may carry a password before its host: only the scheme is repeated.
    raise ObjectsError(
        "objects address: expected s3://bucket or file:///folder, got "
        + (f"one that starts with {parts.scheme!r}" if parts.scheme else "one without a scheme")
    )
