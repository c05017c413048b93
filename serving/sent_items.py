"""Items as clients send them: as the catalogue has them, and a picture by its key alone."""

import re

from catalog.item import Item, ItemError, parse_item
from catalog.schema import Schema
from serving.protocols import EmbeddingFailure

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


def refused_field(item: Item, failure: EmbeddingFailure) -> tuple[str, str]:
    """The field of an item that the encoder refused, and what is wrong with it.

    The encoder's answer is a text that begins with the field; a field's name may hold anything, so
    the item's own names are looked for. `item` stands for one that it does not have.
    """
    paths = [f"clothes.{name}" for name in item.clothes]
    paths += [f"reinforced_feature_value.{name}" for name in item.reinforced]
    named = [path for path in (*paths, "item") if failure.reason.startswith(f"{path}: ")]
    if not named:
        return "item", failure.reason
    field = max(named, key=len)
    return field, failure.reason.removeprefix(f"{field}: ")
