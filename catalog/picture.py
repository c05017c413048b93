"""One picture: checked, and made alike, large and small.

What is right already stays as it is; anything else becomes a JPEG: upright, RGB on white in sRGB,
at most MAX_SIDE pixels a side, without the camera's notes.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from catalog.picture_keys import THUMB_SIDE
from catalog.picture_modes import upright_rgb

MAX_SIDE = 1024
"""Pixels of a stored picture's longer side, at most."""
MAX_PIXELS = 50_000_000
"""Pixels of a picture that is opened at all; more would fill the memory."""
MAX_FILE_BYTES = 64 * 1024 * 1024
"""Size of a picture's file that is read at all."""
MAX_SCANS = 100
"""Passes over a progressive JPEG, of which cameras and editors make ten: each costs as much time
as the whole picture, and takes twenty bytes of the file."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
# What Pillow's decoders and its reader of camera notes raise at broken files.
_DAMAGE = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError),
    *(LookupError, ArithmeticError, struct.error),
)
_QUALITY, _THUMB_QUALITY = 90, 80
_START_OF_SCAN, _END_OF_JPEG = b"\xff\xda", b"\xff\xd9"
_PLAIN_INFO = frozenset(
    ("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive", "progression")
)


class PictureError(ValueError):
    """A picture that cannot be used; says why, and what to do."""


def normalise(data: bytes) -> bytes:
    """A picture as the store keeps it: an upright RGB JPEG; the same input gives the same bytes.

    Args:
        data: a file in JPEG, PNG, WebP, GIF or BMP; of an animation the first frame is taken.

    Raises:
        PictureError: it is no picture, is cut off or damaged, or has too many pixels.
    """
    with _opened(data) as image:
        is_small = max(image.size) <= MAX_SIDE
        # A large JPEG is decoded at a half, a quarter or an eighth of its size.
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        image.load()
        is_normal = is_small and _is_plain(image) and data.endswith(_END_OF_JPEG)
        return data if is_normal else _encode(upright_rgb(image, MAX_SIDE), _QUALITY)


def thumbnail(data: bytes) -> bytes:
    """A small JPEG of a picture as `normalise` gives it."""
    with _opened(data) as image:
        image.draft("RGB", (THUMB_SIDE, THUMB_SIDE))
        image.load()
        return _encode(upright_rgb(image, THUMB_SIDE), _THUMB_QUALITY)


def num_pixels(data: bytes) -> int:
    """How many pixels a picture's file says it has; raises PictureError as `normalise` does."""
    with _opened(data) as image:
        return image.width * image.height


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """A picture whose pixels are not read yet; whatever Pillow raises becomes PictureError."""
    if not data:
        raise PictureError("the file is empty")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image, data)
            yield image
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


def _check_size(image: Image.Image, data: bytes) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise PictureError(f"{pixels:,} pixels; at most {MAX_PIXELS:,}: make it smaller")
    scans = data.count(_START_OF_SCAN) if data.startswith(b"\xff\xd8") else 0
    if scans > MAX_SCANS:
        raise PictureError(f"{scans:,} scans; at most {MAX_SCANS}: save it again")


def _is_plain(image: Image.Image) -> bool:
    """Whether it is an RGB JPEG that carries nothing but its pixels."""
    return image.format == "JPEG" and image.mode == "RGB" and set(image.info) <= _PLAIN_INFO


def _encode(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
