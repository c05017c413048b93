"""Checks decoded JSON against the schemas of requests, and says what is wrong by field.

Only the words of JSON Schema that `serving.api.schemas` uses are known here.
"""

import difflib
from typing import Any, NoReturn

from serving.api.schemas import EACH_ALONE, JsonSchema
from serving.errors import InvalidRequest

_TYPES: dict[str, tuple[type, str]] = {
    "object": (dict, "an object"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
}


def check(value: object, schema: JsonSchema, field: str = "body") -> None:
    """Return if `value` is as the schema says.

    Args:
        value: decoded JSON.
        schema: of `serving.api.schemas`.
        field: where the value stood, for messages; the names below it are added to it.

    Raises:
        InvalidRequest: the first fault found: its field, what it held and what it may hold.
    """
    if "oneOf" in schema:
        _check_one_of(value, schema["oneOf"], field)
        return
    kinds = _kinds(schema)
    if value is None and "null" in kinds:
        return
    if not isinstance(value, _TYPES[kinds[0]][0]) or isinstance(value, bool):
        refuse(field, value, _described(schema))
    if isinstance(value, dict):
        _check_object(value, schema, field)
    elif isinstance(value, list):
        _check_list(value, schema, field)
    elif isinstance(value, str):
        _check_text(value, schema, field)
    elif isinstance(value, int):
        _check_number(value, schema, field)


def refuse(field: str, got: object, allowed: str, *, shown: str | None = None) -> NoReturn:
    """Raise the InvalidRequest of one field; `shown` says what was got in other words."""
    detail = f"{field}: expected {allowed}, got {shown or f'{got!r:.200}'}"
    raise InvalidRequest(detail, field=field, got=shown or got, allowed=allowed)


def _check_object(value: dict[str, Any], schema: JsonSchema, field: str) -> None:
    properties = schema.get("properties", {})
    if not schema.get("additionalProperties", True):
        for name in value:
            if name not in properties:
                _refuse_name(name, tuple(properties), field)
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        refuse(field, sorted(value), f"exactly one of {', '.join(properties)}")
    for name in schema.get("required", ()):
        if name not in value:
            refuse(_below(field, name), None, _described(properties[name]), shown="nothing")
    for name, inner in properties.items():
        if name in value:
            check(value[name], inner, _below(field, name))


def _refuse_name(name: str, allowed: tuple[str, ...], field: str) -> NoReturn:
    near = difflib.get_close_matches(name[:100], allowed, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    where = _below(field, name[:100])
    detail = f"{where}: unknown key, expected one of {', '.join(allowed)}{hint}"
    raise InvalidRequest(detail, field=where, got=name, allowed=list(allowed))


def _check_list(value: list[Any], schema: JsonSchema, field: str) -> None:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        refuse(field, value, _described(schema), shown=f"{len(value)} entries")
    if schema.get(EACH_ALONE):
        return
    for at, entry in enumerate(value):
        check(entry, schema["items"], _below(field, str(at)))


def _check_text(value: str, schema: JsonSchema, field: str) -> None:
    if "\x00" in value:
        refuse(field, value, "a text without NUL characters")
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        shown = f"{len(value)} characters" if value else None
        refuse(field, value, _described(schema), shown=shown)


def _check_number(value: int, schema: JsonSchema, field: str) -> None:
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        refuse(field, value, _described(schema))


def _check_one_of(value: object, choices: list[JsonSchema], field: str) -> None:
    """The choices differ in type, so the value's type says which one is meant."""
    for choice in choices:
        if isinstance(value, _TYPES[_kinds(choice)[0]][0]):
            check(value, choice, field)
            return
    refuse(field, value, " or ".join(_described(choice) for choice in choices))


def _kinds(schema: JsonSchema) -> list[str]:
    """The types a schema takes, the main one first; what is referred to is an item."""
    kind = schema.get("type", "object")
    return [kind] if isinstance(kind, str) else kind


def _described(schema: JsonSchema) -> str:
    """What a schema takes, in words."""
    name = _TYPES[_kinds(schema)[0]][1]
    if "minimum" in schema:
        return f"{name} from {schema['minimum']} to {schema['maximum']}"
    if "maxLength" in schema:
        return f"{name} of {schema.get('minLength', 0)} to {schema['maxLength']} characters"
    if "maxItems" in schema:
        return f"{name} of {schema.get('minItems', 0)} to {schema['maxItems']} entries"
    return name


def _below(field: str, name: str) -> str:
    return name if field == "body" else f"{field}.{name}"
