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
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()
