"""What a kind has to write with."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalog.item import Item
from training.instructions.draft import Draft
from training.instructions.partners import Partners
from training.instructions.roles import Roles
from training.instructions.rules import Rule
from training.instructions.voice import Voice


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One item in one language, and the others that may stand beside it."""

    item: Item
    voice: Voice
    rng: random.Random
    split: str
    partners: Partners
    rules: Sequence[Rule]
    """Rules that the schema can use."""
    share: Mapping[str, frozenset[str]]
    """See `RulesTable.share`."""

    @property
    def roles(self) -> Roles:
        """The schema's roles."""
        return self.voice.roles

    def draft(self, *others: Item) -> Draft:
        """A conversation on the item, and others."""
        return Draft(self.voice, self.rng, [self.item, *others])

    def stated(self, item: Item) -> list[str]:
        """Standard roles in which an item holds something."""
        return [role for role in self.roles.standard if self.voice.speakable(item, role)]

    def some(self, roles: Sequence[str], fewest: int, most: int) -> list[str]:
        """Some of the roles, in their order."""
        wanted = min(len(roles), self.rng.randint(fewest, most))
        chosen = set(self.rng.sample(list(roles), wanted))
        return [role for role in roles if role in chosen]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in another order."""
        return self.rng.sample(list(items), len(items))

    def compatible(self, other: Item) -> bool:
        """Whether another item may be worn with this one, by the roles that an outfit shares."""
        for role, neutral in self.share.items():
            mine = set(self.roles.values(self.item, role))
            theirs = set(self.roles.values(other, role))
            if mine and theirs and not (mine & theirs or (mine | theirs) & neutral):
                return False
        return True


Kind = Callable[[Scene], Draft | None]
"""Writes a conversation, or gives None where the item does not have what it takes."""
