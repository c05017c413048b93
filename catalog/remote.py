"""A catalogue at an address, `s3://bucket/key` or `http(s)://`, fetched to a file.

Readers pass over a catalogue more than once, so it is fetched whole, in pieces, and goes on where
it was when the other side cuts off: with the same version of the object or not at all.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

import urllib3

from catalog.objects import ObjectsError, ObjectsUnavailable
from catalog.readers.source import CatalogueError

_CHUNK_BYTES = 1 << 20
_RETRIED = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, kw_only=True)
class FetchConfig:
    """Bounds of fetching a catalogue."""

    max_bytes: int = 64 * 2**30
    """Largest catalogue that is fetched, in bytes."""
    max_attempts: int = 5
    """How often in a row the other side may fail without a byte in between, >= 1."""
    pause_s: float = 0.5
    """Seconds before the second attempt; twice as long before each that follows."""
    connect_timeout_s: float = 5.0
    """Seconds until an unanswered connection counts as failed."""
    read_timeout_s: float = 30.0
    """Seconds of silence within an answer that count as failed."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What follows an offset of the remote file."""

    chunks: Iterator[bytes]
    """The bytes, as they come."""
    size: int | None
    """Bytes of the whole file, where the other side says so."""
    version: str
    """What changes when the file does: its entity tag, or nothing where there is none."""


class RemoteFile(Protocol):
    """A file that can be read from any offset."""

    def open(self, offset: int, version: str) -> AbstractContextManager[Part]:
        """What follows `offset` of this `version` (of any, where it is empty).

        Raises:
            InterruptedFetch: nobody answers, or the server cannot now; worth another attempt.
            CatalogueError: there is no such file, it may not be read, or it has changed.
        """
        ...


class InterruptedFetch(Exception):  # noqa: N818 - what happened, not a fault yet
    """The other side failed or cut off."""


def is_remote(text: str) -> bool:
    """Whether a catalogue is given as an address and not as a path."""
    return urlsplit(text).scheme.lower() in ("s3", "http", "https") and "://" in text


def fetch_catalogue(address: str, folder: Path, config: FetchConfig | None = None) -> Path:
    """Fetch a catalogue into a folder.

    Args:
        address: `s3://bucket/key`, with the usual AWS_* variables, or `http(s)://`.
        folder: where the file is written, under the last part of its address.
        config: bounds; the defaults of FetchConfig if None.

    Returns:
        The file, whole.

    Raises:
        CatalogueError: there is no such file, it is too large, or the other side keeps failing.
    """
    config = config or FetchConfig()
    name = unquote(urlsplit(address).path).rpartition("/")[2]
    if not name or name.startswith("."):
        raise CatalogueError(f"{_shown(address)}: expected the address of a file, got a folder's")
    return _fetch(_remote_file(address, config), _shown(address), folder / name, config)


@contextmanager
def local_catalogue(catalogue: str) -> Iterator[Path]:
    """A catalogue as a path: what is given as one as it is, an address as a temporary file.

    Raises:
        CatalogueError: see `fetch_catalogue`.
    """
    if not is_remote(catalogue):
        yield Path(catalogue)
        return
    with TemporaryDirectory(prefix="modiste-catalogue-") as folder:
        yield fetch_catalogue(catalogue, Path(folder))


def _remote_file(address: str, config: FetchConfig) -> RemoteFile:
    parts = urlsplit(address)
    if parts.scheme.lower() == "s3":
        return S3File(parts.netloc, parts.path.lstrip("/"), config)
    return WebFile(address, config)


def _fetch(remote: RemoteFile, shown: str, path: Path, config: FetchConfig) -> Path:
    version, failures = "", 0
    with path.open("wb") as file:
        while True:
            before = file.tell()
            try:
                with remote.open(before, version) as part:
                    version = part.version
                    _write(part, file, shown, config)
                return path
            except InterruptedFetch as error:
                # Without a version the file starts over, which is no progress.
                failures = 1 if version and file.tell() > before else failures + 1
                if failures >= config.max_attempts:
                    raise CatalogueError(
                        f"{shown}: {error}; gave up after {failures} attempts in a row that "
                        "brought nothing: try again later"
                    ) from error
                if not version:
                    file.truncate(0)
                    file.seek(0)
                time.sleep(config.pause_s * 2 ** (failures - 1))


