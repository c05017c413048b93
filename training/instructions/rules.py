"""The table of styling rules: what it says, whatever schema the catalogue has.

A condition names roles and values: `{"category": ["@tops"], "season": ["summer"]}`. It holds for an
item that has one of the values in each of the roles; `@tops` stands for a group of values. The
table serves several schemas, so a value that a schema does not have is no error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from training.instructions.documents import (
    RULES,
    InstructionsError,
    in_languages,
    load,
    mapping,
    only,
    texts,
)

Condition = Mapping[str, frozenset[str]]
"""Values allowed in each role; a condition without roles always holds."""

SEASON, OCCASION, PAIRING, HARMONY = "season", "occasion", "pairing", "harmony"
_KEYS = {
    SEASON: ("id", "kind", "when", "fits", "say"),
    OCCASION: ("id", "kind", "name", "fits", "say"),
    PAIRING: ("id", "kind", "when", "fits", "say"),
    HARMONY: ("id", "kind", "when", "fits", "say"),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One statement and when it applies."""

    rule_id: str
    kind: str
    """season and occasion speak of one item, pairing and harmony of an item and its partner."""
    when: Condition
    """Of the season asked for, or of the first item of two; empty for an occasion."""
    fits: Condition
    """Of the item that is recommended."""
    say: Mapping[str, str]
    """The statement, by language."""
    name: Mapping[str, str] = field(default_factory=dict)
    """What an occasion is called, by language."""

    def roles(self) -> frozenset[str]:
        """Every role that it speaks of."""
        return frozenset(self.when) | frozenset(self.fits)


@dataclass(frozen=True, kw_only=True)
class RulesTable:
    """All rules, and how their roles are found in a schema."""

    roles: Mapping[str, tuple[str, ...]]
    """Fields that may play a role; the first that a schema has does."""
    rules: Mapping[str, Rule]
    """By id, in the table's order."""
    share: Mapping[str, frozenset[str]]
    """Roles in which items of an outfit agree, where stated, and values that agree with all."""
    document: Mapping[str, object]
    """The table as it was read."""


def load_rules(path: Path | None = None) -> RulesTable:
    """Read a table, the project's own if None.

    Raises:
        InstructionsError: an unknown key, role, group or kind, or a text that is missing.
    """
    document = load(path or RULES)
    where = str(path or RULES)
    only(where, document, ("roles", "groups", "outfit", "rules"))
    given_roles = mapping(f"{where}: roles", document.get("roles", {}))
    roles = {name: texts(f"{where}: roles.{name}", f) for name, f in given_roles.items()}
    given_groups = mapping(f"{where}: groups", document.get("groups", {}))
    reader = _Reader(
        where=where,
        roles=roles,
        groups={n: texts(f"{where}: groups.{n}", v) for n, v in given_groups.items()},
    )
    outfit = mapping(f"{where}: outfit", document.get("outfit", {}))
    only(f"{where}: outfit", outfit, ("share",))
    entries = document.get("rules")
    if not isinstance(entries, list):
        raise InstructionsError(f"{where}: rules: expected a list of rules, got {entries!r:.60}")
    rules: dict[str, Rule] = {}
    for number, entry in enumerate(entries):
        rule = reader.rule(f"rules[{number}]", entry)
        if rule.rule_id in rules:
            raise InstructionsError(f"{where}: rules[{number}].id: {rule.rule_id!r} is there twice")
        rules[rule.rule_id] = rule
    share = reader.condition("outfit.share", outfit.get("share", {}))
    return RulesTable(roles=roles, rules=rules, share=share, document=document)


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Reads rules of one file, whose roles and groups it knows."""

    where: str
    roles: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]

    def rule(self, place: str, entry: object) -> Rule:
        given = mapping(f"{self.where}: {place}", entry)
        rule_id, kind = given.get("id"), given.get("kind")
        if not isinstance(rule_id, str) or not rule_id:
            raise InstructionsError(f"{self.where}: {place}.id: expected a text of its own")
        place = f"{place} ({rule_id})"
        if kind not in _KEYS:
            known = ", ".join(_KEYS)
            raise InstructionsError(f"{self.where}: {place}.kind: expected {known}, got {kind!r}")
        only(f"{self.where}: {place}", given, _KEYS[kind])
        fits = self.condition(f"{place}.fits", given.get("fits", {}))
        when = self.condition(f"{place}.when", given.get("when", {}))
        if not fits or (kind != OCCASION and not when):
            missing = "when" if fits else "fits"
            raise InstructionsError(f"{self.where}: {place}.{missing}: expected a role and values")
        name = given.get("name")
        return Rule(
            rule_id=rule_id,
            kind=str(kind),
            when=when,
            fits=fits,
            say=in_languages(f"{self.where}: {place}.say", given.get("say")),
            name=in_languages(f"{self.where}: {place}.name", name) if kind == OCCASION else {},
        )

    def condition(self, place: str, value: object) -> Condition:
        given = mapping(f"{self.where}: {place}", value)
        only(f"{self.where}: {place}", given, self.roles)
        return {
            role: frozenset(
                value
                for name in texts(f"{self.where}: {place}.{role}", values)
                for value in self._expanded(f"{place}.{role}", name)
            )
            for role, values in given.items()
        }

    def _expanded(self, place: str, name: str) -> tuple[str, ...]:
        if not name.startswith("@"):
            return (name,)
        if name[1:] not in self.groups:
            known = ", ".join(self.groups) or "none"
            raise InstructionsError(
                f"{self.where}: {place}: unknown group {name!r}; known: {known}"
            )
        return self.groups[name[1:]]
