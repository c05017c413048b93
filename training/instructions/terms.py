"""What fields and values are called in English and Korean (`terms.json`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from training.instructions.documents import (
    LANGUAGES,
    TERMS,
    in_languages,
    load,
    mapping,
    only,
    texts,
)


@dataclass(frozen=True, kw_only=True)
class Value:
    """What one value is called."""

    called: Mapping[str, str]
    """The term that is written, by language."""
    also: tuple[str, ...]
    """Other words for it, in any language, that a reader would understand."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """All terms."""

    fields: Mapping[str, Mapping[str, str]]
    """What a role is called, by language."""
    visible: frozenset[str]
    """Roles that a photo shows."""
    values: Mapping[str, Mapping[str, Value]]
    """The values of each role."""
    silent: tuple[str, ...]
    """Values that say nothing."""
    document: Mapping[str, object]
    """The file as it was read."""

    def label(self, role: str, language: str) -> str:
        """What a role is called; a role without a term by its own name, spelled in words."""
        if role in self.fields:
            return self.fields[role][language]
        return role.replace("_", " ").replace(".", " ")

    def value(self, role: str, value: str, language: str) -> str:
        """What a value is called; a value without a term by itself."""
        known = self.values.get(role, {}).get(value)
        return known.called[language] if known else value


def load_terms(path: Path = TERMS) -> Terms:
    """Read the terms.

    Raises:
        InstructionsError: a key is unknown, or a term is missing in a language.
    """
    document = load(path)
    only(str(path), document, ("silent", "fields", "values"))
    fields: dict[str, dict[str, str]] = {}
    visible = set()
    for role, entry in mapping(f"{path}: fields", document.get("fields")).items():
        place = f"{path}: fields.{role}"
        only(place, mapping(place, entry), (*LANGUAGES, "visible"))
        fields[role] = in_languages(place, {k: v for k, v in entry.items() if k != "visible"})
        if entry.get("visible"):
            visible.add(role)
    values = {
        role: {value: _value(f"{path}: values.{role}.{value}", e) for value, e in table.items()}
        for role, table in mapping(f"{path}: values", document.get("values")).items()
    }
    return Terms(
        fields=fields,
        visible=frozenset(visible),
        values=values,
        silent=texts(f"{path}: silent", document.get("silent", [])),
        document=document,
    )


def _value(place: str, entry: object) -> Value:
    given = mapping(place, entry)
    only(place, given, (*LANGUAGES, "also"))
    called = in_languages(place, {k: v for k, v in given.items() if k != "also"})
    return Value(called=called, also=texts(f"{place}.also", given.get("also", [])))
