"""A term in both languages, and the notation in which the tables of terms are written."""

from typing import NamedTuple


class Term(NamedTuple):
    """The same thing said in English and in Korean."""

    en: str
    ko: str


def term(text: str) -> Term:
    """One term from `english | korean`.

    Raises:
        ValueError: not exactly two parts.
    """
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 2 or not all(parts):
        raise ValueError(f"a term is 'english | korean', got {text!r}")
    return Term(*parts)


def terms(text: str) -> tuple[Term, ...]:
    """The terms of a table, one a line; empty lines do not count."""
    return tuple(term(line) for line in text.splitlines() if line.strip())


def named_terms(text: str) -> dict[str, Term]:
    """A table of `english | korean` lines by the English."""
    return {entry.en: entry for entry in terms(text)}
