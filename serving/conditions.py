"""Filters as data: conditions on the fields of an item, all of which must hold.

`serving.filters` reads them from JSON and says in plain Python what they mean; `serving.filter_sql`
says it in SQL.
"""

from dataclasses import dataclass
from typing import Literal

Scalar = str | int | float | bool
"""A JSON value a filter can ask for; `True` and `1` are different values."""

Part = Literal["clothes", "reinforced_feature_value", "metadata", "variant_group", "item_id"]
"""The parts of an item that filters can name."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """What a condition looks at: `clothes.<key>`, `metadata.<key>`, ..., or `item_id`."""

    part: Part
    key: str = ""
    """Everything after the first dot, dots and quotes included; empty for the last two parts."""

    @property
    def name(self) -> str:
        """The name the caller wrote, such as `clothes.top.length_type`."""
        return f"{self.part}.{self.key}" if self.key else self.part


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """The field has at least one of these values; None among them means "the field is missing".

    A field that holds a list has each of its elements. A JSON null counts as missing.
    """

    field: Field
    values: tuple[Scalar | None, ...]
    is_negated: bool = False
    """True turns the condition round: the field has none of these values."""


@dataclass(frozen=True, kw_only=True)
class InRange:
    """The field holds one value of the bounds' kind (number or string) and it is within them.

    Values of another kind, lists and missing fields do not match. Strings compare by code point,
    so ISO dates work.
    """

    field: Field
    lt: float | str | None = None
    lte: float | str | None = None
    gt: float | str | None = None
    gte: float | str | None = None


Condition = OneOf | InRange


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Conditions that must all hold. Made from JSON by `serving.filters.parse_filters`;
    `serving.filters.matches(filters, item)` is their meaning in plain Python."""

    conditions: tuple[Condition, ...] = ()


NO_FILTERS = Filters()
"""What every item passes."""
