"""What a catalogue at an address is fetched from: a web server, or an object of a bucket."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

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
        shown = shown_address(self._address)
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
        self._key, self._config = key, config
        try:
            self._objects = connect_s3(bucket, config=timeouts)
        except ObjectsError as error:
            raise CatalogueError(str(error)) from error

    def below(self) -> list[str]:
        """What follows the key, a folder's, in the keys right below it.

        Raises:
            CatalogueError: the bucket does not answer, or may not be listed.
        """
        found: list[str] = []
        for attempt in range(self._config.max_attempts):
            try:
                found = [key.removeprefix(self._key) for key in self._objects.list(self._key)]
                break
            except ObjectsUnavailable as error:
                if attempt + 1 == self._config.max_attempts:
                    raise CatalogueError(f"{error}; try again later") from error
                time.sleep(self._config.pause_s * 2**attempt)
            except ObjectsError as error:
                raise CatalogueError(str(error)) from error
        return [name for name in found if name and "/" not in name]

    def entry(self, name: str) -> "S3File":
        """An object right below the key, a folder's."""
        other = copy(self)
        other._key = self._key + name
        return other

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


def shown_address(address: str) -> str:
    """An address without what may be secret: user, password, and a signed query."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
