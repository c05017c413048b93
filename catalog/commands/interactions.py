"""`python -m catalog interactions`: who bought what and when, checked against the items."""

import argparse
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from catalog.commands.opened import add_reject_share
from catalog.consolidate.items import read_merged
from catalog.disk import whole_files, write_whole
from catalog.interactions.batches import read_batches
from catalog.interactions.check import SCHEMA, Checked, InteractionColumns
from catalog.mapping import ColumnMapping
from catalog.out_folder import check_apart
from catalog.readers.source import CatalogueError
from catalog.remote import local_catalogue
from catalog.table import ITEMS, MAPPING, opened_items

_HELP = {
    "user": "column of the user's id",
    "item": "column of the item's id",
    "time": "column of the day, or the day and the time",
    "price": "column of the price; '' for none",
    "channel": "column of the channel; '' for none",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    parser.add_argument("table", help="CSV, packed with gzip or not, or Parquet, or its address")
    parser.add_argument("--items", type=Path, required=True, help="items folder that ingest wrote")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file to write")
    for name, told in _HELP.items():
        default = getattr(InteractionColumns, name)
        parser.add_argument(f"--{name}", default=default, help=f"{told} [{default}]")
    parser.add_argument("--delimiter", default=",", help="of a CSV [,]")
    add_reject_share(parser)


def run(options: argparse.Namespace) -> int:
    """Write what is kept, whole or not at all, and beside it what was set aside."""
    for name in ("user", "item", "time"):
        if not getattr(options, name):
            raise CatalogueError(f"--{name}: expected a column's name, got none")
    columns = InteractionColumns(
        user=options.user,
        item=options.item,
        time=options.time,
        price=options.price or None,
        channel=options.channel or None,
    )
    known = _known_items(options.items / ITEMS)
    checked = Checked(columns, known, read_merged(options.items), _digits(options.items))
    out: Path = options.out
    aside = out.with_name(f"{out.name}.rejects.jsonl")
    with local_catalogue(options.table) as table, whole_files(out) as [partial]:
        check_apart(out, table)
        _write(table, options.delimiter, checked, partial)
        _write_examples(aside, checked)
        _check_share(checked, options.max_reject_share, aside)
    print(json.dumps(checked.summary() | {"out": str(out)}, ensure_ascii=False))
    return 0


def _write(table: Path, delimiter: str, checked: Checked, out: Path) -> None:
    def malformed(row: pa_csv.InvalidRow) -> str:
        checked.malformed(row.actual_columns, row.expected_columns, row.text)
        return "skip"

    names = checked.columns.named()
    with pq.ParquetWriter(out, SCHEMA, compression="zstd") as writer:
        for batch in read_batches(table, names, malformed, delimiter):
            writer.write_batch(checked.kept(batch))


def _digits(items: Path) -> int | None:
    """Of the catalogue's ids, if its mapping says so; native items have none."""
    if not (items / MAPPING).exists():
        return None
    mapping = ColumnMapping.load(items / MAPPING)
    return mapping.digits.get(mapping.item_id or "")


def _known_items(items: Path) -> pa.Array:
    with opened_items(items) as file:
        return file.read(columns=["item_id"]).column("item_id").combine_chunks()


def _write_examples(aside: Path, checked: Checked) -> None:
    """The first rows that were set aside, in a file that is there only if there are any."""
    if checked.examples:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in checked.examples)
        write_whole({aside: "".join(lines)})
    else:
        aside.unlink(missing_ok=True)


def _check_share(checked: Checked, max_share: float, aside: Path) -> None:
    """Refuse a table that mostly does not fit.

    Raises:
        CatalogueError: nothing is kept, or too much is set aside.
    """
    num_bad = checked.num_rows - checked.num_kept
    if not checked.num_rows:
        raise CatalogueError("the table is empty: expected a row for each interaction")
    if num_bad > max_share * checked.num_rows or not checked.num_kept:
        commonest = "; ".join(f"{n} x {fault}" for fault, n in checked.faults.most_common(3))
        raise CatalogueError(
            f"{num_bad} of {checked.num_rows} rows set aside, expected at most {max_share:.0%}: "
            f"{commonest}; see {aside}, or allow more with --max-reject-share"
        )
