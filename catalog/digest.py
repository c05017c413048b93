"""A digest of one item: it says whether the item changed from one catalogue to the next.

Ingest writes it beside each item, and the store remembers what it holds. A change of the
definition would have every item written to the store again.
"""

import hashlib
import json

from catalog.item import Item

DIGEST_BYTES = 16


def item_digest(item: Item) -> bytes:
    """What changes when the item does, `DIGEST_BYTES` long: BLAKE2b of its JSON, keys sorted."""
    text = json.dumps(item.to_json(), ensure_ascii=False, sort_keys=True)
    return json_digest(text.encode())


def json_digest(text: bytes | memoryview) -> bytes:
    """`item_digest` of an item whose JSON is known."""
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()
