"""One pass over a catalogue that gathers everything the report says."""

from typing import Any

from catalog.commands.opened import Opened
from catalog.digest import content_key
from catalog.item import Item, ItemError, parse_item, shorten
from catalog.layouts.tables import known_table
from catalog.plan import Plan
from catalog.readers.source import Row
from catalog.rejects import Reject, reject_error
from catalog.report.columns import Columns
from catalog.report.duplicates import Groups
from catalog.report.fields import Fields
from catalog.report.pictures import PictureReport
from catalog.report.refused import Refused


def gather(catalogue: Opened, *, max_pictures: int) -> dict[str, Any]:
    """What a catalogue is like.

    Args:
        catalogue: what to look at.
        max_pictures: pictures beside it that are opened, at most.

    Returns:
        JSON: `catalogue`, `read_as`, `layout`, `rows`, `kept`, `rejected`, `columns`, `fields`,
        `rejects`, `duplicates`, `pictures`.

    Raises:
        CatalogueError: no row can be read, or no schema or id is in them.
    """
    plan = catalogue.plan()
    gathered = _Gathered(catalogue, plan, max_pictures)
    for row in plan.source.rows():
        gathered.add(row)
    return gathered.to_json()


class _Gathered:
    """The report's parts while rows pass."""

    def __init__(self, catalogue: Opened, plan: Plan, max_pictures: int) -> None:
        path = catalogue.path
        self._catalogue, self._plan = catalogue, plan
        self._columns, self._fields = Columns(), Fields(plan.schema, is_inferred=plan.is_inferred)
        self._refused, self._same = Refused(), Groups()
        self._pictures = PictureReport(path if path.is_dir() else path.parent, max_pictures)
        self._ids: dict[str, int] = {}
        self._num_rows = self._num_kept = 0

    def add(self, row: Row) -> None:
        """Look at one row."""
        self._num_rows += 1
        if row.fault:
            self._refused.add(
                Reject(
                    row=row.number,
                    item_id="",
                    field="row",
                    value=shorten(row.raw),
                    reason=row.fault,
                )
            )
            return
        self._columns.add(row.values)
        record, faults = self._plan.record(row.values)
        self._fields.add_record(record)
        try:
            item = parse_item(record, self._plan.schema)
        except ItemError as error:
            self._refused.add(reject_error(row.number, record, error))
            return
        if self._is_second(row, item):
            return
        for fault in faults:
            self._refused.add_cell(
                Reject(
                    row=row.number,
                    item_id=item.item_id,
                    field=fault.field,
                    value=shorten(fault.value),
                    reason=fault.reason,
                )
            )
        self._keep(item)

    def _is_second(self, row: Row, item: Item) -> bool:
        first = self._ids.setdefault(item.item_id, row.number)
        if first == row.number:
            return False
        reason = f"second item with this id; the first is in row {first}"
        self._refused.add(
            Reject(
                row=row.number,
                item_id=item.item_id,
                field="item_id",
                value=item.item_id,
                reason=reason,
            )
        )
        return True

    def _keep(self, item: Item) -> None:
        self._num_kept += 1
        self._fields.add_item(item)
        self._pictures.add(item)
        if (key := content_key(item)) is not None:
            self._same.add(key, item.item_id)

    def to_json(self) -> dict[str, Any]:
        """The report."""
        known = known_table(self._columns.columns)
        layout = known.name if known else "flat table" if self._plan.flat else "items"
        return {
            "catalogue": self._catalogue.path.name,
            "read_as": self._catalogue.source.facts(),
            "layout": layout,
            "rows": self._num_rows,
            "kept": self._num_kept,
            "rejected": self._num_rows - self._num_kept,
            "columns": self._columns.to_json(),
            "fields": self._fields.to_json(),
            "rejects": self._refused.to_json(),
            "duplicates": self._same.to_json(),
            "pictures": self._pictures.to_json(),
        }
