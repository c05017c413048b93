"""Looks up what a pair's texts claim in what its items hold."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from training.instructions.check.holdings import Holdings
from training.instructions.check.scan import Piece, Scanned, Scanner, Sort
from training.instructions.check.vocabulary import FIELD, OCCASION
from training.instructions.money import currency_of, price_of
from training.instructions.pair import Pair, text_of
from training.instructions.roles import CLOTHES, Roles
from training.instructions.rules import HARMONY, PAIRING, RulesTable

_ABSENT = re.compile(r"not stated|적혀 있지 않")
_CHEAPER = re.compile(r"costs less than|보다 저렴")
_SENTENCE_END = re.compile(r"[.!?:]\s")
_CARD_LINE = re.compile(r"[^:“\n]{1,60}: ")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A claim that does not hold."""

    pair_id: str
    claim: str
    """What the text says."""
    reason: str
    """Why it may not."""

    def __str__(self) -> str:
        """One line."""
        return f"{self.pair_id}: {self.claim!r}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """Verifies pairs of one catalogue."""

    scanner: Scanner
    roles: Roles
    table: RulesTable
    fields: frozenset[str]
    """Standard fields of the schema."""
    words: frozenset[str]
    """Words that claim nothing."""
    ambiguous: tuple[str, ...] = ()
    """Terms of the vocabulary that are left to be words."""
    good_cards: set[tuple[str, int]] = field(default_factory=set, repr=False)
    """Cards that were found true, by item and hash: the same ones come again and again."""

    def verify(self, pair: Pair, items: Mapping[str, Holdings]) -> list[Finding]:
        """Everything in a pair that its items do not bear out.

        Args:
            pair: the pair.
            items: items of the catalogue by id, at least those that the pair names.
        """
        gone = [item_id for item_id in pair["item_ids"] if item_id not in items]
        if gone or not pair["item_ids"]:
            missing = gone[0] if gone else "none"
            return [Finding(pair_id=pair["pair_id"], claim=missing, reason="no such item")]
        found = list(self._of_pair(pair, [items[i] for i in pair["item_ids"]]))
        return [Finding(pair_id=pair["pair_id"], claim=c, reason=r) for c, r in found]

    def _of_pair(self, pair: Pair, held: list[Holdings]) -> Iterator[tuple[str, str]]:
        own = {item.item_id: item for item in held}
        yield from _of_facts(pair, own)
        unknown = [rule_id for rule_id in pair["rules"] if rule_id not in self.table.rules]
        yield from ((rule_id, "no such rule in the table") for rule_id in unknown)
        about: list[Holdings] = held[:1]
        for message in pair["messages"]:
            text = text_of(message)
            if message["role"] == "user":
                yield from self._of_cards(text, own)
            elif text.lstrip().startswith("{"):
                yield from self._of_json(text, held[0])
            else:
                answer = _Answer(self, pair, own, held[0], about)
                yield from answer.findings(text)
                about = answer.about

    def _of_cards(self, text: str, own: Mapping[str, Holdings]) -> Iterator[tuple[str, str]]:
        """Lines under an item's name say what the item holds."""
        for name, lines in _cards(text):
            if name not in own:
                yield name, "an item that the pair does not have"
                continue
            seen = (name, hash(lines))
            if seen in self.good_cards:
                continue
            pieces = (piece for line in lines for piece in self.scanner.scan(line).pieces)
            found = [finding for p in pieces for finding in self.of_piece(p, [own[name]])]
            yield from found
            if not found:
                self.good_cards.add(seen)

    def _of_json(self, text: str, item: Holdings) -> Iterator[tuple[str, str]]:
        try:
            document = json.loads(text)
        except ValueError as error:
            yield text, f"no JSON: {error}"
            return
        for name, values in document.items():
            path = f"{CLOTHES}.{name}"
            if name not in self.fields:
                yield name, "no field of the schema"
            elif values is None and not item.is_empty(path):
                yield name, f"said to be empty; {item.item_id} holds something"
            for value in values or ():
                if (path, value) not in item.facts:
                    yield f"{name}: {value}", f"not held by {item.item_id}"

    def of_piece(self, piece: Piece, about: list[Holdings]) -> Iterator[tuple[str, str]]:
        """Findings on one piece, each of the items that it speaks of having to hold it."""
        for item in about:
            if not self._is_held(piece, item):
                yield piece.text, f"{piece.sort.value} not held by {item.item_id}"

    def _is_held(self, piece: Piece, item: Holdings) -> bool:
        if piece.sort is Sort.QUOTE:
            return piece.text in item.quotable
        if piece.sort is Sort.NUMBER:
            number = float(piece.text.replace(",", ""))
            return number in item.numbers and piece.currency in ("", currency_of(item.item))
        if piece.sort is Sort.TERM:
            return any(self._means_held(*meaning, item) for meaning in piece.meanings)
        return True

    def _means_held(self, path: str, value: str, item: Holdings) -> bool:
        if path != OCCASION:
            return (path, value) in item.facts
        rules = [r for r in self.table.rules.values() if value in r.name.values()]
        return any(self.roles.holds(item.item, rule.fits) for rule in rules)


