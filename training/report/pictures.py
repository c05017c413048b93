"""Small pictures inside the page, so that it stays one file."""

import base64
import io
from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from catalog.objects import ObjectMissing, ObjectStore

THUMBNAIL_PX = 160


class Pictures:
    """Thumbnails of an object store's pictures, and how many could not be shown.

    Attributes:
        num_missing: keys that the store does not have.
        num_broken: objects that are no picture.
    """

    def __init__(self, store: ObjectStore | None) -> None:
        """`store` holds the pictures; without one there are none."""
        self._store = store
        self.num_missing = 0
        self.num_broken = 0
        self.data_uri = lru_cache(maxsize=None)(self._data_uri)

    @property
    def has_store(self) -> bool:
        """Whether pictures were asked for at all."""
        return self._store is not None

    def _data_uri(self, key: str | None) -> str | None:
        """A JPEG of at most THUMBNAIL_PX on each side as a `data:` address, or None."""
        if self._store is None or key is None:
            return None
        try:
            return thumbnail_uri(self._store.get(key))
        except ObjectMissing:
            self.num_missing += 1
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            self.num_broken += 1
        return None


def thumbnail_uri(data: bytes) -> str:
    """The picture in `data`, made small.

    Raises:
        UnidentifiedImageError, OSError, DecompressionBombError: it is no picture, cut off, or
            absurdly large.
    """
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (THUMBNAIL_PX, THUMBNAIL_PX))
        small = picture.convert("RGB")
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
