"""Files of pictures beside a catalogue: which is an item's, and nothing outside the folder."""

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from catalog.item import Item
from catalog.picture import MAX_FILE_BYTES, PictureError

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def find_picture(folder: Path, beside: Mapping[str, Path], item: Item) -> Path | None:
    """An item's picture: what the item names, else one that bears its id, else None.

    Args:
        folder: the catalogue's folder, resolved; nothing outside it is read.
        beside: pictures by name without suffix, as `pictures_by_stem` gives them.
        item: whose picture is looked for.

    Raises:
        PictureError: the item names one that is not there, or not below the folder.
    """
    if item.image is not None and "://" in item.image:
        raise PictureError("an address on the web; download it and give its path")
    named = named_picture(folder, beside, item)
    if named is None:
        return None
    try:
        path = named.resolve()
        is_file = path.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise PictureError(f"no path of a file ({why})") from error
    if not path.is_relative_to(folder):
        raise PictureError("leads out of the catalogue's folder; put pictures below it")
    if not is_file:
        raise PictureError("no such file beside the catalogue")
    return path


def named_picture(folder: Path, beside: Mapping[str, Path], item: Item) -> Path | None:
    """Where an item's picture should be, whether it is there and may be read or not."""
    if item.image is not None:
        named = folder / item.image
        return named if os.path.lexists(named) else _written_otherwise(folder, beside, item.image)
    exact = beside.get(item.item_id)
    # Some systems write names of files in another normal form than tables.
    return exact or beside.get(unicodedata.normalize("NFC", item.item_id))


def _written_otherwise(folder: Path, beside: Mapping[str, Path], name: str) -> Path:
    """A picture that is not there by its name: as Windows writes paths, or in `images/`."""
    path = folder / name.replace("\\", "/")
    if "/" in name or "\\" in name:
        return path
    found = beside.get(path.stem)
    is_it = found is not None and found.name.casefold() == name.casefold()
    return found if found is not None and is_it else path


def pictures_by_stem(folder: Path) -> dict[str, Path]:
    """Pictures below a folder by name without suffix; of several with one stem the first suffix."""
    paths = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    pictures = [path for path in paths if path.suffix.lower() in _SUFFIXES]
    found: dict[str, Path] = {}
    for path in sorted(pictures, key=lambda path: (_SUFFIXES.index(path.suffix.lower()), path)):
        found.setdefault(path.stem, path)
    for stem, path in list(found.items()):
        found.setdefault(unicodedata.normalize("NFC", stem), path)
    return found


def read_picture(path: Path) -> bytes:
    """A picture's file; raises PictureError where it is too large or cannot be read."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise PictureError(f"{size:,} bytes; at most {MAX_FILE_BYTES:,}: make it smaller")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"cannot be read: {error.strerror}") from error
