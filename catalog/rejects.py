"""What is set aside: rows that make no item; pictures and cells that an item goes without."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from catalog.item import ItemError, shorten
from catalog.readers.source import CatalogueError

MAX_ALLOWED_CHARS = 600
"""Most text of the allowed values that a reason lists."""

SECOND_ITEM = "second item with this id"
"""How the reason of a row begins whose id an earlier one has."""

_MAX_KINDS = 100
_SHOWN_KINDS = 3
_VARYING = re.compile(r"(, did you mean.*$)|( \(.*$)|(; .*$)|(: .*$)|('[^']*')")
_REMEDY = (
    "correct them in the catalogue, or with --schema or --mapping; "
    "or allow more with --max-reject-share"
)


def second_item(first_row: int) -> str:
    """The reason of a row whose id an earlier row has."""
    return f"{SECOND_ITEM}; the first is in row {first_row}: give each its own"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    """One line of rejects.jsonl.

    Attributes:
        row: number in the file, as Row.number.
        item_id: the item's id as far as it is known.
        field: what is at fault: `clothes.color`, `item_id`, `image`, or `row` for all of it.
        value: what stood there, shortened.
        reason: what is wrong, and what to do.
    """

    row: int
    item_id: str
    field: str
    value: str
    reason: str

    @property
    def kind(self) -> str:
        """The reason without what differs from row to row, for counting."""
        reason = re.sub(r"^[\d,]+ (?=characters)", "too many ", self.reason)
        reason = re.sub(r"^\d+ cells", "other cells", reason)
        return f"{self.field}: {_VARYING.sub('', reason).strip()}"


def reject_error(row: int, record: dict[str, object], error: ItemError) -> Reject:
    """What to note of a record that `parse_item` refused."""
    reason = error.reason
    if error.allowed:
        reason += f" (allowed: {_list_allowed(error.allowed)})"
    return Reject(
        row=row, item_id=_id_text(record), field=error.field, value=error.got, reason=reason
    )


def _id_text(record: dict[str, object]) -> str:
    value = record.get("item_id")
    return shorten(value, 256).strip("'\"") if isinstance(value, str | int) else ""


def _list_allowed(allowed: tuple[str, ...]) -> str:
    shown = ""
    for i, value in enumerate(allowed):
        if len(shown) + len(value) > MAX_ALLOWED_CHARS:
            return f"{shown} and {len(allowed) - i} more"
        shown += f", {value}" if shown else value
    return shown


class Rejects:
    """Writes rejects.jsonl and counts."""

    def __init__(self, file: TextIO) -> None:
        """Rejects go to `file`, as JSON Lines."""
        self._file = file
        self._first: dict[str, Reject] = {}
        self.num_rows = 0
        self.faults: Counter[str] = Counter()

    def set_aside(self, reject: Reject) -> None:
        """Note a row that makes no item."""
        self.num_rows += 1
        self.note(reject)

    def note(self, reject: Reject) -> None:
        """Note a picture or cell that its item goes without."""
        self._file.write(json.dumps(asdict(reject), ensure_ascii=False) + "\n")
        self._count(reject)

    def count_anew(self, rejects: Iterable[Reject]) -> None:
        """Count the faults of all lines from the beginning, in another order."""
        self._first.clear()
        self.faults.clear()
        for reject in rejects:
            self._count(reject)

    def _count(self, reject: Reject) -> None:
        kind = reject.kind if len(self.faults) < _MAX_KINDS else "other faults"
        self._first.setdefault(kind, reject)
        self.faults[kind] += 1

    def check_share(self, num_rows: int, max_share: float, path: Path) -> None:
        """Refuse the catalogue if too many of its rows were set aside, or all of them.

        Args:
            num_rows: rows of the catalogue, those set aside included.
            max_share: the share of them that may be set aside, 0 to 1.
            path: where the rejects can be read.

        Raises:
            CatalogueError: with the commonest reasons, an example of each, and the remedy.
        """
        if self.num_rows <= max_share * num_rows and self.num_rows < num_rows:
            return
        reasons = "".join(
            f"\n  {count} x {kind} (first in row {first.row}: {first.value}; {first.reason})"
            for kind, count in self.faults.most_common(_SHOWN_KINDS)
            if (first := self._first[kind])
        )
        raise CatalogueError(
            f"{self.num_rows} of {num_rows} rows were set aside ({self.num_rows / num_rows:.1%}), "
            f"more than the {max_share:.1%} allowed. Commonest reasons:{reasons}\n"
            f"All of them are in {path}; {_REMEDY}"
        )


@contextmanager
def open_rejects(path: Path) -> Iterator[Rejects]:
    """Rejects written to a new file at `path`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield Rejects(file)
