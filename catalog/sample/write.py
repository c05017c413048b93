"""A sample catalogue on disk: `items.jsonl` and a picture for each item under `images/`."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from catalog.item import parse_item
from catalog.sample.draw.picture import picture_bytes
from catalog.sample.products import SampleItem, sample_items
from catalog.schema import default_schema

TABLE = "items.jsonl"
_CHUNK = 25
_FEW = 60
"""Below this many pictures, starting processes takes longer than drawing."""


def write_catalogue(out: Path, count: int, seed: int, *, processes: int | None = None) -> Path:
    """Write the catalogue; what is in `out` under the same names is replaced.

    The files are the same bytes however many processes draw. The table comes last, so that where
    there is one, its pictures are there too.

    Args:
        out: the folder, made if it is missing.
        count: how many items, at least 1.
        seed: of every choice.
        processes: how many draw pictures; as many as there are cores if None.

    Returns:
        The path of the table.

    Raises:
        ValueError: `count` or `processes` is below 1.
        catalog.item.ItemError: an item does not fit the default schema.
    """
    if processes is not None and processes < 1:
        raise ValueError(f"expected at least one process, got {processes}")
    items = list(sample_items(count, seed))
    schema = default_schema()
    lines = [json.dumps(parse_item(i.record, schema).to_json(), ensure_ascii=False) for i in items]
    (out / "images").mkdir(parents=True, exist_ok=True)
    table = out / TABLE
    table.unlink(missing_ok=True)
    _draw_all(out, items, processes or os.cpu_count() or 1)
    partial = table.with_suffix(".partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    partial.replace(table)
    return table


def _draw_all(out: Path, items: Sequence[SampleItem], processes: int) -> None:
    chunks = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
    if processes == 1 or len(items) < _FEW:
        for chunk in chunks:
            _draw(out, chunk)
        return
    # Spawned, not forked: a caller with threads must not hang in a copied lock.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future in [pool.submit(_draw, out, chunk) for chunk in chunks]:
            future.result()


def _draw(out: Path, items: Sequence[SampleItem]) -> None:
    for item in items:
        picture = picture_bytes(item.design, item.colourway)
        (out / "images" / f"{item.item_id}.jpg").write_bytes(picture)