def _write(part: Part, file: BinaryIO, shown: str, config: FetchConfig) -> None:
    """Write what comes; InterruptedFetch where it ends early."""
    _check_size(shown, part.size or 0, config)
    for chunk in part.chunks:
        file.write(chunk)
        _check_size(shown, file.tell(), config)
    if part.size is not None and file.tell() < part.size:
        raise InterruptedFetch(f"cut off after {file.tell():,} of {part.size:,} bytes")


def _check_size(shown: str, size: int, config: FetchConfig) -> None:
    if size > config.max_bytes:
        raise CatalogueError(
            f"{shown}: more than {config.max_bytes:,} bytes; split the catalogue, or mount it"
        )


class WebFile:
    """A file behind http(s)://."""

    def __init__(self, address: str, config: FetchConfig) -> None:
        self._address = address
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=config.connect_timeout_s, read=config.read_timeout_s),
            retries=urllib3.Retry(total=0, redirect=5, raise_on_redirect=True),
        )

    @contextmanager
    def open(self, offset: int, version: str) -> Iterator[Part]:
        """What follows `offset`; a server that knows no ranges sends what was there again."""
        shown = _shown(self._address)
        # Compressed on the way, offsets would count other bytes than the file's.
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers |= {"Range": f"bytes={offset}-", "If-Range": version}
        with _translated():
            answer = self._http.request(
                "GET", self._address, headers=headers, preload_content=False, decode_content=False
            )
            try:
                yield _web_part(shown, answer, offset)
            finally:
                answer.close()


def _web_part(shown: str, answer: urllib3.BaseHTTPResponse, offset: int) -> Part:
    if answer.status in _RETRIED:
        raise InterruptedFetch(f"the server answered {answer.status}")
    if answer.status not in (200, 206):
        raise CatalogueError(
            f"{shown}: expected a file, the server answered {answer.status}; check the address"
        )
    if offset and answer.status == 200:
        raise CatalogueError(
            f"{shown}: cut off, and changed meanwhile or cannot be read from the middle; "
            "fetch it to a file and give that"
        )
    length = answer.headers.get("Content-Length", "")
    size = offset + int(length) if length.isascii() and length.isdigit() else None
    tag = answer.headers.get("ETag", "")
    # A weak tag says that two versions serve as well, not that their bytes are the same.
    version = "" if tag.startswith("W/") else tag
    return Part(chunks=answer.stream(_CHUNK_BYTES), size=size, version=version)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except urllib3.exceptions.HTTPError as error:
        # The pool's own error repeats the address, which may hold a signature.
        reason = getattr(error, "reason", None) or error
        raise InterruptedFetch(f"no answer ({type(reason).__name__})") from error


class S3File:
    """An object of a bucket."""

    def __init__(self, bucket: str, key: str, config: FetchConfig) -> None:
        from catalog.s3 import S3Config, connect_s3

        # One attempt: how often to try, and what counts as progress, is said above.
        timeouts = S3Config(
            connect_timeout_s=config.connect_timeout_s,
            read_timeout_s=config.read_timeout_s,
            max_attempts=1,
        )
        self._key = key
        try:
            self._objects = connect_s3(bucket, config=timeouts)
        except ObjectsError as error:
            raise CatalogueError(str(error)) from error

    @contextmanager
    def open(self, offset: int, version: str) -> Iterator[Part]:
        """What follows `offset` of the object with this entity tag."""
        try:
            with self._objects.stream(self._key, offset=offset, etag=version) as streamed:
                chunks = streamed.chunks(_CHUNK_BYTES)
                yield Part(chunks=chunks, size=streamed.size, version=streamed.etag)
        except ObjectsUnavailable as error:
            raise InterruptedFetch(str(error)) from error
        except ObjectsError as error:
            raise CatalogueError(str(error)) from error


def _shown(address: str) -> str:
    """An address without what may be secret: user, password, and a signed query."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
