"""Digests of one item: whether it changed from one catalogue to the next, and what it says.

Ingest writes the first beside each item, and the store remembers what it holds. A change of the
definition would have every item written to the store again.
"""

import hashlib
import json
from collections.abc import Mapping

from catalog.item import Item

DIGEST_BYTES = 16


def item_digest(item: Item) -> bytes:
    """What changes when the item does, `DIGEST_BYTES` long: BLAKE2b of its JSON, keys sorted."""
    text = json.dumps(item.to_json(), ensure_ascii=False, sort_keys=True)
    return json_digest(text.encode())


def json_digest(text: bytes | memoryview) -> bytes:
    """`item_digest` of an item whose JSON is known."""
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()


def content_key(item: Item) -> bytes | None:
    """Digest of an item without its id, picture and metadata; None where that is nothing."""
    said: Mapping[str, object] = {"clothes": item.clothes, "reinforced": item.reinforced}
    if not any(said.values()):
        return None
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()[:12]
