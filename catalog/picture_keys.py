"""Under which keys pictures lie in the object store.

images/<sha256>.jpg       a picture, by the digest of its bytes
thumbs/<sha256>-384.jpg   the same, small, for lists; by the digest of the picture
"""

import hashlib
import re

PREFIX = "images/"
"""Where pictures lie in the object store."""
THUMBS = "thumbs/"
"""Where their thumbnails lie."""
THUMB_SIDE = 384
"""Pixels of a thumbnail's longer side, at most: a card's picture is 216 to 300 wide."""

_KEY = re.compile(rf"{PREFIX}([0-9a-f]{{64}})\.jpg")


def picture_key(data: bytes) -> str:
    """The key that a picture is stored under, as `normalise` made it."""
    return f"{PREFIX}{hashlib.sha256(data).hexdigest()}.jpg"


def thumb_key(key: str) -> str | None:
    """The key of a picture's thumbnail; None for a key that `picture_key` does not give."""
    match = _KEY.fullmatch(key)
    return f"{THUMBS}{match[1]}-{THUMB_SIDE}.jpg" if match else None
