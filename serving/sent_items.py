"""Items as clients send them: as the catalogue has them, and a picture by its key alone."""

import re

from catalog.item import Item, ItemError, parse_item
from catalog.schema import Schema

# Below `images/`, no way up, and nothing that any program would take for an address.
_KEY = re.compile(r"images(/(?!\.{1,2}(/|$))[\w.@+,=~ -]+)+")
_REASON = (
    "expected the key of a picture in the object store, images/<sha256>.jpg; "
    "pictures are not fetched from addresses: put it there first"
)


def sent_item(record: object, schema: Schema, *, require_id: bool = True) -> Item:
    """Check one decoded JSON record that came in a request.

    Raises:
        ItemError: the first fault found, by field.
    """
    item = parse_item(record, schema, require_id=require_id)
    if item.image is not None and not _KEY.fullmatch(item.image):
        raise ItemError("image", item.image, _REASON)
    return item
