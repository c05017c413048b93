"""How an item is spoken of in one language: terms for values, quotes for free text, cards.

Free text of the shop stands in “quotes”, an item in [brackets]: so a reader, and the checker, can
tell what is claimed of which item.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog.item import Item
from training.instructions.money import currency_of
from training.instructions.phrases import Phrases, fill
from training.instructions.roles import TEXT_ROLES, Roles
from training.instructions.terms import Terms

MAX_QUOTE_CHARS = 120
CARD_TEXTS = 3
"""Free texts of a role that a card shows."""
MAX_CARDS = 4_096
_HANGUL = re.compile("[가-힣]")
_NOT_QUOTABLE = re.compile(r"[“”\[\]\n\r]")


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One language."""

    language: str
    terms: Terms
    phrases: Phrases
    roles: Roles
    _cards: dict[str, str] = field(default_factory=dict, repr=False)
    """Cards that were written lately, by item: partners come again and again."""

    def label(self, role: str) -> str:
        """What a role is called."""
        return self.terms.label(role, self.language)

    def term(self, role: str, value: str, currency: str = "") -> str:
        """How one value is written."""
        if role == "price":
            return self._price(value, currency)
        if role in TEXT_ROLES or role == "brand":
            return f"“{value}”"
        if role == "in_stock":
            value = value.lower()
        return self.terms.value(role, value, self.language)

    def speakable(self, item: Item, role: str) -> tuple[str, ...]:
        """Values of an item that can be told in this language, at most a few."""
        values = self.roles.values(item, role)
        if role not in TEXT_ROLES and role != "brand":
            return values
        return tuple(value for value in values if self._is_quotable(value))[:CARD_TEXTS]

    def told(self, item: Item, role: str, values: tuple[str, ...]) -> str:
        """Several values as one piece of a sentence."""
        currency = currency_of(item)
        return self.listed([self.term(role, value, currency) for value in values])

    def listed(self, parts: list[str]) -> str:
        """Texts one after another, joined as the language does."""
        head, last = parts[:-1], parts[-1]
        return self.phrases["and"].join(head) + self.phrases["last"] + last if head else last

    def card(self, item: Item) -> str:
        """Everything that can be told of an item, a line for each role."""
        if item.item_id not in self._cards:
            if len(self._cards) >= MAX_CARDS:
                self._cards.clear()
            self._cards[item.item_id] = self._card(item)
        return self._cards[item.item_id]

    def _card(self, item: Item) -> str:
        lines = [mention(item)]
        for role in self.card_roles():
            if values := self.speakable(item, role):
                slots = {"label": self.label(role), "v": self.told(item, role, values)}
                lines.append(fill(self.phrases["field"], slots))
        return "\n".join(lines)

    def cards(self, items: list[Item]) -> str:
        """Cards of several items, an empty line between them."""
        return "\n\n".join(map(self.card, items))

    def card_roles(self) -> Iterator[str]:
        """Roles in the order of a card."""
        yield from self.roles.texts
        yield from self.roles.standard
        yield from ("brand", "price")

    def _is_quotable(self, text: str) -> bool:
        if len(text) > MAX_QUOTE_CHARS or _NOT_QUOTABLE.search(text):
            return False
        return self.language == "ko" or not _HANGUL.search(text)

    def _price(self, value: str, currency: str) -> str:
        number = f"{float(value):,.2f}".removesuffix(".00")
        if not currency:
            return number
        if self.language == "ko" and currency == "KRW":
            return f"{number}원"
        return f"{number} {currency}"


def mention(item: Item) -> str:
    """How an item is named in a text."""
    return f"[{item.item_id}]"


def mentionable(item: Item) -> bool:
    """Whether an id can stand in brackets."""
    return not _NOT_QUOTABLE.search(item.item_id)


def voices(terms: Terms, phrases: Mapping[str, Phrases], roles: Roles) -> dict[str, Voice]:
    """A voice for each language."""
    return {
        language: Voice(language=language, terms=terms, phrases=own, roles=roles)
        for language, own in phrases.items()
    }
