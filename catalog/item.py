"""One product, as the rest of modiste knows it, and the check that makes one from JSON.

Standard library only: this file travels in every bundle, beside the encoder.
"""

import difflib
import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.schema import ANY_FIELD, Schema
from catalog.text import normalise

MAX_ID_CHARS = 256
MAX_TEXT_CHARS = 10_000
MAX_TEXTS_PER_FIELD = 256
MAX_METADATA_CHARS = 16_384
MAX_SHOWN_BITS = 4096
MAX_COMPARED = 500
"""Values that all are compared with one that is none; of more, those that begin like it."""
_KEYS = ("item_id", "clothes", "reinforced_feature_value", "image", "variant_group", "metadata")


class ItemError(ValueError):
    """A record that is no item.

    Attributes:
        field: path of the offending field, such as `clothes.color`.
        got: what stood there, shortened.
        reason: what is wrong and what to do.
        allowed: the values that would have been taken, where they can be listed.
    """

    def __init__(self, field: str, got: object, reason: str, allowed: tuple[str, ...] = ()) -> None:
        self.field = field
        self.got = shorten(got)
        self.reason = reason
        self.allowed = allowed
        tail = f" (allowed: {', '.join(allowed)})" if allowed else ""
        super().__init__(f"{field}: {reason}, got {self.got}{tail}")

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (self.field, self.got, self.reason, self.allowed))


def _restore(field: str, got: str, reason: str, allowed: tuple[str, ...]) -> ItemError:
    error = ItemError(field, "", reason, allowed)
    error.got = got
    tail = f" (allowed: {', '.join(allowed)})" if allowed else ""
    error.args = (f"{field}: {reason}, got {got}{tail}",)
    return error


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A checked item; `clothes` and `reinforced` hold only fields that have a value.

    Attributes:
        item_id: the shop's own id; empty only for an item that is a query.
        clothes: values of each standard field, in the schema's spelling.
        reinforced: free texts of each reinforced field, normalised.
        image: key of the picture in the object store, or its path beside a catalogue.
        variant_group: shared by the variants of one product.
        metadata: whatever else the shop wants back or filters on.
    """

    item_id: str = ""
    clothes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reinforced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    image: str | None = None
    variant_group: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The contract's record, in its order, without what is empty."""
        record: dict[str, object] = {
            "item_id": self.item_id,
            "clothes": {name: list(values) for name, values in self.clothes.items()},
            "reinforced_feature_value": {
                name: list(texts) for name, texts in self.reinforced.items()
            },
            "image": self.image,
            "variant_group": self.variant_group,
            "metadata": dict(self.metadata),
        }
        return {key: value for key, value in record.items() if value}


def parse_item(record: object, schema: Schema, *, require_id: bool = True) -> Item:
    """Check one decoded JSON record against a schema.

    A missing field, `null`, an empty string and an empty list all mean that nothing is known.
    Numbers are taken as their decimal text in ids and standard values. Reinforced texts are
    normalised, see `catalog.text`; so is a standard value that is none as it stands.

    Raises:
        ItemError: the first fault found, by field, with the values allowed.
    """
    if not isinstance(record, dict):
        raise ItemError("item", record, "an item is a JSON object")
    for key in record:
        if key not in _KEYS:
            raise ItemError(_label(key), record[key], "unknown key of an item", _KEYS)
    return Item(
        item_id=_item_id(record.get("item_id"), required=require_id),
        clothes=_clothes(record.get("clothes"), schema),
        reinforced=_reinforced(record.get("reinforced_feature_value"), schema),
        image=_optional_text("image", record.get("image")),
        variant_group=_variant_group(record.get("variant_group")),
        metadata=_metadata(record.get("metadata")),
    )


def shorten(value: object, limit: int = 80) -> str:
    """A value for a message: JSON-like, at most `limit` characters, with nothing unprintable."""
    text = ""
    # Piece by piece: a value may be far larger, or deeper, than what is shown of it.
    for piece in _pieces(value, limit):
        text += piece
        if len(text) > limit:
            return text[: limit - 1] + "…"
    return text


def _pieces(value: object, limit: int) -> Iterator[str]:
    """What `repr` gives, in parts, none much longer than `limit`."""
    if isinstance(value, str):
        yield repr(value[:limit])
    elif isinstance(value, list | tuple):
        yield "["
        for i, entry in enumerate(value):
            yield ", " if i else ""
            yield from _pieces(entry, limit)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for i, (name, entry) in enumerate(value.items()):
            yield ", " if i else ""
            yield from _pieces(name, limit)
            yield ": "
            yield from _pieces(entry, limit)
        yield "}"
    # Python writes no number of thousands of digits.
    elif isinstance(value, int) and value.bit_length() > MAX_SHOWN_BITS:
        yield f"a number of {value.bit_length():,} bits"
    else:
        yield repr(value)


