"""Takes a text apart: item names, quotes, statements of rules, terms, numbers, and the rest."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from training.instructions.check.vocabulary import FIELD, Meaning, Vocabulary, lowered

_QUOTE = re.compile("“([^”]*)”")
_BRACKETS = re.compile(r"\[([^\]\n]*)\]")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:\s?(원)| ([A-Z]{3})(?![A-Za-z0-9]))?")
_WORD = re.compile(r"[가-힣]+|[^\W\d_가-힣]+")
_JOINT = re.compile(r"\s*(?:,|and|과|와|과\(와\)|\s)*\s*")


class Sort(Enum):
    """What a piece of a text is."""

    ITEM = "item"
    QUOTE = "quote"
    STATEMENT = "statement"
    TERM = "term"
    FIELD = "field"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of a text, at its place."""

    start: int
    end: int
    sort: Sort
    text: str
    """Item id, quoted text, rule id, or the term as it stands there."""
    meanings: frozenset[Meaning] = frozenset()
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """A text taken apart."""

    text: str
    pieces: list[Piece]
    """In order; none overlaps another."""
    words: list[str]
    """Words of the rest, in small letters."""

    def between(self, first: Piece, second: Piece) -> str:
        """The text between two pieces."""
        return self.text[first.end : second.start]

    def are_joined(self, first: Piece, second: Piece) -> bool:
        """Whether two names stand side by side, as in `[a], [b] and [c]`."""
        return _JOINT.fullmatch(self.between(first, second)) is not None


class Scanner:
    """Scans texts with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Find the terms of a vocabulary."""
        self._vocabulary = vocabulary

    def scan(
        self, text: str, item_ids: Iterable[str] = (), statements: Mapping[str, str] | None = None
    ) -> Scanned:
        """Take a text apart.

        Args:
            text: the text.
            item_ids: names that may stand in brackets, whatever characters they have.
            statements: texts of rules, by any key, and the id of each.
        """
        cover = _Cover(text)
        for statement, rule_id in (statements or {}).items():
            cover.all_of(statement, Sort.STATEMENT, rule_id)
        for item_id in sorted(item_ids, key=len, reverse=True):
            cover.all_of(f"[{item_id}]", Sort.ITEM, item_id)
        for pattern, sort in ((_QUOTE, Sort.QUOTE), (_BRACKETS, Sort.ITEM)):
            for match in pattern.finditer(cover.rest):
                # What is inside is taken from the text itself: the rest may have holes.
                inner = text[match.start() + 1 : match.end() - 1]
                cover.add(match.start(), match.end(), sort, inner)
        for term in self._vocabulary.find(lowered(cover.rest)):
            is_field = all(value == FIELD for _, value in term.meanings)
            sort = Sort.FIELD if is_field else Sort.TERM
            inner = text[term.start : term.end]
            cover.add(term.start, term.end, sort, inner, meanings=term.meanings)
        for match in _NUMBER.finditer(cover.rest):
            currency = "KRW" if match[1] else match[2] or ""
            number = re.match(r"[\d,.]+", match[0])
            assert number is not None
            cover.add(*match.span(), Sort.NUMBER, number[0].rstrip(".,"), currency=currency)
        pieces = sorted(cover.pieces, key=lambda piece: piece.start)
        return Scanned(text=text, pieces=pieces, words=_WORD.findall(lowered(cover.rest)))


class _Cover:
    """A text of which pieces are covered by spaces as they are found."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self.pieces: list[Piece] = []

    def all_of(self, wanted: str, sort: Sort, inner: str) -> None:
        start = self.rest.find(wanted)
        while start >= 0:
            self.add(start, start + len(wanted), sort, inner)
            start = self.rest.find(wanted, start + len(wanted))

    def add(
        self,
        start: int,
        end: int,
        sort: Sort,
        inner: str,
        *,
        meanings: frozenset[Meaning] = frozenset(),
        currency: str = "",
    ) -> None:
        piece = Piece(
            start=start, end=end, sort=sort, text=inner, meanings=meanings, currency=currency
        )
        self.pieces.append(piece)
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]
