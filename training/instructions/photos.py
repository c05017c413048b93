"""Photos of items: where they are, and their bytes where they are embedded."""

from urllib.parse import unquote, urlsplit

from catalog.item import Item
from catalog.objects import InvalidKeyError, ObjectMissing, ObjectStore
from training.instructions.config import EMBEDDED


class PhotoSource:
    """Looks photos up in an object store; the last one is remembered."""

    def __init__(self, objects: ObjectStore, mode: str) -> None:
        """`mode` is path or embed."""
        self._objects, self._mode = objects, mode
        self._last: tuple[str, tuple[str, bytes | None] | None] = ("", None)
        self.num_missing = 0

    def of(self, item: Item) -> tuple[str, bytes | None] | None:
        """Address and, where they are embedded, bytes of an item's photo; None without one."""
        if not item.image:
            return None
        if self._last[0] != item.image:
            self._last = (item.image, self._found(item.image))
        return self._last[1]

    def _found(self, key: str) -> tuple[str, bytes | None] | None:
        try:
            if self._mode == EMBEDDED:
                return self._address(key), self._objects.get(key)
            if self._objects.exists(key):
                return self._address(key), None
        except (ObjectMissing, InvalidKeyError):
            pass
        self.num_missing += 1
        return None

    def _address(self, key: str) -> str:
        """What `datasets` opens: a path for a folder, else the store's own address."""
        address = self._objects.uri(key)
        return unquote(urlsplit(address).path) if address.startswith("file:") else address
