"""How a catalogue is to be read: its reader, its schema, and what turns a row into a record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from catalog.alias_table import with_aliases
from catalog.columns.batches import row_batches
from catalog.columns.profile import profile_batches
from catalog.consolidate.rules import Rules
from catalog.flat import CellFault, FlatTable, infer_schema
from catalog.infer import complete_mapping
from catalog.layouts.tables import known_table
from catalog.mapping import ColumnMapping
from catalog.native import NativeFields, is_native, native_record
from catalog.readers.source import CatalogueError, Source
from catalog.schema import Schema, default_schema


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that is known of a catalogue before its items are made.

    Attributes:
        source: the rows.
        schema: the fields, given or found.
        rules: which of the items are one, once they are made.
        flat: the way from cells to records; None where rows are items already.
        is_inferred: whether the schema was found in the rows, neither given nor the default.
    """

    source: Source
    schema: Schema
    rules: Rules = field(default_factory=Rules)
    flat: FlatTable | None = None
    is_inferred: bool = False

    def record(self, values: Mapping[str, object]) -> tuple[dict[str, object], list[CellFault]]:
        """A row's record, unchecked, and the cells that were left out of it."""
        return (native_record(values), []) if self.flat is None else self.flat.record(values)


def make_plan(
    source: Source,
    *,
    schema: Schema | None = None,
    mapping: ColumnMapping | None = None,
    max_reject_share: float = 0.05,
) -> Plan:
    """Look through a catalogue and decide how to read it.

    Args:
        source: the catalogue's rows.
        schema: the fields to use. If None, native items take the default schema where it is
            theirs; of anything else the schema is inferred.
        mapping: what is known of a flat table's columns; the rest is inferred. Its aliases are
            those of native items too.
        max_reject_share: the share of rows, 0 to 1, that may break with the default schema.

    Raises:
        CatalogueError: there is no row that can be read, or no schema or id in them; or an alias
            does not fit the schema.
    """
    _check_readable(source)
    given = mapping or ColumnMapping()
    if not given.names_columns and is_native(source.rows()):
        own, is_inferred = (schema, False) if schema else _native_schema(source, max_reject_share)
        aliased = with_aliases(own, given.aliases, is_inferred=is_inferred)
        return Plan(source=source, schema=aliased, rules=given.rules, is_inferred=is_inferred)
    profiles = profile_batches(row_batches(source))
    complete = complete_mapping(_known(given, schema, profiles), profiles, schema)
    given.rules.check(complete.standard, complete.metadata)
    is_inferred = schema is None
    if schema is None:
        found = infer_schema(complete, profiles)
        complete = complete.without_empty(found.standard)
        schema = with_aliases(found, complete.aliases, is_inferred=True)
    else:
        _check_fields(complete, schema, list(profiles))
        schema = with_aliases(schema, given.aliases, is_inferred=False)
    flat = FlatTable(mapping=complete, profiles=profiles, schema=schema)
    return Plan(source=source, schema=schema, rules=given.rules, flat=flat, is_inferred=is_inferred)


def _known(given: ColumnMapping, schema: Schema | None, columns: Iterable[str]) -> ColumnMapping:
    """What is known of a table's columns before looking at what they hold."""
    table = known_table(columns)
    if table is None or given.names_columns or not _fits(table.mapping, schema):
        return given
    return replace(
        table.mapping,
        separators=given.separators,
        digits={**table.mapping.digits, **given.digits},
        aliases=given.aliases,
        rules=given.rules,
        options=given.options,
    )


def _fits(mapping: ColumnMapping, schema: Schema | None) -> bool:
    """Whether a known table's fields are all of the schema's, as they are when it was inferred."""
    return schema is None or (
        mapping.standard.keys() <= schema.standard.keys()
        and set(mapping.reinforced) <= set(schema.reinforced)
    )


def _check_readable(source: Source) -> None:
    first = next(source.rows(), None)
    if first is None:
        raise CatalogueError(
            "the catalogue is empty: it has no rows; expected one for each product"
        )
    if first.fault and all(row.fault for row in islice(source.rows(), 1000)):
        raise CatalogueError(
            f"no row can be read; the first, row {first.number}: {first.fault}; got "
            f"{first.raw[:80]!r}"
        )


def _native_schema(source: Source, max_reject_share: float) -> tuple[Schema, bool]:
    """The default schema or one of their own, and whether it is inferred."""
    fields = NativeFields(source.rows())
    default = default_schema()
    if fields.fit(default, max_reject_share=max_reject_share):
        return default, False
    return fields.infer_schema(), True


def _check_fields(mapping: ColumnMapping, schema: Schema, columns: list[str]) -> None:
    known = {"standard": tuple(schema.standard), "reinforced": schema.reinforced}
    used = {"standard": mapping.standard, "reinforced": mapping.reinforced}
    for group, fields in used.items():
        for name in fields:
            if name not in known[group]:
                raise CatalogueError(
                    f"mapping: {group}.{name} is no field of the schema, which has "
                    f"{', '.join(known[group])}"
                )
    if not any(used.values()):
        raise CatalogueError(
            f"no column is named after a field of the schema; the columns are "
            f"{', '.join(columns[:50])}, the fields {', '.join(known['standard'])}; "
            "say which is which in a mapping file"
        )
