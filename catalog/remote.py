"""A catalogue at an address, `s3://bucket/key` or `http(s)://`, fetched to files.

Readers pass over a catalogue more than once, so it is fetched whole, in pieces, and goes on where
it was when the other side cuts off: with the same version of the object or not at all.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from catalog.readers.detect import is_table_name
from catalog.readers.source import CatalogueError
from catalog.remote_files import (
    FetchConfig,
    InterruptedFetch,
    Part,
    RemoteFile,
    S3File,
    WebFile,
    shown_address,
)


def is_remote(text: str) -> bool:
    """Whether a catalogue is given as an address and not as a path."""
    return urlsplit(text).scheme.lower() in ("s3", "http", "https") and "://" in text


def fetch_catalogue(address: str, folder: Path, config: FetchConfig | None = None) -> Path:
    """Fetch a catalogue into a folder.

    Args:
        address: `s3://bucket/key`, with the usual AWS_* variables, or `http(s)://`; with a slash
            at its end, of a folder in S3 that holds a table in parts.
        folder: where the file is written, under the last part of its address.
        config: bounds; the defaults of FetchConfig if None.

    Returns:
        The file, whole, or the folder of the parts.

    Raises:
        CatalogueError: there is no such file, it is too large, or the other side keeps failing.
    """
    config = config or FetchConfig()
    if address.endswith("/") and urlsplit(address).scheme.lower() == "s3":
        return _fetch_parts(address, folder, config)
    name = unquote(urlsplit(address).path).rpartition("/")[2]
    if not name or name.startswith("."):
        raise CatalogueError(
            f"{shown_address(address)}: expected the address of a file, got a folder's"
        )
    return _fetch(_remote_file(address, config), shown_address(address), folder / name, config)


def _fetch_parts(address: str, folder: Path, config: FetchConfig) -> Path:
    """Fetch the tables right below a folder in S3."""
    bucket, prefix = urlsplit(address).netloc, urlsplit(address).path.lstrip("/")
    place = S3File(bucket, prefix, config)
    keys = place.below()
    names = [name for name in keys if is_table_name(name)]
    if not names:
        raise CatalogueError(
            f"{shown_address(address)}: expected CSV, JSON Lines or Parquet files right below it, "
            f"got {', '.join(keys[:5]) or 'none'}; name the folder that holds them, or one file"
        )
    target = folder / (prefix.rstrip("/").rpartition("/")[2] or bucket)
    target.mkdir()
    size = 0
    for name in names:
        path = _fetch(place.entry(name), shown_address(address) + name, target / name, config)
        size += path.stat().st_size
        _check_size(shown_address(address), size, config)
    return target


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
