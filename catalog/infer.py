"""Which column of a table is what, told by its name and by what it holds.

The order of the questions is the rule: an id, a picture and a group are looked for first; every
other column is metadata where it holds business data (prices, dates, addresses, codes), a standard
field where its values come from a small vocabulary, and otherwise text. The result is a mapping
file that a person can correct and give back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from catalog.cells import is_date, is_picture, is_url, to_number
from catalog.column_names import Meaning, known_names, name_key
from catalog.column_roles import PREFIXES, Role, find_separator, is_row_count, role_of
from catalog.mapping import HOLDS_NOTHING, ColumnMapping
from catalog.profile import ColumnProfile
from catalog.readers.source import CatalogueError
from catalog.schema import Schema

Profiles = Mapping[str, ColumnProfile]


def complete_mapping(
    given: ColumnMapping, profiles: Profiles, schema: Schema | None = None
) -> ColumnMapping:
    """Fill in what a mapping leaves open.

    Args:
        given: what is known already; kept as it is.
        profiles: all columns of the table.
        schema: fields to look for among the columns; if None every closed column is a field.

    Raises:
        CatalogueError: a column that `given` names is not there, or no column can be the id.
    """
    given.check_columns(profiles)
    found = replace(given, item_id=given.item_id or _find_id(profiles))
    if given.is_partial:
        found = _add_fields(found, profiles, schema)
    _check_digits(found)
    standard = {column for columns in found.standard.values() for column in columns}
    separators = {
        column: separator
        for column in profiles
        if column in standard and (separator := find_separator(profiles[column]))
    }
    return replace(found, separators={**separators, **given.separators})


def _check_digits(mapping: ColumnMapping) -> None:
    for column in mapping.digits:
        if column not in (mapping.item_id, mapping.variant_group):
            raise CatalogueError(
                f"mapping: digits names the column {column!r}: expected that of the id "
                f"({mapping.item_id}) or of the group ({mapping.variant_group or 'none'})"
            )


def _add_fields(found: ColumnMapping, profiles: Profiles, schema: Schema | None) -> ColumnMapping:
    taken = [column for column in (found.item_id, found.image, found.variant_group) if column]
    rest = {name: profile for name, profile in profiles.items() if name not in taken}
    image = found.image or _first(rest, "image", lambda p: p.mostly(is_picture))
    rest.pop(image or "", None)
    group = found.variant_group or _first(rest, "variant_group", _is_group)
    rest.pop(group or "", None)
    roles = {name: _role_in(schema, profile) for name, profile in rest.items()}
    return replace(
        found,
        image=image,
        variant_group=group,
        standard=_fields("standard", roles, schema),
        reinforced=_fields("reinforced", roles, schema),
        metadata=_fields("metadata", roles, schema),
        ignored={name: _why(profiles[name]) for name, role in roles.items() if role == "ignored"},
        is_partial=False,
    )


def _why(profile: ColumnProfile) -> str:
    if not profile.filled:
        return HOLDS_NOTHING
    return "counts the rows" if is_row_count(profile) else "no field of the schema"


def _find_id(profiles: Profiles) -> str:
    num_rows = max((profile.filled for profile in profiles.values()), default=0)

    def share(profile: ColumnProfile) -> float:
        # A list here and there is a fault of its row, not of the column.
        is_known = profile.filled * 2 > num_rows and profile.listed * 20 <= profile.filled
        return profile.distinct / max(1, profile.counted) if is_known else 0

    named = [p for key in known_names("item_id") for p in profiles.values() if _key(p) == key]
    by_content = [p for p in profiles.values() if p.mostly(_like_id) and not p.mostly(is_date)]
    by_content.sort(key=is_row_count)
    for candidates, least in ((named, 0.9), (named, 0.5), (by_content, 0.99)):
        for profile in candidates:
            if share(profile) >= least:
                return profile.name
    raise CatalogueError(
        "no column looks like an item's id: expected one whose values all differ, such as "
        f"item_id, id or sku; the columns are {', '.join(list(profiles)[:50])}; name it in a "
        'mapping file: {"item_id": "<column>"}'
    )


def _key(profile: ColumnProfile) -> str:
    return name_key(profile.name)


def _like_id(text: str) -> bool:
    number = to_number(text)
    is_plain = " " not in text and len(text) <= 64
    return is_plain and not is_url(text) and (number is None or text.isdigit())


def _first(
    profiles: Profiles, meaning: Meaning, holds: Callable[[ColumnProfile], bool]
) -> str | None:
    """The column with the surest name of that meaning whose content agrees."""
    for key in known_names(meaning):
        for profile in profiles.values():
            if _key(profile) == key and profile.filled and holds(profile):
                return profile.name
    return None


def _is_group(profile: ColumnProfile) -> bool:
    return profile.distinct > 1 and profile.repeats >= 1.05 and not profile.listed


def _role_in(schema: Schema | None, profile: ColumnProfile) -> Role:
    """The role under a given schema: its fields by their names, the rest as metadata."""
    role = role_of(profile)
    if schema is None:
        return role
    if _field_for(profile.name, "standard", schema.standard):
        return "standard"
    if _field_for(profile.name, "reinforced", schema.reinforced):
        return "reinforced"
    if profile.name.startswith(("clothes.", "reinforced_feature_value.")):
        return "ignored"
    return {"standard": "metadata", "reinforced": "ignored"}.get(role, role)  # type: ignore[return-value]


def _field_for(column: str, role: Role, fields: Iterable[str]) -> str | None:
    """The field of a schema that a column is named after."""
    bare = _bare(column, role)
    for name in fields:
        if bare == name or name_key(bare) == name_key(name):
            return name
    return None


def _bare(column: str, role: Role) -> str:
    prefix = next((text for text, meant in PREFIXES.items() if meant == role), "")
    return column.removeprefix(prefix)


def _fields(
    role: Role, roles: Mapping[str, Role], schema: Schema | None
) -> dict[str, tuple[str, ...]]:
    known: Mapping[str, Iterable[str]] = (
        {"standard": schema.standard, "reinforced": schema.reinforced} if schema else {}
    )
    fields: dict[str, tuple[str, ...]] = {}
    for column, its_role in roles.items():
        if its_role == role:
            name = _field_for(column, role, known.get(role, ())) or _bare(column, role)
            fields[name] = (*fields.get(name, ()), column)
    return fields
