"""From a shop's catalogue to an items folder: `python -m catalog.ingest`.

The catalogue is CSV, JSON Lines or Parquet, a flat table or native items; see catalog/table.py for
what is written. Rows that make no item are set aside and counted. The folder appears whole or not
at all, and the same catalogue gives the same bytes.
"""

import argparse
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from catalog.columns.tally import ColumnTally
from catalog.commands.opened import add_reject_share
from catalog.consolidate.items import MERGED, consolidate
from catalog.disk import disk_fault
from catalog.objects import ObjectsError, ObjectStore, open_objects
from catalog.out_folder import check_replaceable, whole_folder, write_json
from catalog.photos import Photos
from catalog.plan import Plan
from catalog.readers.source import CatalogueError
from catalog.reading import ReadConfig, given_by
from catalog.reject_order import put_in_row_order
from catalog.rejects import Rejects, open_rejects
from catalog.remote import local_catalogue
from catalog.schema import SchemaError
from catalog.table import (
    ENCODER,
    ITEMS,
    MAPPING,
    REJECTS,
    SCHEMA,
    SUMMARY,
    write_items,
    write_tables,
)
from catalog.tally import Tally, without_pictures


@dataclass(frozen=True, kw_only=True)
class IngestConfig(ReadConfig):
    """What to read and where to write it."""

    out: Path
    """The items folder to write; one that is there is replaced."""


def ingest(config: IngestConfig, objects: ObjectStore | None = None) -> dict[str, Any]:
    """Write the items folder and return its summary.

    Args:
        config: what to read and where to write it.
        objects: where pictures go; without it items have none.

    Raises:
        CatalogueError: the catalogue cannot be used, or too much of it is set aside.
        ObjectsError: the object store fails.
    """
    path = config.find()
    _check_out(config.out, path)
    plan = config.plan(path)
    folder = path if path.is_dir() else path.parent
    photos = Photos(folder, objects) if objects else None
    with whole_folder(config.out) as partial:
        summary = {
            "catalogue": path.name,
            "read_as": plan.source.facts(),
            **_write_items(partial, plan, photos, config),
        }
        write_json(partial / SUMMARY, summary)
    return summary


def _check_out(out: Path, catalogue: Path) -> None:
    """Refuse to replace anything but an items folder, and above all the catalogue itself."""
    if catalogue.resolve().is_relative_to(out.resolve()):
        raise CatalogueError(f"{out}: holds the catalogue itself; choose another folder")
    if catalogue.is_dir() and out.resolve().is_relative_to(catalogue.resolve()):
        raise CatalogueError(f"{out}: lies within the catalogue's folder; choose another place")
    check_replaceable(out, SUMMARY, "items folder")


def _write_items(
    partial: Path, plan: Plan, photos: Photos | None, config: IngestConfig
) -> dict[str, object]:
    """Write all but the summary; returns what it says of the items."""
    with open_rejects(partial / REJECTS) as rejects:
        tally = _write_valid(partial / ITEMS, plan, photos, rejects)
    close_rejects(partial, config.out, rejects, tally.num_rows, config.max_reject_share)
    found = consolidate(partial, plan.rules, tally, plan.schema, is_native=plan.flat is None)
    write_json(partial / SCHEMA, plan.schema.to_json())
    write_json(partial / ENCODER, tally.fit.config().to_json())
    if plan.flat is not None:
        write_json(partial / MAPPING, plan.flat.mapping.to_json())
    return {**tally.summary(), **found}


def _write_valid(path: Path, plan: Plan, photos: Photos | None, rejects: Rejects) -> Tally:
    if plan.flat is not None:
        by_columns = ColumnTally(plan.schema, rejects)
        write_tables(path, by_columns.tables(plan, plan.flat, photos))
        return by_columns
    tally = Tally(plan.schema, rejects)
    items = tally.valid_items(plan)
    pictured = photos.store_all(items) if photos else without_pictures(items)
    write_items(path, tally.counted(pictured))
    return tally


def close_rejects(
    partial: Path, out: Path, rejects: Rejects, num_rows: int, max_reject_share: float
) -> None:
    """Put a folder's rejects in order; too many go beside `out`, which is then not written.

    Raises:
        CatalogueError: more than `max_reject_share` of `num_rows` rows were set aside.
    """
    put_in_row_order(partial / REJECTS, rejects)
    failed = out.with_name(f"{out.name}.{REJECTS}")
    failed.unlink(missing_ok=True)
    try:
        rejects.check_share(num_rows, max_reject_share, failed)
    except CatalogueError:
        (partial / REJECTS).replace(failed)
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code: 0, or 2 for input that cannot be used."""
    options = _parser().parse_args(arguments)
    quieten_pictures()
    uri = options.objects or os.environ.get("MODISTE_OBJECTS")
    try:
        with local_catalogue(options.catalogue) as catalogue:
            summary = _ingest(options, catalogue, uri)
    except (CatalogueError, SchemaError, ObjectsError) as error:
        print(f"catalog.ingest: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"catalog.ingest: cannot write {disk_fault(error, options.out)}", file=sys.stderr)
        return 2
    print(_told(summary, options.out, has_objects=bool(uri)))
    return 0


def quieten_pictures() -> None:
    """Keep Pillow's warnings from the command line."""
    # A picture that is far too large is set aside by name; Pillow need not print its warning.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # Nor what it thinks of a camera's broken notes, which are dropped.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


def _ingest(options: argparse.Namespace, catalogue: Path, uri: str | None) -> dict[str, Any]:
    config = IngestConfig(
        catalogue=catalogue,
        out=options.out,
        **given_by(options),
        max_reject_share=options.max_reject_share,
    )
    return ingest(config, open_objects(uri, create=True) if uri else None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m catalog.ingest", description=__doc__)
    add = parser.add_argument
    add(
        "--catalogue",
        required=True,
        help="file, folder that holds one, s3:// or http(s):// address",
    )
    add("--out", type=Path, required=True, help="items folder to write")
    add("--schema", type=Path, help="schema file (JSON); found in the catalogue if absent")
    add("--mapping", type=Path, help="which column is what (JSON); found if absent")
    add("--objects", help="s3://bucket or file:///folder for pictures [MODISTE_OBJECTS]")
    add_reject_share(parser)
    return parser


def _told(summary: Mapping[str, Any], out: Path, *, has_objects: bool) -> str:
    """A summary in a few lines."""
    lines = [
        f"{summary['catalogue']} ({', '.join(map(repr, summary['read_as'].values()))}): "
        f"{summary['rows']} rows, {summary['kept']} items kept, {summary['rejected']} set aside, "
        f"{summary['images']} pictures -> {out}",
        "standard fields (values): "
        + ", ".join(f"{name} ({count})" for name, count in summary["standard"].items()),
        f"reinforced fields: {', '.join(summary['reinforced'])}",
    ]
    if "merged" in summary:
        lines.append(f"duplicates: {summary['merged']} items merged into others, see {MERGED}")
    if "grouped" in summary:
        lines.append(f"variants: {summary['grouped']} items in {summary['groups']} groups found")
    lines += [f"fault: {count} x {kind}" for kind, count in summary["faults"].items()]
    if not has_objects:
        lines.append("pictures were not looked for: no --objects")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
