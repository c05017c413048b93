"""Other spellings of values, as a mapping file gives them, put into a schema."""

from collections.abc import Mapping

from catalog.cells import MISSING, to_number
from catalog.item import hint, is_storable, shorten
from catalog.profile import MAX_VALUE_CHARS
from catalog.readers.source import CatalogueError
from catalog.schema import Schema
from catalog.text import normalise

AliasTable = Mapping[str, Mapping[str, str]]
"""For standard fields, spellings and the value that each stands for."""


def with_aliases(schema: Schema, table: AliasTable, *, is_inferred: bool) -> Schema:
    """A schema that takes the spellings of a table for what the table says.

    Of a schema that was inferred, every spelling in the data is a value. A spelling of the table is
    none any more, and what it stands for is one, whether or not a row has it. A schema that was
    given keeps its values; where it has the spelling as an alias, the table's word counts.

    Raises:
        CatalogueError: a field or value is none of the schema's, a spelling is a value of a schema
            that was given, or entries go in a circle; names the entry.
    """
    aliases = dict(schema.aliases)
    standard = dict(schema.standard)
    for name, entries in table.items():
        if name not in schema.standard:
            raise CatalogueError(
                f"mapping: aliases.{name} is no standard field{hint(name, schema.standard)}; "
                f"there is {', '.join(schema.standard) or 'none'}"
            )
        if is_inferred:
            standard[name], aliases[name] = _renamed(schema, name, _resolved(name, entries))
        else:
            given = _checked(schema, name, _resolved(name, entries))
            aliases[name] = {**aliases.get(name, {}), **given}
    return Schema(
        standard=standard,
        reinforced=schema.reinforced,
        aliases={name: entries for name, entries in aliases.items() if entries},
    )


def by_size(value: str) -> tuple[bool, float, str]:
    """What values are sorted by: numbers first, by size; then text."""
    number = to_number(value)
    return (number is None, number or 0.0, value)


def _resolved(name: str, entries: Mapping[str, str]) -> dict[str, str]:
    """The last value of each chain of entries; texts as cells are kept."""
    entries = {normalise(spelling): _value(name, value) for spelling, value in entries.items()}
    found: dict[str, str] = {}
    for spelling, value in entries.items():
        seen = {spelling: None}
        while value in entries:
            if value in seen:
                raise CatalogueError(
                    f"mapping: aliases.{name} go in a circle: {', '.join([*seen, value])}; "
                    "take one of them out"
                )
            seen[value] = None
            value = entries[value]
        found[spelling] = value
    return found


def _value(name: str, text: str) -> str:
    """What entries stand for, as cells are kept."""
    value = normalise(text)
    if value in MISSING or not is_storable(value) or len(value) >= MAX_VALUE_CHARS:
        raise CatalogueError(
            f"mapping: aliases.{name} names the value {shorten(text)}; expected 1 to "
            f"{MAX_VALUE_CHARS - 1} characters that say something, without NUL or half characters"
        )
    return value


def _renamed(
    schema: Schema, name: str, entries: Mapping[str, str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Values and aliases of an inferred field."""
    means = {value: value for value in schema.standard[name]} | dict(schema.aliases.get(name, {}))
    for spelling, value in entries.items():
        # Whatever meant the spelling, or what the value was counted under, means the value now.
        before = {spelling, means.get(value, value)}
        means |= {text: value for text, meant in means.items() if meant in before}
        means[spelling] = means[value] = value
    values = tuple(sorted(set(means.values()), key=by_size))
    return values, {text: value for text, value in means.items() if text != value}


def _checked(schema: Schema, name: str, entries: Mapping[str, str]) -> dict[str, str]:
    """Aliases of a field whose values are given."""
    found: dict[str, str] = {}
    for spelling, value in entries.items():
        meant = schema.value_of(name, value)
        if meant is None:
            raise CatalogueError(
                f"mapping: aliases.{name}.{spelling} stands for {value!r}, which is no value of "
                f"the schema's {name}{hint(value, schema.standard[name])}; correct it, or add the "
                "value to the schema"
            )
        if spelling in schema.standard[name]:
            raise CatalogueError(
                f"mapping: aliases.{name}.{spelling} is a value of the schema's {name} itself; "
                "take the entry out of the mapping, or the value out of the schema"
            )
        found[spelling] = meant
    return found
