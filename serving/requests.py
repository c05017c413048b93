"""What can be asked of the recommender, and what it answers, as plain records.

The HTTP layer makes these from JSON; types and sizes are checked by then, meanings are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from serving.protocols import Hit

Example = str | Mapping[str, object]
"""An item as a request names it: the id of a stored one, or the item itself."""


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """What is like this: exactly one of `text`, `item` and `item_id` is given."""

    text: str | None = None
    """Words; those that are values of the schema ask for these values."""
    item: Mapping[str, object] | None = None
    """A decoded item, without id or with one that is then left out of the answer."""
    item_id: str | None = None
    """A stored item, left out of the answer."""
    k: int
    """Items wanted."""
    filters: object = None
    """Decoded JSON, see `serving.filters`."""
    cursor: str | None = None
    """From the page before."""

    def question(self) -> object:
        """What a cursor belongs to: everything but the size of a page and the cursor."""
        return [self.text, self.item, self.item_id, self.filters]


@dataclass(frozen=True, kw_only=True)
class RecommendRequest:
    """What is like the liked and unlike the disliked."""

    positive: tuple[Example, ...]
    """Liked, at least one."""
    negative: tuple[Example, ...] = ()
    """Disliked."""
    k: int
    """Items wanted."""
    filters: object = None
    """Decoded JSON, see `serving.filters`."""
    cursor: str | None = None
    """From the page before."""

    def question(self) -> object:
        """What a cursor belongs to: everything but the size of a page and the cursor."""
        return [self.positive, self.negative, self.filters]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One page, best first."""

    generation: str
    hits: tuple[Hit, ...]
    cursor: str | None
    """Opaque; None: this was the last page."""
