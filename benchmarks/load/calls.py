"""One request of a client and what came back, whichever program sends it."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the API answered."""

    status: int
    """HTTP status; 0 where no answer came."""
    document: Any
    """Decoded JSON, or None where there was none."""
    seconds: float = 0.0
    """From sending the request to the end of the answer."""

    @property
    def generation(self) -> str | None:
        """The generation that the answer names."""
        return self.document.get("generation") if isinstance(self.document, dict) else None


Check = Callable[[Reply], list[str]]
"""Everything that is wrong with an answer, in words; empty where it is as it must be."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, and how its answer is judged."""

    kind: str
    """What figures are added up by, such as `search text`."""
    method: str
    path: str
    body: Mapping[str, object] | None = None
    check: Check


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An answer, judged."""

    reply: Reply
    faults: tuple[str, ...]
    """What is wrong with it."""

    @property
    def is_good(self) -> bool:
        """Nothing is."""
        return not self.faults


Script = Generator[Call, Outcome, None]
"""What a client does: it yields a call, and is sent what came of it."""
