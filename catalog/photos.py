"""Pictures of items: found beside the catalogue, checked, made alike, and put into the store.

A picture is named by the SHA-256 of what is stored, so the same one is stored once. A JPEG that
is right already is stored as it is; anything else becomes one: upright, RGB on white, at most
MAX_SIDE pixels a side, without the camera's notes.
"""

import hashlib
import io
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.item import Item
from catalog.objects import ObjectStore

PREFIX = "images/"
"""Where pictures lie in the object store."""
MAX_SIDE = 1024
"""Pixels of a stored picture's longer side, at most."""
MAX_PIXELS = 50_000_000
"""Pixels of a picture that is opened at all; more would fill the memory."""
MAX_FILE_BYTES = 64 * 1024 * 1024
"""Size of a picture's file that is read at all."""

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
# What Pillow's decoders and its reader of camera notes raise at broken files.
_DAMAGE = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError),
    *(LookupError, ArithmeticError, struct.error),
)
_QUALITY = 90
_END_OF_JPEG = b"\xff\xd9"
_PLAIN_INFO = frozenset(
    ("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive", "progression")
)
_THREADS = 8
_BATCH_ITEMS = 512


class PictureError(ValueError):
    """A picture that cannot be used; says why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pictured:
    """An item after its picture was looked for.

    Attributes:
        row: the item's row in the catalogue.
        item: the item; `image` is the picture's key in the store, or None.
        got: the picture's path as it was given or found, where there is a fault.
        fault: why the item stays without its picture; empty where it does not.
    """

    row: int
    item: Item
    got: str = ""
    fault: str = ""


class Photos:
    """Stores the pictures of items that lie in one folder."""

    def __init__(self, folder: Path, objects: ObjectStore) -> None:
        """Look once at what the folder and the store hold.

        Args:
            folder: the catalogue's folder; nothing outside it is read.
            objects: where pictures go.
        """
        # Pillow loads its formats at first use, which threads must not do side by side.
        Image.init()
        self._folder = folder.resolve()
        self._objects = objects
        self._beside = pictures_by_stem(self._folder / "images")
        self._stored = set(objects.list(PREFIX))

    def store_all(self, items: Iterable[tuple[int, Item]]) -> Iterator[Pictured]:
        """Store the pictures of numbered items, several at a time; items come back in order.

        Raises:
            ObjectsError: the store fails; that is no fault of a picture.
        """
        remaining = iter(items)
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="photos") as pool:
            while batch := list(islice(remaining, _BATCH_ITEMS)):
                yield from pool.map(lambda numbered: self._store(*numbered), batch)

    def _store(self, row: int, item: Item) -> Pictured:
        if item.image in self._stored:
            return Pictured(row=row, item=item)
        try:
            path = find_picture(self._folder, self._beside, item)
            key = self._put(path) if path else None
        except PictureError as error:
            got = item.image or str(self._beside[item.item_id].relative_to(self._folder))
            return Pictured(row=row, item=replace(item, image=None), got=got, fault=str(error))
        return Pictured(row=row, item=replace(item, image=key))

    def _put(self, path: Path) -> str:
        data = read_picture(path)
        key = picture_key(data)
        # What is stored under a picture's own digest has been through `normalise` before.
        if key in self._stored:
            return key
        data = normalise(data)
        key = picture_key(data)
        if key not in self._stored:
            self._objects.put(key, data, "image/jpeg")
            self._stored.add(key)
        return key


def find_picture(folder: Path, beside: Mapping[str, Path], item: Item) -> Path | None:
    """An item's picture: what the item names, else one that bears its id, else None.

    Args:
        folder: the catalogue's folder, resolved; nothing outside it is read.
        beside: pictures by name without suffix, as `pictures_by_stem` gives them.
        item: whose picture is looked for.

    Raises:
        PictureError: the item names one that is not there, or not below the folder.
    """
    if item.image is None:
        return beside.get(item.item_id)
    if "://" in item.image:
        raise PictureError("an address on the web; download it and give its path")
    try:
        path = (folder / item.image).resolve()
        is_file = path.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise PictureError(f"no path of a file ({why})") from error
    if not path.is_relative_to(folder):
        raise PictureError("leads out of the catalogue's folder; put pictures below it")
    if not is_file:
        raise PictureError("no such file beside the catalogue")
    return path


def pictures_by_stem(folder: Path) -> dict[str, Path]:
    """Pictures below a folder by name without suffix; of several with one stem the first suffix."""
    paths = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    pictures = [path for path in paths if path.suffix.lower() in _SUFFIXES]
    found: dict[str, Path] = {}
    for path in sorted(pictures, key=lambda path: (_SUFFIXES.index(path.suffix.lower()), path)):
        found.setdefault(path.stem, path)
    return found


def picture_key(data: bytes) -> str:
    """The key that a picture is stored under, as `normalise` made it."""
    return f"{PREFIX}{hashlib.sha256(data).hexdigest()}.jpg"


def read_picture(path: Path) -> bytes:
    """A picture's file; raises PictureError where it is too large or cannot be read."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise PictureError(f"{size:,} bytes; at most {MAX_FILE_BYTES:,}: make it smaller")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"cannot be read: {error.strerror}") from error


def normalise(data: bytes) -> bytes:
    """A picture as the store keeps it: an upright RGB JPEG; the same input gives the same bytes.

    Args:
        data: a file in JPEG, PNG, WebP, GIF (its first frame) or BMP.

    Raises:
        PictureError: it is no picture, is cut off or damaged, or has too many pixels.
    """
    if not data:
        raise PictureError("the file is empty")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image)
            is_small = max(image.size) <= MAX_SIDE
            # A large JPEG is decoded at a half, a quarter or an eighth of its size.
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.load()
            is_normal = is_small and _is_plain(image) and data.endswith(_END_OF_JPEG)
            return data if is_normal else _encode(_upright_rgb(image))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(
            f"far too many pixels; at most {MAX_PIXELS:,}: make it smaller"
        ) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            "not a picture in JPEG, PNG, WebP, GIF or BMP, whatever its name says"
        ) from error
    except _DAMAGE as error:
        raise PictureError(f"damaged or cut off ({error}); fetch it again") from error


def _check_size(image: Image.Image) -> None:
    num_pixels = image.width * image.height
    if num_pixels > MAX_PIXELS:
        raise PictureError(f"{num_pixels:,} pixels; at most {MAX_PIXELS:,}: make it smaller")


def _is_plain(image: Image.Image) -> bool:
    """Whether it is an RGB JPEG that carries nothing but its pixels."""
    return image.format == "JPEG" and image.mode == "RGB" and set(image.info) <= _PLAIN_INFO


def _upright_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        raise PictureError("16 or 32 bits a channel; save it with 8")
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    image = image.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    image.info.clear()
    return image


def _encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
