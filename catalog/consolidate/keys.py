"""What two items have to share to be the same, or variants of one product, as digests."""

import hashlib
import json
from collections.abc import Collection, Iterator

from catalog.cells import is_url
from catalog.encoder import split_words
from catalog.item import Item
from catalog.schema import Schema

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


class VariantKeys:
    """Digests of what the variants of a product share.

    That is all standard fields and all text in metadata, addresses apart, but what may differ; and
    the words of each reinforced field without those of the item's own values there, however the
    schema spells these: `Tee navy blue` and `Red tee` are a tee.
    """

    def __init__(self, schema: Schema, may_differ: Collection[str]) -> None:
        """Items of `schema`; `may_differ` names standard fields and entries of metadata."""
        self._may_differ = may_differ
        self._spellings: dict[tuple[str, str], list[str]] = {}
        for name in may_differ:
            for spelling, value in schema.aliases.get(name, {}).items():
                self._spellings.setdefault((name, value), []).append(spelling)

    def key(self, item: Item) -> bytes | None:
        """None for an item that has a group, or no words but those of what may differ."""
        if item.variant_group:
            return None
        own = set(split_words(self._own_texts(item)))
        words = {
            name: left
            for name, texts in item.reinforced.items()
            if (left := [word for word in split_words(texts) if word not in own])
        }
        if not words:
            return None
        clothes = {n: values for n, values in item.clothes.items() if n not in self._may_differ}
        metadata = {
            name: value
            for name, value in item.metadata.items()
            if isinstance(value, str) and name not in self._may_differ and not is_url(value)
        }
        return _digest([clothes, words, metadata])

    def _own_texts(self, item: Item) -> Iterator[str]:
        for name in self._may_differ:
            for value in item.clothes.get(name, ()):
                yield value
                yield from self._spellings.get((name, value), ())
            # A number that is named, such as of stock, may well be part of another's name.
            if isinstance(entry := item.metadata.get(name), str):
                yield entry


def _digest(said: object) -> bytes:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).digest()
