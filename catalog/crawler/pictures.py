"""Pictures of products: made alike and stored by their content, each address fetched once."""

from catalog.objects import ObjectStore
from catalog.picture import normalise
from catalog.picture_keys import picture_key


class PictureStore:
    """Where pictures go."""

    def __init__(self, objects: ObjectStore) -> None:
        """Pictures are put into `objects`."""
        self._objects = objects

    def put(self, data: bytes) -> str:
        """Store a picture as items have it, and return its key; the same one is stored once.

        Raises:
            PictureError: it is no picture, is damaged or too large.
            ObjectsError: the store fails.
        """
        data = normalise(data)
        key = picture_key(data)
        if not self._objects.exists(key):
            self._objects.put(key, data, "image/jpeg")
        return key

    def has(self, key: str) -> bool:
        """Whether a picture is there."""
        return self._objects.exists(key)
