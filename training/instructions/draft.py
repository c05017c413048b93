"""A conversation being written: its turns, and what its answers claim of which item."""

import json
import random
from collections.abc import Sequence

from catalog.item import Item
from training.instructions.phrases import fill
from training.instructions.rules import Rule
from training.instructions.voice import Voice, mention

Fact = tuple[str, str, str]
"""Item, field and value."""


class Draft:
    """Turns alternate between user and assistant; facts are kept as sentences are made."""

    def __init__(self, voice: Voice, rng: random.Random, items: Sequence[Item]) -> None:
        """A conversation in one language over some items, the first being its subject."""
        self.voice, self.rng, self.items = voice, rng, list(items)
        self.turns: list[str] = []
        self.facts: dict[Fact, None] = {}
        self.rules: dict[str, None] = {}

    @property
    def item(self) -> Item:
        """What the conversation is about."""
        return self.items[0]

    def phrase(self, kind: str, part: str, **slots: str) -> str:
        """One of a kind's sentences, filled."""
        return fill(self.rng.choice(self.voice.phrases[kind][part]), slots)

    def say(self, *sentences: str) -> None:
        """The next turn."""
        self.turns.append(" ".join(sentences))

    def clause(self, item: Item, role: str) -> str:
        """A sentence on what an item holds in a role, or that it holds nothing."""
        values = self.voice.speakable(item, role)
        if not values:
            sentence = self.rng.choice(self.voice.phrases["absent"])
            return fill(sentence, {"label": self.voice.label(role)})
        if role in self.voice.roles.texts:
            values = (self.rng.choice(values),)
        clauses = self.voice.phrases["clause"]
        sentence = self.rng.choice(clauses.get(role) or clauses["*"])
        slots = {"label": self.voice.label(role), "v": self.told(item, role, values)}
        return fill(sentence, slots)

    def told(self, item: Item, role: str, values: tuple[str, ...]) -> str:
        """Values of an item as a piece of a sentence, kept as facts."""
        for value in values:
            self.facts[(item.item_id, self.voice.roles.path(role), value)] = None
        return self.voice.told(item, role, values)

    def statement(self, rule: Rule) -> str:
        """What a rule says, word for word."""
        self.rules[rule.rule_id] = None
        return rule.say[self.voice.language]

    def mentions(self, items: Sequence[Item]) -> str:
        """Items by name."""
        return self.voice.listed([mention(item) for item in items])

    def as_json(self, item: Item, roles: Sequence[str]) -> str:
        """What an item holds in some standard fields, as JSON; null where that is nothing."""
        document: dict[str, object] = {}
        for role in roles:
            values = self.voice.roles.values(item, role)
            document[self.voice.roles.standard[role]] = list(values) or None
            if values:
                self.told(item, role, values)
        return json.dumps(document, ensure_ascii=False)
