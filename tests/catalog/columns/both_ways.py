"""A catalogue taken by rows and by columns, each with all that comes out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.columns.tally import ColumnTally
from catalog.mapping import ColumnMapping
from catalog.objects import FolderObjects
from catalog.photos import Photos
from catalog.plan import Plan, make_plan
from catalog.readers.detect import open_source
from catalog.rejects import open_rejects
from catalog.schema import Schema
from catalog.table import write_items, write_tables
from catalog.tally import Tally, without_pictures


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a catalogue."""

    items: bytes
    rejects: str
    summary: dict[str, Any]
    encoder: dict[str, int]


def plan_of(path: Path, schema: Schema | None = None, mapping: object = None) -> Plan:
    """How a file is read."""
    known = ColumnMapping.from_json(mapping) if mapping else None
    source = open_source(path, known.options if known else None)
    return make_plan(source, schema=schema, mapping=known)


def by_rows(plan: Plan, folder: Path, photos: Photos | None = None) -> Written:
    """Each row made an item on its own."""
    with open_rejects(folder / "rows.jsonl") as rejects:
        tally = Tally(plan.schema, rejects)
        items = tally.valid_items(plan)
        pictured = photos.store_all(items) if photos else without_pictures(items)
        write_items(folder / "rows.parquet", tally.counted(pictured))
    return _written(tally, folder, "rows")


def by_columns(plan: Plan, folder: Path, photos: Photos | None = None) -> Written:
    """The same by columns."""
    assert plan.flat is not None
    with open_rejects(folder / "columns.jsonl") as rejects:
        tally = ColumnTally(plan.schema, rejects)
        write_tables(folder / "columns.parquet", tally.tables(plan, plan.flat, photos))
    return _written(tally, folder, "columns")


def photos_of(folder: Path, store: Path) -> Photos:
    """Pictures beside a catalogue, put into a folder."""
    store.mkdir(parents=True)
    return Photos(folder, FolderObjects(store))


def _written(tally: Tally, folder: Path, name: str) -> Written:
    return Written(
        items=(folder / f"{name}.parquet").read_bytes(),
        rejects=(folder / f"{name}.jsonl").read_text(encoding="utf-8"),
        summary=tally.summary(),
        encoder=tally.fit.config().to_json(),
    )
