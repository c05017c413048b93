"""Pictures of items: found beside the catalogue, made alike, and put into the store.

A picture is named by the SHA-256 of what is stored, so the same one is stored once; beside it lies
a thumbnail. Several are under way at a time. What an earlier run stored, even one that was killed,
is neither decoded nor sent again: a file is known by its digest.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from catalog.item import Item
from catalog.objects import ObjectStore
from catalog.picture import MAX_PIXELS, PictureError, normalise, num_pixels, thumbnail
from catalog.picture_files import find_picture, named_picture, pictures_by_stem, read_picture
from catalog.picture_keys import PREFIX, THUMBS, picture_key, thumb_key
from catalog.pixel_budget import PixelBudget
from catalog.source_index import SourceIndex

_BLOCK_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class PhotoConfig:
    """How much is done at a time."""

    threads: int = 8
    """Pictures that are decoded or sent at a time, >= 1; fewer than the store's connections."""
    max_waiting: int = 128
    """Items that are under way or wait for an earlier one, >= `threads`."""
    max_pixels: int = 2 * MAX_PIXELS
    """Pixels of all pictures that are decoded at a time; each takes up to 13 bytes of memory."""

    def __post_init__(self) -> None:
        """Raise ValueError for a number outside its range."""
        for name, least in (("threads", 1), ("max_waiting", self.threads), ("max_pixels", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: expected >= {least}, got {getattr(self, name)}")


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

    def __init__(
        self, folder: Path, objects: ObjectStore, config: PhotoConfig | None = None
    ) -> None:
        """Look once at what the folder and the store hold.

        Args:
            folder: the catalogue's folder; nothing outside it is read.
            objects: where pictures go.
            config: how much is done at a time; the defaults of PhotoConfig if None.

        Raises:
            ObjectsError: the store fails.
        """
        # Pillow loads its formats at first use, which threads must not do side by side.
        Image.init()
        # Of smaller blocks the C library keeps a store for each thread, and gives none back: eight
        # threads held 3.4 GiB where two pictures were decoded at a time, and hold 1.4 like this.
        # https://pillow.readthedocs.io/en/stable/reference/block_allocator.html
        Image.core.set_block_size(_BLOCK_BYTES)  # type: ignore[attr-defined]
        self._folder = folder.resolve()
        self._objects = objects
        self._config = config or PhotoConfig()
        self._beside = pictures_by_stem(self._folder / "images")
        self._stored = {*objects.list(PREFIX), *objects.list(THUMBS)}
        self._sources = SourceIndex(objects)
        self._budget = PixelBudget(self._config.max_pixels)

    def store_all(self, items: Iterable[tuple[int, Item]]) -> Iterator[Pictured]:
        """Store the pictures of numbered items, several at a time; items come back in order.

        Raises:
            ObjectsError: the store fails; that is no fault of a picture.
        """
        with ThreadPoolExecutor(self._config.threads, thread_name_prefix="photos") as pool:
            yield from _in_order(pool, self._store, items, self._config.max_waiting)
        self._sources.flush()

    def _store(self, row: int, item: Item) -> Pictured:
        try:
            # A key of the store, as of a catalogue that was ingested before.
            if item.image in self._stored and item.image is not None:
                self._put_thumbnail(item.image, lambda: self._objects.get(str(item.image)))
                return Pictured(row=row, item=item)
            path = find_picture(self._folder, self._beside, item)
            key = self._put(read_picture(path)) if path else None
        except PictureError as error:
            return self._without(row, item, str(error))
        return Pictured(row=row, item=replace(item, image=key))

    def _without(self, row: int, item: Item, fault: str) -> Pictured:
        named = named_picture(self._folder, self._beside, item)
        got = item.image or str(named and named.relative_to(self._folder))
        return Pictured(row=row, item=replace(item, image=None), got=got, fault=fault)

    def _put(self, data: bytes) -> str:
        """Store a picture's file and its thumbnail; its key."""
        source = hashlib.sha256(data).hexdigest()
        # What is stored under a file's own digest has been through `normalise` before.
        key = f"{PREFIX}{self._sources.stored(source) or source}.jpg"
        if key in self._stored:
            self._put_thumbnail(key, lambda: self._normal(data))
            return key
        normal = self._normal(data)
        key = picture_key(normal)
        self._put_once(key, normal)
        self._put_thumbnail(key, lambda: normal)
        if (stored := key.removeprefix(PREFIX).removesuffix(".jpg")) != source:
            self._sources.note(source, stored)
        return key

    def _normal(self, data: bytes) -> bytes:
        with self._budget.hold(num_pixels(data)):
            return normalise(data)

    def _put_thumbnail(self, key: str, picture: Callable[[], bytes]) -> None:
        """Store the thumbnail of a picture, unless it is there."""
        small = thumb_key(key)
        if small is not None and small not in self._stored:
            self._put_once(small, thumbnail(picture()))

    def _put_once(self, key: str, data: bytes) -> None:
        if key not in self._stored:
            self._objects.put(key, data, "image/jpeg")
            self._stored.add(key)


def _in_order(
    pool: ThreadPoolExecutor,
    work: Callable[[int, Item], Pictured],
    items: Iterable[tuple[int, Item]],
    max_waiting: int,
) -> Iterator[Pictured]:
    """Results of `work` in the order of the items; what waits is dropped where one fails."""
    waiting: deque[Future[Pictured]] = deque()
    try:
        for row, item in items:
            waiting.append(pool.submit(work, row, item))
            if len(waiting) >= max_waiting:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for one in waiting:
            one.cancel()
