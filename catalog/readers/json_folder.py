"""A folder of JSON documents, one a file: K-Fashion annotations, or single items."""

import os
from collections.abc import Iterator
from pathlib import Path

from catalog.layouts.k_fashion import LayoutError, is_k_fashion, k_fashion_records
from catalog.readers.json_record import NestingError, RecordDecoder
from catalog.readers.source import CatalogueError, Row

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Size of a document that is read at all; annotations have some kilobytes."""

_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


class JsonFolder:
    """Every `*.json` below a folder, in the order of their paths; rows are numbered from 1.

    A document is one item, or a K-Fashion annotation, which makes one row for each garment.
    """

    def __init__(self, folder: Path, only: Path | None = None) -> None:
        """Look once at which files there are; links out of the folder are not followed.

        Args:
            folder: what holds documents and photos.
            only: the one document that is read; None for all.

        Raises:
            CatalogueError: there is no JSON file.
        """
        self._folder = folder
        self._documents: list[Path] = []
        self._picture_of: dict[str, str] = {}
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                self._note(Path(place, name))
        if only:
            self._documents = [only]
        if not self._documents:
            raise CatalogueError(f"{folder}: the folder holds no JSON files")
        self._documents.sort()

    def facts(self) -> dict[str, str]:
        """Format and number of files."""
        return {"format": "json folder", "files": str(len(self._documents))}

    def rows(self) -> Iterator[Row]:
        """One row an item; a document that cannot be read comes with its fault."""
        number = 0
        for path in self._documents:
            for values, fault in self._of(path):
                number += 1
                raw = str(path.relative_to(self._folder)) if fault else ""
                yield Row(number=number, values=values, fault=fault, raw=raw)

    def is_annotation(self) -> bool:
        """Whether the first document is one K-Fashion annotation."""
        return is_document(self._documents[0]) and is_k_fashion(_load(self._documents[0]))

    def _note(self, path: Path) -> None:
        if path.suffix.lower() == ".json":
            self._documents.append(path)
        elif path.suffix.lower() in _PICTURES:
            place = path.relative_to(self._folder).as_posix()
            for name in (path.name, path.name.lower()):
                self._picture_of.setdefault(name, place)

    def _of(self, path: Path) -> Iterator[tuple[dict[str, object], str]]:
        """Records of a document, or an empty one and its fault."""
        try:
            document = _load(path)
            if not is_k_fashion(document):
                yield document, ""
                return
            # All garments or none: half a photo would look like a whole one.
            records = list(k_fashion_records(document))
        except LayoutError as error:
            yield {}, str(error)
            return
        for record in records:
            # The photo as it lies below the folder; annotations are often had without the photos.
            name = str(record["image"])
            place = self._picture_of.get(name) or self._picture_of.get(name.lower())
            yield {**record, "image": place}, ""


def is_document(path: Path) -> bool:
    """Whether a file holds one JSON object, and no list or lines of them."""
    try:
        _load(path)
    except LayoutError:
        return False
    return True


def _load(path: Path) -> dict[str, object]:
    """The object that a file holds; raises LayoutError with the fault."""
    text = _read(path)
    decoder = RecordDecoder()
    try:
        document = decoder.decode(text)
    except NestingError as error:
        raise LayoutError(str(error)) from error
    except ValueError as error:
        raise LayoutError(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise LayoutError("expected a JSON object, one item or one annotation a file")
    if fault := decoder.fault(document, text):
        raise LayoutError(fault)
    return document


def _read(path: Path) -> str:
    try:
        # A pipe would be waited at for ever.
        if not path.is_file():
            raise LayoutError("not a file (a pipe, or a link that leads nowhere); remove it")
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise LayoutError(f"{size:,} bytes; at most {MAX_FILE_BYTES:,} in a document")
        data = path.read_bytes()
    except OSError as error:
        raise LayoutError(f"cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LayoutError("neither UTF-8 nor CP949; save it as UTF-8")
