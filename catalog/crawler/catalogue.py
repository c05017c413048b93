"""The catalogue that a crawl ends with, and the counts beside it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from catalog.crawler.products import COLUMNS, PROPERTIES, Row
from catalog.crawler.urls import parse_address

MAX_PROPERTIES = 500
"""Most columns that a shop's own properties make; the rarest are left out."""


def catalogue_rows(
    products: Iterable[Row], picture: Callable[[str], str | None]
) -> tuple[list[Row], dict[str, int]]:
    """Rows of the catalogue, each id once, in the order of their ids.

    Args:
        products: rows of all pages, the surest first.
        picture: gives what is stored of a picture, by the key of its address.

    Returns:
        The rows, and what was noticed on the way.
    """
    by_id: dict[str, Row] = {}
    counts: Counter[str] = Counter()
    for row in products:
        first = by_id.setdefault(row["id"], row)
        if first["name"] != row["name"]:
            counts["ids that two products claim"] += 1
    kept = _commonest(by_id.values())
    rows = [_flat(by_id[key], kept, picture) for key in sorted(by_id)]
    counts["pictures"] = sum("image" in row for row in rows)
    return rows, {name: count for name, count in counts.items() if count}


def _commonest(rows: Iterable[Row]) -> frozenset[str]:
    counts = Counter(name for row in rows for name in row[PROPERTIES])
    named = sorted(counts, key=lambda name: (-counts[name], name))
    return frozenset(named[:MAX_PROPERTIES])


def _flat(row: Row, kept: frozenset[str], picture: Callable[[str], str | None]) -> Row:
    """One object without levels, and without what is not known."""
    address = parse_address(row["image"] or "")
    stored = picture(address.key) if address else None
    cells = {**{name: row.get(name) for name in COLUMNS}, "image": stored}
    taken = {name.casefold() for name in COLUMNS}
    for name, value in sorted(row[PROPERTIES].items()):
        if name in kept:
            cells[f"property {name}" if name.casefold() in taken else name] = value
    return {name: value for name, value in cells.items() if value is not None}


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines, whole or not at all."""
    _replace(path, (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def write_summary(path: Path, summary: Mapping[str, Any]) -> None:
    """Write a JSON document, whole or not at all."""
    _replace(path, [json.dumps(summary, ensure_ascii=False, indent=2) + "\n"])


def _replace(path: Path, texts: Iterable[str] | Iterator[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(texts)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
