"""Filters of searches: read from JSON, checked against the schema, and their meaning in Python.

    {"clothes.color": ["Black", "White"],      any of these values
     "clothes.season": "summer",
     "metadata.price": {"gte": 10000, "lt": 50000},
     "metadata.in_stock": true,
     "metadata.brand": null,                   the field is missing
     "variant_group": {"not": "oxford-01"}}    none of these values

What may be asked of a field: a value, a list of values (any of them), null (it is missing), `not`
with any of these, and for `metadata` bounds (`lt`, `lte`, `gt`, `gte`), numbers or strings. The
name of a field is everything after the first dot, so `clothes.top.length_type` and
`metadata.a.b` are the fields `top.length_type` and `a.b`. All conditions must hold.
"""

import math
import operator
from collections.abc import Callable, Mapping
from typing import NoReturn

from catalog.item import MAX_TEXT_CHARS, Item, is_storable
from catalog.schema import Schema
from catalog.text import normalise
from serving.conditions import Condition, Field, Filters, InRange, OneOf, Scalar
from serving.errors import InvalidRequest

MAX_CONDITIONS = 32
"""Most fields one request may filter on."""

MAX_VALUES = 1_000
"""Most values one condition may list."""

MAX_VALUES_IN_ALL = 2_000
"""Most values that all conditions may list: each is looked for in every item."""

BOUNDS = ("lt", "lte", "gt", "gte")
NAMES = (
    "clothes.<field>",
    "reinforced_feature_value.<field>",
    "metadata.<name>",
    "variant_group",
    "item_id",
)


def parse_filters(raw: object, schema: Schema) -> Filters:
    """Check the `filters` of a request.

    Args:
        raw: decoded JSON; None and {} mean no filter.
        schema: of the generation in use; aliases of values are resolved with it.

    Raises:
        InvalidRequest: an unknown field or value, or a condition the field does not take; names
            the field as `filters.<name>`, what was got and what is allowed.
    """
    if raw is None:
        return Filters()
    if not isinstance(raw, dict):
        _refuse("filters", raw, "an object of fields and conditions")
    if len(raw) > MAX_CONDITIONS:
        _refuse("filters", len(raw), f"at most {MAX_CONDITIONS} fields")
    found: list[Condition] = []
    for name, condition in raw.items():
        field = _field(str(name), schema)
        found += _conditions(field, condition, schema)
    num_values = sum(len(one.values) for one in found if isinstance(one, OneOf))
    if num_values > MAX_VALUES_IN_ALL:
        _refuse("filters", num_values, f"at most {MAX_VALUES_IN_ALL:,} values in all conditions")
    return Filters(conditions=tuple(found))


def matches(filters: Filters, item: Item) -> bool:
    """Whether an item passes: what the SQL must answer, in plain Python."""
    return all(_holds(condition, item) for condition in filters.conditions)


def _field(name: str, schema: Schema) -> Field:
    _storable("filters", name)
    part, _, key = name.partition(".")
    match part:
        case "clothes" if key:
            if key not in schema.standard:
                _refuse(f"filters.{name}", name, [f"clothes.{field}" for field in schema.standard])
            return Field(part="clothes", key=key)
        case "reinforced_feature_value" if key:
            if key not in schema.reinforced:
                allowed = [f"reinforced_feature_value.{field}" for field in schema.reinforced]
                _refuse(f"filters.{name}", name, allowed)
            return Field(part="reinforced_feature_value", key=key)
        case "metadata" if key:
            return Field(part="metadata", key=key)
        case "variant_group" if name == part:
            return Field(part="variant_group")
        case "item_id" if name == part:
            return Field(part="item_id")
    _refuse(f"filters.{name}", name, list(NAMES))


def _conditions(field: Field, raw: object, schema: Schema) -> list[Condition]:
    """The condition or conditions one JSON value stands for."""
    if not isinstance(raw, dict):
        return [OneOf(field=field, values=_values(field, raw, schema))]
    allowed = (*BOUNDS, "not") if field.part == "metadata" else ("not",)
    if not raw or (unknown := [key for key in raw if key not in allowed]):
        got = unknown[0] if raw else raw
        _refuse(f"filters.{field.name}", got, [*allowed, "a value", "a list of values", "null"])
    found: list[Condition] = []
    if "not" in raw:
        values = _values(field, raw["not"], schema)
        found.append(OneOf(field=field, values=values, is_negated=True))
    if bounds := {key: raw[key] for key in BOUNDS if key in raw}:
        found.append(_range(field, bounds))
    return found


