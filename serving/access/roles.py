"""What a caller may do: `read` < `write` < `admin`, each including those before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """A role; its name in lower case is how keys files and tokens spell it."""

    READ = 1
    """Ask: search, recommend, embed, look at items, pictures, schema and generations."""
    WRITE = 2
    """Write and delete items as well."""
    ADMIN = 3
    """Everything; no route asks for more than `write` so far."""

    @property
    def word(self) -> str:
        """The role as files, tokens and messages spell it."""
        return self.name.lower()


WORDS = tuple(role.word for role in Role)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sent a request."""

    name: str
    """For logs and limits: `key:<id>`, `subject:<sub>` or `address:<ip>`; never a secret."""
    role: Role | None
    """The highest role; None may do nothing."""

    def may(self, needed: Role) -> bool:
        """Whether the caller has this role or a higher one."""
        return self.role is not None and self.role >= needed


def highest(words: Iterable[str]) -> Role | None:
    """The highest role among these words; words that are no role do not count."""
    return max((Role[word.upper()] for word in words if word in WORDS), default=None)
