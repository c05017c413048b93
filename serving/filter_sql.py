"""Filters as SQL conditions over `items i`. Names and values are parameters, never text.

Conditions are written so that no row can make them fail: a text where a number was expected does
not match, and is not cast. `serving.filters.matches` says the same in Python.
"""

import json
from collections.abc import Iterable

from psycopg import sql

from serving.conditions import Condition, Filters, InRange, OneOf, Scalar


class Parameters:
    """Collects the values of a statement and hands out their placeholders."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def add(self, value: object) -> sql.Placeholder:
        """The placeholder of one more value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)


def conditions_sql(filters: Filters, parameters: Parameters) -> list[sql.Composable]:
    """One SQL condition for each condition of the filters; all must hold."""
    return [_condition(condition, parameters) for condition in filters.conditions]


def all_of(conditions: Iterable[sql.Composable]) -> sql.Composable:
    """The conditions joined by AND; TRUE where there are none."""
    return (
        sql.SQL(" AND ").join(conditions) if (conditions := list(conditions)) else sql.SQL("TRUE")
    )


def _condition(condition: Condition, parameters: Parameters) -> sql.Composable:
    if isinstance(condition, InRange):
        return _within(condition, parameters)
    found = sql.SQL("({})").format(sql.SQL(" OR ").join(_alternatives(condition, parameters)))
    if condition.is_negated:
        # A comparison with a missing value is NULL, and not true either.
        return sql.SQL("{} IS NOT TRUE").format(found)
    return found


def _alternatives(condition: OneOf, parameters: Parameters) -> list[sql.Composable]:
    """What may hold: one of the values is there, or the field is missing."""
    values = [value for value in condition.values if value is not None]
    found = [_has_one(condition, values, parameters)] if values else []
    if len(values) < len(condition.values):
        found.append(_is_missing(condition, parameters))
    return found


def _has_one(condition: OneOf, values: list[Scalar], parameters: Parameters) -> sql.Composable:
    field = condition.field
    match field.part:
        case "item_id" | "variant_group":
            column = sql.Identifier("i", field.part)
            return sql.SQL("{} = ANY({}::text[])").format(column, parameters.add(values))
        case "clothes" | "reinforced_feature_value":
            documents = [json.dumps({field.key: [value]}) for value in values]
        case "metadata":
            # A value may stand alone or in a list.
            documents = [
                json.dumps({field.key: kept}) for value in values for kept in (value, [value])
            ]
    # jsonb @> ANY (...) is answered from the GIN index, one look-up a document.
    return sql.SQL("{} @> ANY({}::jsonb[])").format(_column(field.part), parameters.add(documents))


def _is_missing(condition: OneOf, parameters: Parameters) -> sql.Composable:
    field = condition.field
    if field.part in ("item_id", "variant_group"):
        return sql.SQL("{} IS NULL").format(sql.Identifier("i", field.part))
    return sql.SQL("coalesce(jsonb_typeof({} -> {}::text), 'null') = 'null'").format(
        _column(field.part), parameters.add(field.key)
    )


def _within(condition: InRange, parameters: Parameters) -> sql.Composable:
    bounds = {
        "<": condition.lt,
        "<=": condition.lte,
        ">": condition.gt,
        ">=": condition.gte,
    }
    key = parameters.add(condition.field.key)
    given = {operator: bound for operator, bound in bounds.items() if bound is not None}
    is_text = any(isinstance(bound, str) for bound in given.values())
    # Numbers compare as jsonb, which orders them by value and needs no cast that could fail.
    value, kind, form = (
        (sql.SQL('(i.metadata ->> {}::text) COLLATE "C"'), "string", sql.SQL("{}::text"))
        if is_text
        else (sql.SQL("i.metadata -> {}::text"), "number", sql.SQL("{}::jsonb"))
    )
    checks: list[sql.Composable] = [
        sql.SQL("jsonb_typeof(i.metadata -> {}::text) = {}").format(key, sql.Literal(kind))
    ]
    for operator, bound in given.items():
        passed = bound if is_text else json.dumps(bound)
        checks.append(
            sql.SQL("{} {} {}").format(
                value.format(key), sql.SQL(operator), form.format(parameters.add(passed))
            )
        )
    return sql.SQL("({})").format(all_of(checks))


def _column(part: str) -> sql.Identifier:
    return sql.Identifier("i", "reinforced" if part == "reinforced_feature_value" else part)
