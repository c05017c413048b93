"""`python -m catalog inspect`: how a catalogue is read, and what its columns hold."""

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.commands.opened import Opened, add_arguments, opened
from catalog.layouts.tables import known_table
from catalog.native import NativeFields, is_native
from catalog.profile import ColumnProfile, profile_rows
from catalog.readers.source import Row

_SHOWN_VALUES = 5
_SHOWN_FAULTS = 5
_SHOWN_CHARS = 40


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print what is there; 0 unless it cannot be read."""
    with opened(options) as catalogue:
        found = inspect(catalogue)
    print(json.dumps(found, ensure_ascii=False, indent=2) if options.json else _told(found))
    return 0


def inspect(catalogue: Opened) -> dict[str, Any]:
    """What a catalogue holds, before anything is decided.

    Returns:
        `catalogue`, `read_as`, `layout` (`flat table`, `items`, or the name of a known table),
        `rows`, `unreadable` rows with the first `faults`, and `columns`: share `filled`, number of
        `distinct` values, the commonest `values`.
    """
    faults: list[str] = []
    count = _Counted()
    rows = count.passing(catalogue.source.rows(), faults)
    if is_native(catalogue.source.rows()):
        layout, columns = "items", _native_columns(NativeFields(rows))
    else:
        profiles = profile_rows(rows)
        known = known_table(profiles)
        layout = known.name if known else "flat table"
        columns = {name: _column(profile, count.rows) for name, profile in profiles.items()}
    return {
        "catalogue": catalogue.path.name,
        "read_as": catalogue.source.facts(),
        "layout": layout,
        "rows": count.rows + count.unreadable,
        "unreadable": count.unreadable,
        "faults": faults,
        "columns": columns,
    }


class _Counted:
    """Rows while they pass."""

    def __init__(self) -> None:
        self.rows = self.unreadable = 0

    def passing(self, rows: Iterator[Row], faults: list[str]) -> Iterator[Row]:
        for row in rows:
            if row.fault:
                self.unreadable += 1
                if len(faults) < _SHOWN_FAULTS:
                    faults.append(f"row {row.number}: {row.fault}; got {row.raw[:80]!r}")
                continue
            self.rows += 1
            yield row


def _column(profile: ColumnProfile, num_rows: int) -> dict[str, Any]:
    return {
        "filled": round(profile.filled / max(1, num_rows), 4),
        "distinct": profile.distinct,
        "more_than_counted": profile.uncounted > 0,
        "values": dict(profile.counts.most_common(_SHOWN_VALUES)),
    }


def _native_columns(fields: NativeFields) -> dict[str, Any]:
    standard = {
        f"clothes.{name}": {
            "distinct": len(counts),
            "values": dict(counts.most_common(_SHOWN_VALUES)),
        }
        for name, counts in fields.values.items()
    }
    texts = {
        f"reinforced_feature_value.{name}": {
            "filled": round(number / max(1, fields.num_rows), 4),
        }
        for name, number in fields.texts.items()
    }
    return standard | texts


def _told(found: Mapping[str, Any]) -> str:
    read_as = ", ".join(f"{name} {value!r}" for name, value in found["read_as"].items())
    lines = [
        f"{found['catalogue']}: {found['layout']} ({read_as}), {found['rows']} rows, "
        f"{found['unreadable']} of them unreadable",
        *(f"  {fault}" for fault in found["faults"]),
    ]
    width = max(map(len, found["columns"]), default=0)
    lines += [f"{name:{width}}  {_told_column(of)}" for name, of in found["columns"].items()]
    return "\n".join(lines)


def _told_column(column: Mapping[str, Any]) -> str:
    filled = f"{column['filled']:6.1%} filled" if "filled" in column else ""
    if "distinct" not in column:
        return filled
    more = "+" if column.get("more_than_counted") else ""
    values = ", ".join(map(_shorten, column["values"]))
    return f"{filled}  {column['distinct']}{more} values: {values}".lstrip()


def _shorten(value: str) -> str:
    return value if len(value) <= _SHOWN_CHARS else f"{value[: _SHOWN_CHARS - 1]}…"
