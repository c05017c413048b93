"""Which reader a file needs, told by what the file holds."""

import stat
from functools import partial
from itertools import islice
from pathlib import Path

from catalog.layouts.k_fashion import MARKS
from catalog.readers.csv_table import CsvTable
from catalog.readers.json_folder import MAX_FILE_BYTES, JsonFolder, is_document
from catalog.readers.json_lines import JsonLines, JsonStream
from catalog.readers.parquet_table import ParquetTable
from catalog.readers.parts import PartedTable, find_parts
from catalog.readers.source import CatalogueError, ReadOptions, Source
from catalog.readers.text import detect_text, open_bytes

_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
_KNOWN = "expected CSV, JSON Lines or Parquet"
_NOT_TABLES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a picture or a sound (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file; unpack it, or pack it with gzip"),
    (b"BZh", "a bzip2 file; unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "an xz file; unpack it, or pack it with gzip"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
)


def find_catalogue(path: Path) -> Path:
    """The catalogue: the file `path` itself, the only table in the folder `path`, or that folder.

    A folder is a catalogue where its tables are the parts of one, or where it holds no table but
    JSON documents, one an item, at any depth. A JSON file beside others below it is a document if
    it holds one object, else a table.

    Raises:
        CatalogueError: nothing is there, or a folder holds nothing of the kind, or several tables.
    """
    if not _is_folder(path):
        return path
    found = _found(path)
    tables = [entry for entry in found if not _name(entry).endswith(".json")]
    if len(tables) == 1:
        return tables[0]
    if parts_of(path):
        return path
    documents = [entry for entry in path.rglob("*") if entry.suffix.lower() == ".json"]
    if len(found) == 1 and (len(documents) <= 1 or not is_document(found[0])):
        return found[0]
    if not tables and documents:
        return path
    names = ", ".join(entry.name for entry in found[:10]) or "none"
    raise CatalogueError(f"{path}: expected one catalogue in the folder, got {names}; name it")


def parts_of(folder: Path) -> list[Path]:
    """The files of a table that lies in a folder in parts, in order; none if it does not."""
    found = _found(folder)
    # Of single documents one may be named like a part.
    if any(_name(path).endswith(".json") and is_document(path) for path in found):
        return []
    return find_parts(found)


def _found(folder: Path) -> list[Path]:
    """The files right in a folder that may be tables."""
    files = sorted(entry for entry in folder.iterdir() if entry.is_file())
    return [entry for entry in files if is_table_name(entry.name)]


def is_table_name(name: str) -> bool:
    """Whether a file of this name may be a table; hidden ones are other programs' own."""
    return name.lower().removesuffix(".gz").endswith(_SUFFIXES) and not name.startswith(".")


def _is_folder(path: Path) -> bool:
    """Whether it is a folder, or else a file; raises CatalogueError for anything else."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CatalogueError(f"{path}: no such file; give the path of a catalogue") from error
    # A circle of links, a name that is too long, a folder that may not be entered.
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CatalogueError(
            f"{str(path)[:200]}: cannot be read ({why}); give the path of a catalogue"
        ) from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise CatalogueError(
            f"{path}: expected a file or a folder, got a pipe or a device, which cannot be read "
            "twice; write it to a file and give that"
        )
    return stat.S_ISDIR(mode)


def _name(path: Path) -> str:
    return path.name.lower().removesuffix(".gz")


def open_source(path: Path, options: ReadOptions | None = None) -> Source:
    """The reader for a file, whatever its name says, or for a folder of JSON documents.

    Raises:
        CatalogueError: the file is empty, of another kind, damaged, or has no usable header.
    """
    if path.is_dir():
        parts = parts_of(path)
        return (
            PartedTable(parts, partial(_open_file, options=options)) if parts else JsonFolder(path)
        )
    return _open_file(path, options)


def _open_file(path: Path, options: ReadOptions | None) -> Source:
    with open_bytes(path) as file:
        head = file.read(512)
    with path.open("rb") as raw:
        is_packed = raw.read(2) == b"\x1f\x8b"
    for magic, what in _NOT_TABLES:
        if head.startswith(magic):
            raise CatalogueError(f"{path.name}: {_KNOWN}, got {what}")
    if head.startswith(b"PAR1"):
        if is_packed:
            raise CatalogueError(f"{path.name}: a Parquet file packed with gzip; unpack it")
        return ParquetTable(path)
    return _open_text(path, options or ReadOptions())


def _open_text(path: Path, options: ReadOptions) -> Source:
    file = detect_text(path, options.encoding)
    filled = filter(None, (line.strip() for line in file.lines()))
    first, second = (*islice(filled, 2), "", "")[:2]
    if not first:
        raise CatalogueError(f"{path.name}: the catalogue is empty; expected rows of products")
    if first.startswith("<"):
        raise CatalogueError(f"{path.name}: {_KNOWN}, got a web page or XML")
    if first.startswith(("[", "{")) and (annotation := _annotation(path)):
        return annotation
    if first.startswith("[") or (first.startswith("{") and _goes_on(first, second)):
        return JsonStream(file)
    return JsonLines(file) if first.startswith("{") else CsvTable(file, options)


def _annotation(path: Path) -> Source | None:
    """The one K-Fashion annotation that a file is; None if it is something else.

    Raises:
        CatalogueError: it holds several.
    """
    with open_bytes(path) as file:
        data = file.read(MAX_FILE_BYTES)
    if not any(mark in data for mark in MARKS):
        return None
    only = JsonFolder(path.parent, only=path)
    if only.is_annotation():
        return only
    raise CatalogueError(
        f"{path.name}: expected one K-Fashion annotation a file, got several; write each to a "
        "file of its own and give their folder"
    )


def _goes_on(first: str, second: str) -> bool:
    """Whether a record that opens on the first line is written over several."""
    return not first.endswith("}") and not second.startswith("{")
