"""Which fields an item has: closed vocabularies (standard) and free text (reinforced).

Standard library only: this file travels in every bundle, beside the encoder.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.text import normalise

ANY_FIELD = "*"
"""The reinforced field of text that belongs to no field in particular, such as a search query."""

_KEYS = ("standard", "reinforced", "aliases")


class SchemaError(ValueError):
    """A schema that cannot be used; the message names the field and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The fields of a catalogue.

    Attributes:
        standard: allowed values of each standard field, in the order that numbers them.
        reinforced: names of the free-text fields. A name may also be a standard field's.
        aliases: for a standard field, other spellings and the value that each stands for.

    Raises:
        SchemaError: a field is empty, repeated, reserved, or an alias points nowhere.
    """

    standard: Mapping[str, tuple[str, ...]]
    reinforced: tuple[str, ...]
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.standard and not self.reinforced:
            raise SchemaError(
                "the schema has no field: give at least one under 'standard' or 'reinforced'"
            )
        for name, values in self.standard.items():
            _check_name("standard", name)
            _check_distinct(f"standard.{name}", values)
            if not values:
                raise SchemaError(
                    f"standard.{name} has no values: list them, or make it a reinforced field"
                )
        for name in self.reinforced:
            _check_name("reinforced", name)
        _check_distinct("reinforced", self.reinforced)
        for name, aliases in self.aliases.items():
            self._check_aliases(name, aliases)

    def _check_aliases(self, name: str, aliases: Mapping[str, str]) -> None:
        if name not in self.standard:
            raise SchemaError(f"aliases.{name} is not a standard field: {sorted(self.standard)}")
        for alias, value in aliases.items():
            if value not in self.standard[name]:
                raise SchemaError(
                    f"aliases.{name}.{alias} stands for {value!r}, which {name} does not have"
                )
            if alias in self.standard[name]:
                raise SchemaError(
                    f"aliases.{name}.{alias} is a value of {name} itself: remove the alias"
                )

    @property
    def num_standard_values(self) -> int:
        """How many values all standard fields have together."""
        return sum(len(values) for values in self.standard.values())

    def numbers_like(self, other: "Schema") -> bool:
        """Whether both number the same fields and values; aliases number nothing."""
        return self.reinforced == other.reinforced and [*self.standard.items()] == [
            *other.standard.items()
        ]

    def value_of(self, name: str, text: str) -> str | None:
        """The value of a standard field that a text stands for; None if for none.

        It is taken as it stands, as an alias, or failing both as what `catalog.text.normalise`
        makes of it and of the values.
        """
        values, aliases = self.standard[name], self.aliases.get(name, {})
        for spelling in (text, shown := normalise(text)):
            value = aliases.get(spelling, spelling)
            if value in values:
                return value
        return next((value for value in values if normalise(value) == shown), None)

    def to_json(self) -> dict[str, object]:
        """The schema as plain JSON types; `from_json` reads it back."""
        document: dict[str, object] = {
            "standard": {name: list(values) for name, values in self.standard.items()},
            "reinforced": list(self.reinforced),
        }
        if self.aliases:
            document["aliases"] = {name: dict(aliases) for name, aliases in self.aliases.items()}
        return document

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON; field order counts, since it numbers."""
        text = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def from_json(cls, document: object) -> "Schema":
        """Read a schema from decoded JSON.

        Raises:
            SchemaError: the document has another shape than the contract's; names the place.
        """
        if not isinstance(document, dict):
            raise SchemaError(
                f"a schema is a JSON object with {_KEYS}, got {type(document).__name__}"
            )
        if unknown := sorted(map(str, set(document) - set(_KEYS))):
            raise SchemaError(f"unknown key {unknown[0]!r} in the schema: allowed are {_KEYS}")
        standard = _mapping("standard", document.get("standard", {}))
        aliases = _mapping("aliases", document.get("aliases", {}))
        return cls(
            standard={
                name: _strings(f"standard.{name}", values) for name, values in standard.items()
            },
            reinforced=_strings("reinforced", document.get("reinforced", [])),
            aliases={name: _alias_table(name, table) for name, table in aliases.items()},
        )

    @classmethod
    def load(cls, path: Path | str) -> "Schema":
        """Read a schema from a JSON file.

        Raises:
            SchemaError: the file is absent, not UTF-8 JSON, or not a schema; names the file.
        """
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise SchemaError(f"schema file {path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise SchemaError(f"schema file {path} is not JSON in UTF-8: {error}") from error
        try:
            return cls.from_json(document)
        except SchemaError as error:
            raise SchemaError(f"schema file {path}: {error}") from error


def default_schema() -> Schema:
    """The schema of `vocabulary.json`, used where none is given."""
    return Schema.load(Path(__file__).with_name("vocabulary.json"))


def _check_name(group: str, name: str) -> None:
    if not name.strip() or name == ANY_FIELD:
        raise SchemaError(f"{name!r} cannot be a field of {group!r}: use another name")


def _check_distinct(where: str, values: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise SchemaError(f"{where} has {value!r} twice: keep one")
        seen.add(value)


def _mapping(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SchemaError(f"{where} is an object, got {type(value).__name__}")
    return value


def _strings(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise SchemaError(f"{where} is a list of strings, got {value!r:.80}")
    return tuple(value)


def _alias_table(name: str, value: object) -> dict[str, str]:
    table = _mapping(f"aliases.{name}", value)
    for alias, target in table.items():
        if not isinstance(target, str):
            raise SchemaError(f"aliases.{name}.{alias} is a string, got {target!r:.80}")
    return {alias: str(target) for alias, target in table.items()}
