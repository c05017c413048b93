"""Which items are one: what a mapping file says under `duplicates` and `variants`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.item import hint, shorten
from catalog.readers.source import CatalogueError

NAMES = ("duplicates", "variants")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What may differ between items that are one.

    Attributes:
        duplicates: entries of metadata in which two items that are the same may differ; None:
            duplicates stay.
        variants: standard fields and entries of metadata in which the variants of one product
            differ; None: no groups are found.
    """

    duplicates: tuple[str, ...] | None = None
    variants: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return self.duplicates is not None or self.variants is not None

    def check(self, fields: Collection[str], entries: Collection[str]) -> None:
        """Refuse names that mean nothing.

        Args:
            fields: names of standard fields.
            entries: names in metadata.

        Raises:
            CatalogueError: a name is neither; names it and the nearest.
        """
        _check("duplicates", self.duplicates or (), list(entries))
        _check("variants", self.variants or (), [*fields, *entries])

    def to_json(self) -> dict[str, object]:
        """What `from_json` reads back: the rules that there are."""
        return {
            name: {"may_differ": list(fields)}
            for name in NAMES
            if (fields := getattr(self, name)) is not None
        }

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Rules":
        """Read the rules among the keys of a document, such as a mapping's.

        Raises:
            CatalogueError: a rule has another shape; names it.
        """
        return cls(**{name: _fields(name, document[name]) for name in NAMES if name in document})


def _check(rule: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise CatalogueError(
                f"mapping: {rule}.may_differ names {name!r}, which items do not have"
                f"{hint(name, known)}; they have {', '.join(sorted(known)[:50]) or 'none'}"
            )


def _fields(name: str, rule: object) -> tuple[str, ...]:
    fields = rule.get("may_differ") if isinstance(rule, dict) and len(rule) == 1 else None
    if not isinstance(fields, list) or not all(isinstance(f, str) and f for f in fields):
        raise CatalogueError(
            f'{name} is an object with a list of fields, such as {{"may_differ": ["size"]}}, got '
            f"{shorten(rule)}"
        )
    return tuple(dict.fromkeys(fields))
