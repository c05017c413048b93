"""Pictures of a catalogue: sizes, faults, and which are the same or nearly."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.item import Item
from catalog.picture import PictureError, normalise
from catalog.picture_files import find_picture, pictures_by_stem, read_picture
from catalog.report.duplicates import Groups

MAX_NEAR_BITS = 12
"""Bits of 256 in which two pictures' perceptual hashes differ at most, to be nearly the same.

At 64 bits all photos of a kind of shoe on white have one hash.
"""
MAX_NEAR_COLOUR = 6.0
"""Mean difference of their colours at most, of 8 x 8 places, in steps of 0 to 255."""

_SHOWN = 20
_HASH_SIDE, _COLOUR_SIDE = 16, 8


class PictureReport:
    """Looks at the pictures of items beside a catalogue; nothing is stored anywhere."""

    def __init__(self, folder: Path, max_pictures: int) -> None:
        """Pictures below `folder`, the first `max_pictures` of the catalogue's order."""
        self._folder = folder.resolve()
        self._beside = pictures_by_stem(self._folder / "images")
        self._max = max_pictures
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._faults: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._identical = Groups()
        self._hashes: list[NDArray[np.uint8]] = []
        self._colours: list[NDArray[np.uint8]] = []
        self._ids: list[str] = []
        self._seen: set[bytes] = set()
        self._num_without = self._num_looked_at = self._num_not_looked_at = 0

    def add(self, item: Item) -> None:
        """Look at one item's picture."""
        try:
            path = find_picture(self._folder, self._beside, item)
            if path is None:
                self._num_without += 1
            elif self._num_looked_at >= self._max:
                self._num_not_looked_at += 1
            else:
                self._num_looked_at += 1
                self._look_at(item.item_id, read_picture(path))
        except PictureError as error:
            reason = str(error).partition(" (")[0]
            self._faults[reason] += 1
            self._examples.setdefault(reason, item.item_id)

    def to_json(self) -> dict[str, Any]:
        """Counts, faults with an example, sizes, `identical` groups and `near` pairs."""
        near = list(self._near())
        return {
            "looked_at": self._num_looked_at,
            "not_looked_at": self._num_not_looked_at,
            "items_without": self._num_without,
            "faults": [
                {"reason": reason, "count": count, "example": self._examples[reason]}
                for reason, count in self._faults.most_common()
            ],
            "sizes": [
                {"width": width, "height": height, "count": count}
                for (width, height), count in self._sizes.most_common(_SHOWN)
            ],
            "identical": self._identical.to_json(),
            "near": {"pairs": len(near), "examples": near[:_SHOWN]},
        }

    def _look_at(self, item_id: str, data: bytes) -> None:
        digest = hashlib.sha256(data).digest()
        self._identical.add(digest, item_id)
        upright = normalise(data)
        with Image.open(io.BytesIO(data)) as image:
            self._sizes[image.size] += 1
        # Of identical pictures one is compared: the others would be near to all it is near to.
        if digest not in self._seen:
            self._seen.add(digest)
            with Image.open(io.BytesIO(upright)) as image:
                self._hashes.append(np.packbits(imagehash.phash(image, _HASH_SIDE).hash))
                small = image.resize((_COLOUR_SIDE, _COLOUR_SIDE), Image.Resampling.BOX)
                self._colours.append(np.asarray(small, np.uint8).ravel())
            self._ids.append(item_id)

    def _near(self) -> Iterator[dict[str, Any]]:
        """Pairs that differ in a few bits and in colour hardly, nearest first."""
        if not self._ids:
            return
        hash_N32, colour_NC = np.stack(self._hashes), np.stack(self._colours).astype(np.int16)
        pairs = [pair for row in range(len(hash_N32)) for pair in _pairs(hash_N32, colour_NC, row)]
        for bits, one, other in sorted(pairs):
            yield {"ids": [self._ids[one], self._ids[other]], "bits": bits}


_ONES = np.array([byte.bit_count() for byte in range(256)], np.uint8)


def _pairs(
    hash_N32: NDArray[np.uint8], colour_NC: NDArray[np.int16], row: int
) -> Iterator[tuple[int, int, int]]:
    """Near pairs of one picture with all that follow: bits of difference and both numbers."""
    bits = _ONES[hash_N32[row + 1 :] ^ hash_N32[row]].sum(1)
    for other in np.flatnonzero(bits <= MAX_NEAR_BITS) + row + 1:
        if np.abs(colour_NC[other] - colour_NC[row]).mean() <= MAX_NEAR_COLOUR:
            yield int(bits[other - row - 1]), row, int(other)