class _Answer:
    """One answer: goes through its pieces and keeps in mind which items are spoken of."""

    def __init__(
        self,
        verifier: Verifier,
        pair: Pair,
        own: Mapping[str, Holdings],
        subject: Holdings,
        about: list[Holdings],
    ) -> None:
        self._verifier, self._pair, self._own, self._subject = verifier, pair, own, subject
        self.about = about
        facts = pair["facts"]
        self._declared = {(f["item_id"], f["field"], f["value"]) for f in facts}

    def findings(self, text: str) -> Iterator[tuple[str, str]]:
        known = [self._verifier.table.rules.get(rule_id) for rule_id in self._pair["rules"]]
        statements = {say: rule.rule_id for rule in known if rule for say in rule.say.values()}
        scanned = self._verifier.scanner.scan(text, self._own, statements)
        yield from (
            (word, "a word that is no term, quote or statement, nor of a frame")
            for word in scanned.words
            if word not in self._verifier.words
        )
        # What comes before the first name is said of the items named first.
        self.about = next(iter(self._groups(scanned)), (None, self.about))[1]
        groups = dict(self._groups(scanned))
        for piece in scanned.pieces:
            self.about = groups.get(piece.start, self.about)
            yield from self._of_piece(piece)
        yield from self._of_absences(scanned, groups)
        yield from self._of_prices(scanned)

    def _groups(self, scanned: Scanned) -> Iterator[tuple[int, list[Holdings]]]:
        """Where names begin, and the items that are named there side by side."""
        names = [piece for piece in scanned.pieces if piece.sort is Sort.ITEM]
        number = 0
        while number < len(names):
            last = number
            while last + 1 < len(names) and scanned.are_joined(names[last], names[last + 1]):
                last += 1
            named = [self._own[n.text] for n in names[number : last + 1] if n.text in self._own]
            if named:
                yield names[last].start, named
            number = last + 1

    def _of_piece(self, piece: Piece) -> Iterator[tuple[str, str]]:
        if piece.sort is Sort.ITEM and piece.text not in self._own:
            yield piece.text, "an item that the pair does not have"
        elif piece.sort is Sort.STATEMENT:
            yield from self._of_statement(piece)
        elif piece.sort is not Sort.ITEM:
            found = list(self._verifier.of_piece(piece, self.about))
            yield from found
            if not found:
                yield from self._undeclared(piece)

    def _of_statement(self, piece: Piece) -> Iterator[tuple[str, str]]:
        rule = self._verifier.table.rules[piece.text]
        holds = self._verifier.roles.holds
        if not all(holds(item.item, rule.fits) for item in self.about):
            yield piece.text, "a rule that the items spoken of do not fit"
        if rule.kind in (PAIRING, HARMONY) and not holds(self._subject.item, rule.when):
            yield piece.text, f"a rule that is not for {self._subject.item_id}"

    def _undeclared(self, piece: Piece) -> Iterator[tuple[str, str]]:
        """A term or a quote is one of the pair's facts too."""
        for item in self.about:
            if piece.sort is Sort.TERM:
                meant = {(item.item_id, *meaning) for meaning in piece.meanings}
                is_named = any(path == OCCASION for path, _ in piece.meanings)
                is_declared = is_named or not meant.isdisjoint(self._declared)
            elif piece.sort is Sort.QUOTE:
                values = {value for own, _, value in self._declared if own == item.item_id}
                is_declared = piece.text in values
            else:
                continue
            if not is_declared:
                yield piece.text, f"said of {item.item_id} and not among the pair's facts"

    def _of_absences(
        self, scanned: Scanned, groups: Mapping[int, list[Holdings]]
    ) -> Iterator[tuple[str, str]]:
        """Fields named in a sentence that says `not stated` are empty."""
        for match in _ABSENT.finditer(scanned.text):
            ends = [end.end() for end in _SENTENCE_END.finditer(scanned.text, 0, match.start())]
            begin = ends[-1] if ends else 0
            fields = [
                piece
                for piece in scanned.pieces
                if piece.sort is Sort.FIELD and begin <= piece.start < match.start()
            ]
            if not fields:
                yield match[0], "it is not said which field"
            about = [held for at, held in groups.items() if at < match.start()]
            for piece in fields:
                paths = [path for path, value in piece.meanings if value == FIELD]
                for item in about[-1] if about else self.about:
                    if not any(item.is_empty(path) for path in paths):
                        yield piece.text, f"said not to be stated; {item.item_id} holds it"

    def _of_prices(self, scanned: Scanned) -> Iterator[tuple[str, str]]:
        """The item named first in a sentence on which costs less does cost less."""
        names = [piece for piece in scanned.pieces if piece.sort is Sort.ITEM]
        for match in _CHEAPER.finditer(scanned.text):
            before = [n for n in names if n.start < match.start()]
            after = [n for n in names if n.start >= match.end()]
            # English names the dearer one behind the words, Korean before them.
            pair = [*before[-1:], *after[:1]] if match[0].isascii() else before[-2:]
            prices = [self._price(piece.text) for piece in pair]
            if len(prices) < 2 or None in prices or not prices[0] < prices[1]:  # type: ignore[operator]
                yield match[0], "the prices do not say so"

    def _price(self, item_id: str) -> float | None:
        item = self._own.get(item_id)
        return price_of(item.item) if item else None


def _of_facts(pair: Pair, own: Mapping[str, Holdings]) -> Iterator[tuple[str, str]]:
    for fact in pair["facts"]:
        item, claimed = own.get(fact["item_id"]), (fact["field"], fact["value"])
        if item is None or claimed not in item.facts:
            yield f"{fact['field']}: {fact['value']}", f"a fact not held by {fact['item_id']}"


def _cards(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that stand alone on a line, each with the lines `field: value` under it."""
    name, lines = "", list[str]()
    for line in [*text.split("\n"), ""]:
        if name and _CARD_LINE.match(line):
            lines.append(line)
            continue
        if name:
            yield name, tuple(lines)
        name = line[1:-1] if line.startswith("[") and line.endswith("]") else ""
        lines = []