def _label(key: object) -> str:
    """A key as it may stand in a message or a report, whatever the client sent."""
    text = str(key)
    return text if text.isprintable() and len(text) <= 100 else shorten(text)


def _item_id(value: object, *, required: bool) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        if required:
            raise ItemError("item_id", value, "every item needs an id: give it a text of its own")
        return ""
    text = _text("item_id", value)
    if len(text) > MAX_ID_CHARS or not text.isprintable() or text != text.strip():
        reason = f"an id is 1 to {MAX_ID_CHARS} printable characters without space around"
        raise ItemError("item_id", value, reason)
    return text


def _clothes(value: object, schema: Schema) -> dict[str, tuple[str, ...]]:
    given = _fields("clothes", value, tuple(schema.standard))
    found = {}
    for name in schema.standard:
        if name in given and (values := _standard_values(name, given[name], schema)):
            found[name] = values
    return found


def _reinforced(value: object, schema: Schema) -> dict[str, tuple[str, ...]]:
    names = (*schema.reinforced, ANY_FIELD)
    given = _fields("reinforced_feature_value", value, names)
    found = {}
    for name in names:
        texts = map(normalise, _texts(f"reinforced_feature_value.{name}", given.get(name)))
        if shown := tuple(filter(None, texts)):
            found[name] = shown
    return found


def _fields(key: str, value: object, allowed: tuple[str, ...]) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ItemError(key, value, "an object of fields")
    for name in value:
        if name not in allowed:
            reason = f"unknown field{hint(str(name), allowed)}"
            raise ItemError(f"{key}.{_label(name)}", value[name], reason, allowed)
    return value


def _standard_values(name: str, value: object, schema: Schema) -> tuple[str, ...]:
    allowed = schema.standard[name]
    found: dict[str, None] = {}
    for text in _texts(f"clothes.{name}", value):
        known = schema.value_of(name, text)
        if known is None:
            reason = f"unknown value{hint(text, allowed)}"
            raise ItemError(f"clothes.{name}", text, reason, allowed)
        found[known] = None
    return tuple(found)


def _texts(where: str, value: object) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MAX_TEXTS_PER_FIELD:
        raise ItemError(where, len(entries), f"at most {MAX_TEXTS_PER_FIELD} values")
    texts = (_scalar_text(where, entry) for entry in entries)
    return [text for text in texts if text]


def _scalar_text(where: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(where, value).strip()


def _optional_text(where: str, value: object) -> str | None:
    return None if value is None or value == "" else _text(where, value)


def _variant_group(value: object) -> str | None:
    text = _optional_text("variant_group", value)
    if text is not None and len(text) > MAX_ID_CHARS:
        reason = f"{len(text):,} characters; at most {MAX_ID_CHARS}, as of an id: shorten it"
        raise ItemError("variant_group", text, reason)
    return text


def _text(where: str, value: object) -> str:
    if not isinstance(value, str):
        raise ItemError(where, value, "a text is expected")
    if len(value) > MAX_TEXT_CHARS:
        reason = f"{len(value):,} characters; at most {MAX_TEXT_CHARS:,}: shorten it"
        raise ItemError(where, value, reason)
    if not is_storable(value):
        raise ItemError(where, value, "NUL and lone surrogates cannot be stored: remove them")
    return value


def is_storable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 can hold a text: it has no NUL and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _metadata(value: object) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ItemError("metadata", value, "an object of names and values")
    for name, entry in value.items():
        _check_json(f"metadata.{_label(name)}", entry)
        _text("metadata", name)
    if len(json.dumps(value, ensure_ascii=False)) > MAX_METADATA_CHARS:
        raise ItemError("metadata", value, f"more than {MAX_METADATA_CHARS:,} characters as JSON")
    return {name: entry for name, entry in value.items() if entry is not None}


def _check_json(where: str, value: object, depth: int = 0) -> None:
    if depth > 8:
        raise ItemError(where, value, "nested more than 8 levels deep")
    if isinstance(value, str):
        _text(where, value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ItemError(where, value, "a number must be finite")
    elif isinstance(value, list):
        for entry in value:
            _check_json(where, entry, depth + 1)
    elif isinstance(value, dict):
        for name, entry in value.items():
            _check_json(where, name, depth + 1)
            _check_json(where, entry, depth + 1)


def near_values(got: str, allowed: Collection[str]) -> Collection[str]:
    """Those of some values that a suggestion is looked for among: of very many, a part."""
    if len(allowed) <= MAX_COMPARED:
        return allowed
    return [value for value in allowed if value[:1].casefold() == got[:1].casefold()]


def hint(got: str, allowed: Collection[str]) -> str:
    """The nearest of some values to one that is none, for the end of a message; may be empty."""
    near = difflib.get_close_matches(got[:100], near_values(got, allowed), n=1)
    return f", did you mean {near[0]!r}" if near else ""
