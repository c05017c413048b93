"""All words by which a value, a field or an occasion may be claimed, and how they are found.

Terms are matched whole and the longest first, whatever their case. A Korean term may have particles
behind it, an English one a plural's s. Before a Korean term of one syllable and behind it there may
be nothing else of a word, since 면 is cotton and the end of many verbs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.schema import Schema
from training.instructions.documents import LANGUAGES
from training.instructions.roles import Roles
from training.instructions.rules import RulesTable
from training.instructions.terms import Terms

FIELD = ""
"""The value of a meaning that is a field's name: it claims nothing."""
OCCASION = "occasion"
"""The path of a meaning that is an occasion of the rules table."""

Meaning = tuple[str, str]
"""Path and value, such as ("clothes.color", "Black")."""

_PARTICLES = "입니다|이라고|이고|이며|라고|으로|은|는|이|가|을|를|과|와|의|도|에|로|만|용"
_AFTER_LATIN = r"(?:e?s)?(?![a-z0-9_])(?!-[a-z0-9])"
_AFTER_SYLLABLE = rf"(?=(?:{_PARTICLES})?(?![가-힣]))"
_BEFORE_LATIN = r"(?<![a-z0-9_])(?<![a-z0-9]-)"
_BEFORE_HANGUL = r"(?<![가-힣])"


@dataclass(frozen=True, kw_only=True)
class Term:
    """A term found in a text."""

    start: int
    end: int
    meanings: frozenset[Meaning]
    """What it may claim; any of them being held is enough."""


@dataclass(kw_only=True)
class Vocabulary:
    """Every term with what it may mean."""

    meanings: dict[str, set[Meaning]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the terms."""
        latin = [term for term in self.meanings if not _is_hangul(term[0])]
        hangul = [term for term in self.meanings if _is_hangul(term[0])]
        self._patterns = [
            re.compile(before + _trie(terms))
            for before, terms in ((_BEFORE_LATIN, latin), (_BEFORE_HANGUL, hangul))
            if terms
        ]

    def without(self, terms: Iterable[str]) -> "Vocabulary":
        """The vocabulary without some terms."""
        left_out = set(terms)
        kept = {term: held for term, held in self.meanings.items() if term not in left_out}
        return Vocabulary(meanings=kept)

    def find(self, lowered: str) -> list[Term]:
        """Terms of a text in small letters, in order; none overlaps another."""
        found = sorted(
            (match.start(), -match.end(), match)
            for pattern in self._patterns
            for match in pattern.finditer(lowered)
        )
        terms: list[Term] = []
        for start, minus_end, match in found:
            if terms and start < terms[-1].end:
                continue
            meanings = self._known(match[0])
            terms.append(Term(start=start, end=-minus_end, meanings=meanings))
        return terms

    def _known(self, text: str) -> frozenset[Meaning]:
        for plural in ("", "s", "es"):
            if (term := text.removesuffix(plural)) in self.meanings:
                return frozenset(self.meanings[term])
        raise AssertionError(f"matched {text!r}, which is no term")


def read_vocabulary(schema: Schema, terms: Terms, roles: Roles, table: RulesTable) -> Vocabulary:
    """Values in the schema's spelling, their aliases and terms, fields, and occasions."""
    meanings: dict[str, set[Meaning]] = {}
    for word, meaning in _words(schema, terms, roles, table):
        if word.strip():
            meanings.setdefault(lowered(word.strip()), set()).add(meaning)
    for held in meanings.values():
        # A word that is both a field's name and a value claims the value.
        if any(value != FIELD for _, value in held):
            held -= {meaning for meaning in held if meaning[1] == FIELD}
    return Vocabulary(meanings=meanings)


def _words(
    schema: Schema, terms: Terms, roles: Roles, table: RulesTable
) -> Iterator[tuple[str, Meaning]]:
    for role, name in roles.standard.items():
        path = roles.path(role)
        for value in schema.standard[name]:
            if value not in roles.silent:
                yield value, (path, value)
                yield from ((word, (path, value)) for word in _called(terms, role, value))
        for alias, value in schema.aliases.get(name, {}).items():
            yield alias, (path, value)
    for value in terms.values.get("in_stock", {}):
        path = roles.path("in_stock")
        yield from ((word, (path, value)) for word in _called(terms, "in_stock", value))
    for role in {*roles.standard, *roles.texts, *terms.fields}:
        for language in LANGUAGES:
            yield terms.label(role, language), (roles.path(role), FIELD)
    for rule in table.rules.values():
        yield from ((name, (OCCASION, name)) for name in rule.name.values())


def _called(terms: Terms, role: str, value: str) -> Iterable[str]:
    known = terms.values.get(role, {}).get(value)
    return (*known.called.values(), *known.also) if known else ()


def lowered(text: str) -> str:
    """The text in small letters, each at its place."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def _after(term: str) -> str:
    if not _is_hangul(term[-1]):
        return _AFTER_LATIN
    return _AFTER_SYLLABLE if len(term) == 1 else ""


def _trie(terms: Iterable[str]) -> str:
    """A pattern that finds the longest of many terms without trying one after the other."""
    root: dict[str, object] = {}
    for term in terms:
        node = root
        for char in term:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = _after(term)
    return _pattern(root)


def _pattern(node: Mapping[str, object]) -> str:
    branches = [
        re.escape(char) + _pattern(below)
        for char, below in node.items()
        if isinstance(below, Mapping)
    ]
    if "" in node:
        # Last, so that a longer term is tried first.
        branches.append(str(node[""]))
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
