"""What an item holds, in the form in which claims are looked up."""

from dataclasses import dataclass

from catalog.item import Item
from training.instructions.roles import CLOTHES, METADATA, TEXTS


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """One item."""

    item: Item
    facts: frozenset[tuple[str, str]]
    """Path and value of everything in it."""
    quotable: frozenset[str]
    """Free texts and texts of its metadata."""
    numbers: frozenset[float]
    """Numbers of its metadata, and values that are numbers."""

    @property
    def item_id(self) -> str:
        """The item's id."""
        return self.item.item_id

    def is_empty(self, path: str) -> bool:
        """Whether a field has no value."""
        return not any(own == path for own, _ in self.facts)


def holdings_of(item: Item) -> Holdings:
    """Read an item."""
    clothes = {(f"{CLOTHES}.{n}", v) for n, values in item.clothes.items() for v in values}
    texts = {(f"{TEXTS}.{n}", v) for n, values in item.reinforced.items() for v in values}
    metadata = {
        (f"{METADATA}.{name}", str(value))
        for name, value in item.metadata.items()
        if isinstance(value, str | int | float) and value != ""
    }
    # True is how Python, and true how JSON and the terms call it.
    stock = {(path, value.lower()) for path, value in metadata if value in ("True", "False")}
    numbers = {number for _, value in clothes | metadata if (number := _number(value)) is not None}
    return Holdings(
        item=item,
        facts=frozenset(clothes | texts | metadata | stock),
        quotable=frozenset(value for _, value in texts | metadata),
        numbers=frozenset(numbers),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
