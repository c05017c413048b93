"""The items of a folder, looked through once for what is one, and written once more.

Duplicates become the first of them in the catalogue's order; if it has no picture it takes that of
the first that has one. Two with different pictures are no duplicates. What was merged stands in
merged.jsonl. Variants get a group that is named after what they share.
"""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.consolidate.groups import Keys, Rows
from catalog.consolidate.keys import VariantKeys, duplicate_key
from catalog.consolidate.rules import Rules
from catalog.digest import json_digest
from catalog.photos import Pictured
from catalog.readers.source import CatalogueError
from catalog.schema import Schema
from catalog.table import ITEMS, read_items, write_items
from catalog.tally import Tally

MERGED = "merged.jsonl"
"""Ids that were merged away, each with the id that it was merged into."""

_PARTIAL = ".consolidated.parquet"
_NONE = -1


@dataclass(frozen=True, kw_only=True)
class _Decided:
    """What becomes of each item; rows are those of `items.parquet`, from 0.

    Attributes:
        into: int64 [N], the row that an item is merged into, or `_NONE`.
        lender: int64 [N], the row whose picture an item takes, or `_NONE`.
        group: int64 [N], place in `groups`, or `_NONE`.
        groups: names of the groups that were found.
    """

    into: Rows
    lender: Rows
    group: Rows
    groups: list[str]

    @property
    def is_change(self) -> bool:
        """Whether any item is merged or grouped."""
        return bool(self.groups) or bool((self.into != _NONE).any())


def consolidate(
    folder: Path, rules: Rules, tally: Tally, schema: Schema, *, is_native: bool
) -> dict[str, int]:
    """Write a folder's items anew, as rules say; without a rule nothing is read.

    Args:
        folder: holds `items.parquet`; `merged.jsonl` is written beside it.
        rules: which items are one.
        tally: counted the items, and counts those that stay instead.
        schema: of the items.
        is_native: whether the catalogue had items, whose metadata nobody knows before.

    Returns:
        For the summary: how many items were `merged`, how many `grouped`, and in how many `groups`,
        as far as there is a rule.

    Raises:
        CatalogueError: a rule names what native items do not have.
    """
    if not rules:
        return {}
    path = folder / ITEMS
    decided = _look_through(path, rules, schema, is_native=is_native)
    merged: list[tuple[str, str]] = []
    if decided.is_change:
        tally.start_again()
        write_items(folder / _PARTIAL, tally.counted(_changed(path, decided, merged)))
        (folder / _PARTIAL).replace(path)
    counts: dict[str, int] = {}
    if rules.duplicates is not None:
        _write_merged(folder / MERGED, merged)
        counts["merged"] = len(merged)
    if rules.variants is not None:
        grouped = int(np.count_nonzero(decided.group != _NONE))
        counts |= {"grouped": grouped, "groups": len(decided.groups)}
    return counts


def _look_through(path: Path, rules: Rules, schema: Schema, *, is_native: bool) -> _Decided:
    same, alike, variants = Keys(), Keys(), VariantKeys(schema, rules.variants or ())
    pictures = array("Q")
    entries: set[str] = set()
    for item in read_items(path):
        same.add(None if rules.duplicates is None else duplicate_key(item, rules.duplicates))
        alike.add(None if rules.variants is None else variants.key(item))
        pictures.append(_number(item.image))
        entries.update(item.metadata)
    if is_native:
        rules.check(schema.standard, entries)
    into, lender = _merge(same, np.array(pictures, np.uint64))
    group = np.full(len(pictures), _NONE, np.int64)
    groups: list[str] = []
    for key, rows in alike.shared(into == _NONE):
        group[rows] = len(groups)
        groups.append(f"auto-{key.hex()[:16]}")
    return _Decided(into=into, lender=lender, group=group, groups=groups)


def _number(image: str | None) -> int:
    """A number of a picture; 0 for none."""
    return int.from_bytes(json_digest(image.encode())[:8], "big") | 1 if image else 0


def _merge(same: Keys, pictures: NDArray[np.uint64]) -> tuple[Rows, Rows]:
    """Of each item the one that it is merged into, and the one whose picture it takes."""
    into, lender = (np.full(len(pictures), _NONE, np.int64) for _ in range(2))
    for _, rows in same.shared():
        first, *others = rows.tolist()
        shown = next((row for row in (first, *others) if pictures[row]), first)
        if shown != first:
            lender[first] = shown
        stays = {0: first, int(pictures[shown]): first}
        for row in others:
            leader = stays.setdefault(int(pictures[row]), row)
            if leader != row:
                into[row] = leader
    return into, lender


def _changed(path: Path, decided: _Decided, merged: list[tuple[str, str]]) -> Iterator[Pictured]:
    """The items that stay; the ids of the others, and of what they became, go to `merged`."""
    lent = _pictures(path, set(decided.lender[decided.lender != _NONE].tolist()))
    leaders = dict.fromkeys(decided.into[decided.into != _NONE].tolist(), "")
    for row, item in enumerate(read_items(path)):
        if row in leaders:
            leaders[row] = item.item_id
        into, lender, group = (
            int(rows[row]) for rows in (decided.into, decided.lender, decided.group)
        )
        if into != _NONE:
            merged.append((item.item_id, leaders[into]))
            continue
        if lender != _NONE:
            item = replace(item, image=lent[lender])
        if group != _NONE:
            item = replace(item, variant_group=decided.groups[group])
        yield Pictured(row=row, item=item)


def _pictures(path: Path, rows: set[int]) -> dict[int, str | None]:
    """The pictures of some items."""
    if not rows:
        return {}
    return {row: item.image for row, item in enumerate(read_items(path)) if row in rows}


def read_merged(folder: Path) -> dict[str, str]:
    """Ids that were merged away in an items folder, and what into.

    Raises:
        CatalogueError: `merged.jsonl` cannot be read.
    """
    path = folder / MERGED
    if not path.exists():
        return {}
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {line["item_id"]: line["into"] for line in lines}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CatalogueError(
            f"{path}: cannot be read ({error}); run python -m catalog.ingest"
        ) from error


def _write_merged(path: Path, merged: list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for item_id, into in merged:
            line = json.dumps({"item_id": item_id, "into": into}, ensure_ascii=False)
            file.write(f"{line}\n")
