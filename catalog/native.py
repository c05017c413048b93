"""Catalogues whose rows are items already, with `clothes` and `reinforced_feature_value`."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from catalog.readers.source import CatalogueError, Row
from catalog.schema import ANY_FIELD, Schema, SchemaError
from catalog.text import normalise

MAX_VALUES = 20_000
"""Most values that a standard field of an inferred schema may have."""

_GROUPS = ("clothes", "reinforced_feature_value")
_LOOK_AT_ROWS = 100


def is_native(rows: Iterable[Row]) -> bool:
    """Whether the first rows hold an object under one of an item's own keys."""
    return any(
        isinstance(row.values.get(group), dict)
        for row in islice(rows, _LOOK_AT_ROWS)
        for group in _GROUPS
    )


def native_record(values: Mapping[str, object]) -> dict[str, object]:
    """The record of a native row; metadata that is kept as JSON text, as in Parquet, is decoded."""
    record = dict(values)
    metadata = record.get("metadata")
    if isinstance(metadata, str):
        try:
            record["metadata"] = json.loads(metadata) if metadata else None
        except (ValueError, RecursionError):
            # The text stays: the item's check refuses it and shows it.
            return record
    return record


class NativeFields:
    """The fields and values that native rows hold."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Look at all of `rows`."""
        self.num_rows = 0
        self.values: dict[str, Counter[str]] = {}
        self.texts: Counter[str] = Counter()
        for row in rows:
            self.num_rows += 1
            self._add(row.values)

    def _add(self, values: Mapping[str, object]) -> None:
        for name, value in _entries(values.get("clothes")):
            counts = self.values.setdefault(name, Counter())
            for text in _texts(value):
                if text in counts or len(counts) <= MAX_VALUES:
                    counts[text] += 1
        self.texts.update(name for name, _ in _entries(values.get("reinforced_feature_value")))

    def fit(self, schema: Schema, *, max_reject_share: float) -> bool:
        """Whether a schema is that of these rows.

        It is if every field that more than `max_reject_share` of the rows have is one of its
        own, and at least half of all values are. What is left over is a fault of single rows.
        """
        rare = max_reject_share * self.num_rows
        strange = [
            *(n for n, c in self.values.items() if n not in schema.standard and c.total() > rare),
            *(n for n, c in self.texts.items() if n not in schema.reinforced and c > rare),
        ]
        if set(strange) - {ANY_FIELD}:
            return False
        total = sum(counts.total() for counts in self.values.values())
        known = sum(
            count
            for name, counts in self.values.items()
            for value, count in counts.items()
            if name in schema.standard and schema.value_of(name, value) is not None
        )
        return known * 2 >= total

    def infer_schema(self) -> Schema:
        """A schema of the fields as they are, the values in alphabetical order.

        Raises:
            CatalogueError: a standard field has too many values, or the fields make no schema.
        """
        for name, counts in self.values.items():
            if len(counts) > MAX_VALUES:
                raise CatalogueError(
                    f"clothes.{name}: more than {MAX_VALUES:,} different values, which is no "
                    "closed vocabulary; move it to reinforced_feature_value"
                )
        try:
            return Schema(
                standard={n: tuple(sorted(counts)) for n, counts in self.values.items() if counts},
                reinforced=tuple(name for name in self.texts if name != ANY_FIELD),
            )
        except SchemaError as error:
            raise CatalogueError(f"the items' fields make no schema: {error}") from error


def _entries(group: object) -> list[tuple[str, object]]:
    return [(str(name), value) for name, value in group.items()] if isinstance(group, dict) else []


def _texts(value: object) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    texts = (
        normalise(str(part))
        for part in parts
        if isinstance(part, str | int) and not isinstance(part, bool)
    )
    return [text for text in texts if text]
