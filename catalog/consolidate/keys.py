"""What two items have to share to be the same, or variants of one product, as digests."""

import hashlib
import json
from collections.abc import Collection

from catalog.cells import is_url
from catalog.encoder import split_words
from catalog.item import Item

KEY_BYTES = 16


def duplicate_key(item: Item, may_differ: Collection[str]) -> bytes | None:
    """Of all but id and picture; None for an item that says nothing of itself.

    Args:
        item: the item.
        may_differ: entries of metadata that do not count.
    """
    if not item.clothes and not item.reinforced:
        return None
    metadata = {name: value for name, value in item.metadata.items() if name not in may_differ}
    return _digest([item.clothes, item.reinforced, item.variant_group, metadata])


def variant_key(item: Item, may_differ: Collection[str]) -> bytes | None:
    """Of what the variants of a product share; None for an item that has a group, or no text.

    That is all standard fields and all text in metadata, addresses apart, but what `may_differ`
    names, and the words of each reinforced field without those of the item's own values there:
    `Tee navy blue` and `Red tee` are a tee.
    """
    if item.variant_group:
        return None
    own = set(split_words(_texts_of(item, may_differ)))
    words = {
        name: [word for word in split_words(texts) if word not in own]
        for name, texts in item.reinforced.items()
    }
    if not any(words.values()):
        return None
    clothes = {name: values for name, values in item.clothes.items() if name not in may_differ}
    metadata = {
        name: value
        for name, value in item.metadata.items()
        if isinstance(value, str) and name not in may_differ and not is_url(value)
    }
    return _digest([clothes, words, metadata])


def _texts_of(item: Item, fields: Collection[str]) -> list[str]:
    return [
        text
        for name in fields
        for text in (*item.clothes.get(name, ()), str(item.metadata.get(name, "")))
    ]


def _digest(said: object) -> bytes:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).digest()
