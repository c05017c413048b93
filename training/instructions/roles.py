"""Which field of the schema at hand plays which role, and what an item holds in it.

Roles that no field plays are left out. A standard field that plays none is a role of its own, by
its own name, so that nothing of an unfamiliar schema is lost.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.item import Item
from catalog.schema import Schema
from training.instructions.money import price_of
from training.instructions.rules import Condition, Rule, RulesTable

CLOTHES, TEXTS, METADATA = "clothes", "reinforced_feature_value", "metadata"
TEXT_ROLES = ("name", "detail")
"""Roles that free text plays, never a closed vocabulary."""
UNSAID = re.compile(r"[“”\[\]{}\n\r]")
"""Signs that mean something in pairs: values and fields with them are not spoken of."""
METADATA_ROLES = ("brand", "price", "in_stock")
"""Roles that metadata of the same name plays."""


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The roles of one schema."""

    standard: Mapping[str, str]
    """Standard field of each role, in the schema's order."""
    texts: Mapping[str, str]
    """Reinforced field of each role of free text."""
    silent: frozenset[str]
    """Values that say nothing, such as NA: neither told nor called missing."""

    def path(self, role: str) -> str:
        """The field's path in an item, such as `clothes.color`."""
        if role in self.standard:
            return f"{CLOTHES}.{self.standard[role]}"
        if role in self.texts:
            return f"{TEXTS}.{self.texts[role]}"
        return f"{METADATA}.{role}"

    def values(self, item: Item, role: str) -> tuple[str, ...]:
        """What an item holds in a role; empty where that is nothing, or says nothing."""
        if role in self.standard:
            held = item.clothes.get(self.standard[role], ())
            return tuple(v for v in held if v not in self.silent and not UNSAID.search(v))
        if role in self.texts:
            return tuple(item.reinforced.get(self.texts[role], ()))
        value = item.metadata.get(role)
        if role == "price":
            return () if price_of(item) is None else (str(value),)
        if role == "in_stock":
            return (str(value),) if str(value).lower() in ("true", "false") else ()
        return (str(value),) if isinstance(value, str | int) and value != "" else ()

    def is_empty(self, item: Item, role: str) -> bool:
        """Whether an item's field is empty, so that it may be called not stated."""
        if role in self.standard:
            return not item.clothes.get(self.standard[role])
        if role in self.texts:
            return not self.values(item, role)
        return item.metadata.get(role) in (None, "")

    def holds(self, item: Item, condition: Condition) -> bool:
        """Whether an item satisfies a condition."""
        return all(
            not allowed.isdisjoint(self.values(item, role)) for role, allowed in condition.items()
        )


def find_roles(schema: Schema, table: RulesTable, silent: Iterable[str] = ()) -> Roles:
    """The roles that fields of a schema play."""
    by_field: dict[str, str] = {}
    texts: dict[str, str] = {}
    for role, fields in table.roles.items():
        known = schema.reinforced if role in TEXT_ROLES else schema.standard
        found = next((name for name in fields if name in known), None)
        if found is None:
            continue
        if role in TEXT_ROLES:
            texts[role] = found
        else:
            by_field.setdefault(found, role)
    standard = {by_field.get(n, n): n for n in schema.standard if not UNSAID.search(n)}
    return Roles(standard=standard, texts=texts, silent=frozenset(silent))


def usable_rules(table: RulesTable, roles: Roles, schema: Schema) -> list[Rule]:
    """Rules all of whose roles some field plays with at least one of the values named."""

    def is_usable(rule: Rule) -> bool:
        return all(
            role in roles.standard and not values.isdisjoint(schema.standard[roles.standard[role]])
            for condition in (rule.when, rule.fits)
            for role, values in condition.items()
        )

    return [rule for rule in table.rules.values() if is_usable(rule)]
