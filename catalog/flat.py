"""From the cells of a flat table to the record of an item, as a mapping says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.alias_table import by_size
from catalog.cells import MISSING, flatten, texts_of, to_number, whole, with_zeros
from catalog.column_roles import parts_of
from catalog.infer import Profiles
from catalog.mapping import ColumnMapping
from catalog.profile import MAX_DISTINCT, MAX_VALUE_CHARS, ColumnProfile
from catalog.readers.source import CatalogueError
from catalog.schema import Schema


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFault:
    """A cell that is left out while its item stays: where, what, and why."""

    field: str
    value: object
    reason: str


@dataclass(frozen=True, kw_only=True)
class FlatTable:
    """Turns rows into records.

    Attributes:
        mapping: which column is what; complete.
        profiles: what the columns hold, which says how to read their cells.
        schema: the fields; its own values are kept even where they look missing.
    """

    mapping: ColumnMapping
    profiles: Profiles
    schema: Schema

    def record(self, values: Mapping[str, object]) -> tuple[dict[str, object], list[CellFault]]:
        """The item's record, unchecked, and the cells that were left out of it."""
        cells = dict(flatten(values))
        faults: list[CellFault] = []
        mapping = self.mapping
        record: dict[str, object] = {
            "item_id": self._item_id(cells),
            "clothes": {
                name: [value for column in columns for value in self._values(name, column, cells)]
                for name, columns in mapping.standard.items()
            },
            "reinforced_feature_value": {
                name: [text for column in columns for text in texts_of(cells.get(column))]
                for name, columns in mapping.reinforced.items()
            },
            "image": self._one_text(mapping.image, cells),
            "variant_group": self._one_text(mapping.variant_group, cells),
            "metadata": self._metadata(cells, faults),
        }
        return record, faults

    def _values(self, name: str, column: str, cells: Mapping[str, object]) -> tuple[str, ...]:
        cell = cells.get(column)
        if isinstance(cell, str) and cell in MISSING and cell in self.schema.standard[name]:
            return (cell,)
        return standard_values(texts_of(cell), self.profiles[column], self.mapping)

    def _item_id(self, cells: Mapping[str, object]) -> object:
        """The id's cell; what is no text or number stays, so that the item's check names it."""
        cell = cells.get(self.mapping.item_id) if self.mapping.item_id else None
        is_odd = isinstance(cell, bool) or (isinstance(cell, list) and len(cell) > 1)
        return cell if is_odd else self._one_text(self.mapping.item_id, cells)

    def _one_text(self, column: str | None, cells: Mapping[str, object]) -> str | None:
        """A cell as it stands, where it is text; the first of a list; None if missing."""
        cell = cells.get(column) if column else None
        if isinstance(cell, list):
            cell = next(iter(cell), None)
        text = cell.strip() if isinstance(cell, str) else "".join(texts_of(cell))
        if text in MISSING:
            return None
        if column and self.profiles[column].is_numeric:
            text = whole(text)
        return with_zeros(text, self.mapping.digits.get(column or "", 0))

    def _metadata(self, cells: Mapping[str, object], faults: list[CellFault]) -> dict[str, object]:
        metadata: dict[str, object] = {}
        for name, columns in self.mapping.metadata.items():
            for column in columns:
                cell = cells.get(column)
                if name in metadata or not texts_of(cell):
                    continue
                try:
                    metadata[name] = _typed(cell, self.profiles[column])
                except ValueError as error:
                    fault = CellFault(field=f"metadata.{name}", value=cell, reason=str(error))
                    faults.append(fault)
        return metadata


def _typed(cell: object, profile: ColumnProfile) -> object:
    """A metadata cell in the type of its column; raises ValueError where it has another."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if profile.decimal_comma is not None:
        number = to_number(text, decimal_comma=profile.decimal_comma)
        if number is None:
            raise ValueError("expected a number, as in the rest of the column")
        return number
    if profile.is_truth:
        return text.casefold() == "true"
    return text


def standard_values(
    texts: tuple[str, ...], profile: ColumnProfile, mapping: ColumnMapping
) -> tuple[str, ...]:
    """The single values of a cell of a standard field."""
    separator = mapping.separators.get(profile.name)
    if separator is not None:
        texts = tuple(part.strip() for text in texts for part in text.split(separator))
    if profile.is_numeric:
        texts = tuple(map(whole, texts))
    return tuple(text for text in texts if text not in MISSING)


def infer_schema(mapping: ColumnMapping, profiles: Profiles) -> Schema:
    """The schema of a table: each standard field with the values that occur.

    Spellings that differ in case or space only are one value, the commonest one, and the others
    its aliases.

    Raises:
        CatalogueError: a standard field has too many or too long values, or no field is left.
    """
    standard: dict[str, tuple[str, ...]] = {}
    aliases: dict[str, dict[str, str]] = {}
    for name, columns in mapping.standard.items():
        counts: Counter[str] = Counter()
        for column in columns:
            counts += _vocabulary(name, profiles[column], mapping)
        if counts:
            standard[name], spellings = _merge_spellings(counts)
            aliases |= {name: spellings} if spellings else {}
    reinforced = tuple(mapping.reinforced)
    if not standard and not reinforced:
        raise CatalogueError(
            "no column describes a product: expected columns such as category, colour or name, "
            f"got {', '.join(profiles)[:300]}; name some under standard or reinforced in a "
            "mapping file"
        )
    return Schema(standard=standard, reinforced=reinforced, aliases=aliases)


def _vocabulary(name: str, profile: ColumnProfile, mapping: ColumnMapping) -> Counter[str]:
    if profile.uncounted or profile.max_chars == MAX_VALUE_CHARS:
        what = (
            f"more than {MAX_DISTINCT:,} different values"
            if profile.uncounted
            else f"values of {MAX_VALUE_CHARS} characters and more"
        )
        raise CatalogueError(
            f"standard.{name}: the column {profile.name!r} has {what}, which is no closed "
            "vocabulary; list it under reinforced"
        )
    counts: Counter[str] = Counter()
    for text, count in parts_of(profile.counts, mapping.separators.get(profile.name)).items():
        for value in standard_values((text,), profile, mapping):
            counts[value] += count
    return counts


def _merge_spellings(counts: Counter[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    by_key: dict[str, list[str]] = {}
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        by_key.setdefault(value.casefold(), []).append(value)
    aliases = {other: first for first, *others in by_key.values() for other in others}
    return tuple(sorted((first for first, *_ in by_key.values()), key=by_size)), aliases
