"""Fields of the schema: how often each is filled, with what, and with what it should not be."""

import difflib
from collections import Counter
from collections.abc import Callable, Mapping

from catalog.item import Item, near_values
from catalog.schema import Schema

_MAX_UNKNOWN = 1_000
_MAX_VALUES = 50
_MIN_LIKENESS = 0.85
_RARE = 0.1


class Fields:
    """Counts of fields and values while items pass."""

    def __init__(self, schema: Schema, *, is_inferred: bool) -> None:
        """Fields of `schema`; all values of one that is inferred may be made aliases."""
        self._schema = schema
        self._is_inferred = is_inferred
        self._keys: dict[str, dict[str, str]] = {}
        self._num_items = 0
        self._filled: Counter[str] = Counter()
        self._texts: Counter[str] = Counter()
        self._values: dict[str, Counter[str]] = {name: Counter() for name in schema.standard}
        self._unknown: dict[str, Counter[str]] = {}

    def add_record(self, record: Mapping[str, object]) -> None:
        """Look for values that the schema does not have, in a record that may be refused."""
        clothes = record.get("clothes")
        for name, found in clothes.items() if isinstance(clothes, Mapping) else ():
            if name not in self._schema.standard:
                self._note_unknown(str(name), "(the field itself)")
                continue
            for value in found if isinstance(found, list) else [found]:
                text = value.strip() if isinstance(value, str) else ""
                if text and self._schema.value_of(name, text) is None:
                    self._note_unknown(name, text)

    def add_item(self, item: Item) -> None:
        """Count an item that was kept."""
        self._num_items += 1
        for name, values in item.clothes.items():
            self._filled[name] += 1
            self._values[name].update(values)
        self._texts.update(item.reinforced.keys())

    def to_json(self) -> dict[str, object]:
        """What was counted.

        Returns:
            JSON: `standard` and `reinforced` fields with shares of the items, `unknown_fields`,
            `proposed_aliases`, and `alike`, values of a given schema that may be one.
        """
        return {
            "standard": [self._standard(name) for name in self._schema.standard],
            "reinforced": [
                {"field": name, "fill": self._share(self._texts[name])}
                for name in self._schema.reinforced
            ],
            "unknown_fields": sorted(self._unknown.keys() - self._schema.standard.keys()),
            "proposed_aliases": self.proposed_aliases(),
            "alike": {} if self._is_inferred else self._by_field(self._rare_spellings),
        }

    def proposed_aliases(self) -> dict[str, dict[str, str]]:
        """For each field, spellings that are probably another value's, and that value.

        Values that the schema does not have go to the nearest that it has. Values of an inferred
        schema that are rare and differ from a commoner one by their signs or a letter go to that.
        """
        if self._is_inferred:
            return self._by_field(self._rare_spellings)
        return self._by_field(self._unknown_spellings)

    def _by_field(self, spellings: Callable[[str], dict[str, str]]) -> dict[str, dict[str, str]]:
        found = {name: spellings(name) for name in self._schema.standard}
        return {name: entries for name, entries in found.items() if entries}

    def _standard(self, name: str) -> dict[str, object]:
        counts = self._values[name]
        return {
            "field": name,
            "fill": self._share(self._filled[name]),
            "distinct": len(counts),
            "unused": [value for value in self._schema.standard[name] if value not in counts],
            "values": dict(counts.most_common(_MAX_VALUES)),
            "out_of_vocabulary": [
                {"value": value, "count": count, "nearest": self._nearest(name, value)}
                for value, count in self._unknown.get(name, Counter()).most_common(_MAX_VALUES)
            ],
        }

    def _share(self, count: int) -> float:
        return round(count / max(1, self._num_items), 4)

    def _note_unknown(self, name: str, value: str) -> None:
        counts = self._unknown.setdefault(name, Counter())
        if value in counts or len(counts) < _MAX_UNKNOWN:
            counts[value] += 1

    def _nearest(self, name: str, value: str) -> str | None:
        by_key = self._keys.get(name)
        if by_key is None:
            by_key = {_key(known): known for known in self._schema.standard[name]}
            self._keys[name] = by_key
        key = _key(value)
        near = difflib.get_close_matches(key, near_values(key, by_key), n=1, cutoff=0.6)
        return by_key[near[0]] if near else None

    def _unknown_spellings(self, name: str) -> dict[str, str]:
        nearest = {value: self._nearest(name, value) for value in self._unknown.get(name, ())}
        return {
            value: known
            for value, known in nearest.items()
            if known and _likeness(value, known) >= _MIN_LIKENESS
        }

    def _rare_spellings(self, name: str) -> dict[str, str]:
        ranked = [value for value, _ in self._values[name].most_common()]
        counts = self._values[name]
        entries: dict[str, str] = {}
        for place, value in enumerate(ranked):
            for common in ranked[:place]:
                is_rare = counts[value] <= _RARE * counts[common]
                if is_rare and common not in entries and _is_spelling(value, common):
                    entries[value] = common
                    break
        return entries


def _key(value: str) -> str:
    """A value without case, space and signs."""
    return "".join(filter(str.isalnum, value.casefold()))


def _is_spelling(value: str, common: str) -> bool:
    """Whether two values are one in two spellings; sizes and years, a digit apart, are not."""
    if any(map(str.isdigit, value + common)):
        return False
    return _key(value) == _key(common) or (
        min(len(value), len(common)) > 5 and _likeness(value, common) >= 0.93
    )


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _key(one), _key(other)).ratio()
