"""What the clients ask for: made from the catalogue before they start, passed to them as a file."""

import json
import random
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from catalog.item import Item
from serving.conditions import Field, Filters, OneOf
from serving.filters import matches

MAX_K = 20
"""Items of a page, at most."""

PAGES = 3
"""Pages that a client turns."""

MIN_MATCHING = 2 * MAX_K * PAGES
"""Items that every filter lets pass, at least: all pages are full whatever is left out."""

_FILTERED = ("color", "category", "season", "gender")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one run's clients do.

    Attributes:
        run: letters of this run alone; ids of what the clients write begin with `load-<run>-`.
        think_s: a client waits between these seconds after every answer.
        texts: to search for.
        item_ids: of the catalogue.
        filters: each lets `MIN_MATCHING` items or more pass.
        templates: items to write, without their ids.
        log: where every call is written, one JSON line each.
    """

    run: str
    think_s: tuple[float, float]
    texts: tuple[str, ...]
    item_ids: tuple[str, ...]
    filters: tuple[Mapping[str, object], ...]
    templates: tuple[Mapping[str, Any], ...]
    log: str

    def save(self, path: Path) -> None:
        """Write it for the clients' process."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote."""
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**given)


def make_plan(items: Sequence[Item], *, think_s: tuple[float, float], log: Path) -> Plan:
    """A plan over a catalogue.

    Raises:
        ValueError: the catalogue is too small for full pages.
    """
    if len(items) < MIN_MATCHING:
        raise ValueError(f"items: expected at least {MIN_MATCHING}, got {len(items)}")
    chosen = random.Random(0).sample(list(items), min(200, len(items)))
    return Plan(
        run=word(random.SystemRandom()),
        think_s=think_s,
        texts=tuple(dict.fromkeys(text for item in chosen if (text := _text(item)))),
        item_ids=tuple(item.item_id for item in items),
        filters=tuple(_filters(items)),
        templates=tuple(_template(item) for item in chosen),
        log=str(log),
    )


def word(rng: random.Random) -> str:
    """A word that nothing else begins with; of letters alone, as words are looked for."""
    return "zq" + "".join(rng.choices(string.ascii_lowercase, k=12))


def _text(item: Item) -> str:
    """What somebody types who looks for such an item."""
    texts = [item.reinforced.get(field, ("",))[0] for field in ("color", "category")]
    return " ".join(" ".join(texts).split()[:4])


def _template(item: Item) -> dict[str, Any]:
    record = item.to_json()
    return {name: record[name] for name in ("clothes", "metadata") if name in record}


def _filters(items: Sequence[Item]) -> Iterable[dict[str, object]]:
    for field in _FILTERED:
        values = dict.fromkeys(v for item in items for v in item.clothes.get(field, ()))
        for value in values:
            condition = OneOf(field=Field(part="clothes", key=field), values=(value,))
            passing = sum(matches(Filters(conditions=(condition,)), item) for item in items)
            if passing >= MIN_MATCHING:
                yield {f"clothes.{field}": value}
