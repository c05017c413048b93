"""`python -m catalog convert`: any catalogue as native items, in JSON Lines or Parquet."""

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from catalog.commands.opened import add_arguments, add_reject_share, opened
from catalog.disk import whole_files
from catalog.item import Item
from catalog.out_folder import check_apart
from catalog.readers.source import CatalogueError
from catalog.rejects import open_rejects
from catalog.table import write_items
from catalog.tally import Tally


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add_arguments(parser)
    parser.add_argument(
        "--out", type=Path, required=True, help="file to write, *.jsonl or *.parquet"
    )
    add_reject_share(parser)


def run(options: argparse.Namespace) -> int:
    """Write the items, whole or not at all, and beside them what was set aside."""
    out: Path = options.out
    write = _writer(out)
    aside = out.with_name(f"{out.name}.rejects.jsonl")
    with whole_files(out) as [partial]:
        with (
            opened(options) as catalogue,
            whole_files(aside) as [rejected],
            open_rejects(rejected) as rejects,
        ):
            check_apart(out, catalogue.path)
            plan = catalogue.plan()
            tally = Tally(plan.schema, rejects)
            # A picture's path stays what it was: pictures are not moved here.
            write(partial, (item for _, item in tally.valid_items(plan)))
        if not rejects.faults:
            aside.unlink()
        rejects.check_share(tally.num_rows, options.max_reject_share, aside)
    kept = tally.num_rows - rejects.num_rows
    where = f" -> {aside}" if rejects.faults else ""
    print(f"{tally.num_rows} rows, {kept} items -> {out}, {rejects.num_rows} set aside{where}")
    return 0


def _write_lines(path: Path, items: Iterable[Item]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for item in items:
            file.write(json.dumps(item.to_json(), ensure_ascii=False) + "\n")


_WRITERS: dict[str, Callable[[Path, Iterable[Item]], None]] = {
    ".jsonl": _write_lines,
    ".parquet": write_items,
}


def _writer(out: Path) -> Callable[[Path, Iterable[Item]], None]:
    if out.suffix not in _WRITERS:
        raise CatalogueError(f"--out {out}: expected a name that ends in {' or '.join(_WRITERS)}")
    return _WRITERS[out.suffix]