def _values(field: Field, raw: object, schema: Schema) -> tuple[Scalar | None, ...]:
    entries = raw if isinstance(raw, list) else [raw]
    if not 1 <= len(entries) <= MAX_VALUES:
        _refuse(f"filters.{field.name}", len(entries), f"1 to {MAX_VALUES} values")
    values = (_value(field, entry, schema) for entry in entries)
    # True and 1 are equal in Python, and not the same in JSON.
    return tuple({(isinstance(value, bool), value): value for value in values}.values())


def _value(field: Field, raw: object, schema: Schema) -> Scalar | None:
    where = f"filters.{field.name}"
    if raw is None and field.part != "item_id":
        return None
    if field.part == "metadata":
        return _scalar(where, raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        _refuse(where, raw, "a text, or a list of texts")
    _storable(where, raw)
    if field.part == "reinforced_feature_value":
        return normalise(raw)
    if field.part != "clothes":
        return raw
    value = schema.value_of(field.key, raw)
    if value is None:
        _refuse(where, raw, list(schema.standard[field.key]))
    return value


def _scalar(where: str, raw: object) -> Scalar:
    if not isinstance(raw, str | int | float) or (
        isinstance(raw, float) and not math.isfinite(raw)
    ):
        _refuse(where, raw, "a text, a finite number, true, false or null")
    if isinstance(raw, str):
        _storable(where, raw)
    return raw


def _range(field: Field, bounds: Mapping[str, object]) -> InRange:
    numbers: dict[str, float] = {}
    texts: dict[str, str] = {}
    for key, raw in bounds.items():
        where = f"filters.{field.name}.{key}"
        value = _scalar(where, raw)
        if isinstance(value, bool):
            _refuse(where, raw, "a number or a text")
        if isinstance(value, str):
            texts[key] = value
        else:
            numbers[key] = value
    if numbers and texts:
        _refuse(f"filters.{field.name}", dict(bounds), "bounds of one kind, numbers or texts")
    return InRange(field=field, **numbers) if numbers else InRange(field=field, **texts)


def _storable(where: str, text: str) -> None:
    """Refuse what PostgreSQL cannot hold, so that it is the caller's error and not the server's."""
    if len(text) > MAX_TEXT_CHARS:
        _refuse(where, f"{len(text):,} characters", f"at most {MAX_TEXT_CHARS:,} characters")
    if not is_storable(text):
        _refuse(where, ascii(text), "text without NUL and lone surrogates")


def _refuse(where: str, got: object, allowed: str | list[str]) -> NoReturn:
    wanted = allowed if isinstance(allowed, str) else "one of " + ", ".join(allowed)
    detail = f"{where}: expected {wanted}, got {got!r:.200}"
    raise InvalidRequest(detail, field=where, got=got, allowed=allowed)


def _holds(condition: Condition, item: Item) -> bool:
    value = _value_of(condition.field, item)
    if isinstance(condition, InRange):
        return _is_within(value, condition)
    entries = value if isinstance(value, list | tuple) else [value]
    is_found = any(_is_same(entry, wanted) for wanted in condition.values for entry in entries)
    is_missing = value is None and None in condition.values
    return (is_found or is_missing) != condition.is_negated


def _value_of(field: Field, item: Item) -> object:
    """What an item has in a field; None where it is missing."""
    match field.part:
        case "clothes":
            return item.clothes.get(field.key)
        case "reinforced_feature_value":
            return item.reinforced.get(field.key)
        case "metadata":
            return item.metadata.get(field.key)
        case "variant_group":
            return item.variant_group
        case "item_id":
            return item.item_id


def _is_same(value: object, wanted: Scalar | None) -> bool:
    """Equality of JSON: numbers by value, and never equal to true or false; null equals nothing."""
    if value is None or wanted is None:
        return False
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _is_within(value: object, bounds: InRange) -> bool:
    return (
        _compares(value, bounds.lt, operator.lt)
        and _compares(value, bounds.lte, operator.le)
        and _compares(value, bounds.gt, operator.gt)
        and _compares(value, bounds.gte, operator.ge)
    )


def _compares(value: object, bound: float | str | None, compare: Callable[..., bool]) -> bool:
    """Whether a bound is absent, or of the value's kind and kept."""
    if bound is None:
        return True
    kind = str if isinstance(bound, str) else int | float
    is_comparable = isinstance(value, kind) and not isinstance(value, bool)
    return is_comparable and compare(value, bound)
