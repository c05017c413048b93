"""Counts, digests and sets aside while the items of a catalogue pass, one at a time."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from catalog.fit import EncoderFit
from catalog.item import Item, ItemError, parse_item, shorten
from catalog.photos import Pictured
from catalog.plan import Plan
from catalog.readers.source import Row
from catalog.rejects import Reject, Rejects, reject_error, second_item
from catalog.schema import Schema


def without_pictures(items: Iterable[tuple[int, Item]]) -> Iterator[Pictured]:
    """Items for which there is no object store: a path beside the catalogue would be no key."""
    for row, item in items:
        yield Pictured(row=row, item=replace(item, image=None))


def check_row(row: Row, plan: Plan) -> tuple[Item | None, list[Reject]]:
    """A row's item and the cells that it goes without; None and why, where it makes none."""
    if row.fault:
        return None, [_reject(row, Item(), "row", row.raw, row.fault)]
    record, faults = plan.record(row.values)
    try:
        item = parse_item(record, plan.schema)
    except ItemError as error:
        return None, [reject_error(row.number, record, error)]
    return item, [_reject(row, item, fault.field, fault.value, fault.reason) for fault in faults]


def second_with_id(row: int, item_id: str, first: int) -> Reject:
    """What to note of an item whose id one in the row `first` has."""
    return Reject(
        row=row,
        item_id=item_id,
        field="item_id",
        value=shorten(item_id),
        reason=second_item(first),
    )


class Tally:
    """Counts, digests and fits while items pass, one at a time."""

    def __init__(self, schema: Schema, rejects: Rejects) -> None:
        """Items of `schema`; what is set aside goes to `rejects`."""
        self.num_rows = 0
        self._schema = schema
        self._rejects = rejects
        self.start_again()

    def start_again(self) -> None:
        """Forget the items that were counted: others, made of them, will pass."""
        self.fit = EncoderFit(self._schema)
        self.num_kept = self.num_images = 0
        self._digest = hashlib.sha256()

    def valid_items(self, plan: Plan) -> Iterator[tuple[int, Item]]:
        """Row number and item of every row that makes one; the others are set aside."""
        first_row: dict[str, int] = {}
        for row in plan.source.rows():
            self.num_rows += 1
            item = self._item(row, plan)
            if item is None:
                continue
            if (first := first_row.setdefault(item.item_id, row.number)) != row.number:
                self._rejects.set_aside(second_with_id(row.number, item.item_id, first))
                continue
            yield row.number, item

    def _item(self, row: Row, plan: Plan) -> Item | None:
        item, rejects = check_row(row, plan)
        for reject in rejects:
            (self._rejects.note if item else self._rejects.set_aside)(reject)
        return item

    def counted(self, pictured: Iterable[Pictured]) -> Iterator[Item]:
        """Pass items on, and note what their pictures lack."""
        for one in pictured:
            self.note_picture(one)
            self.num_kept += 1
            self.num_images += one.item.image is not None
            self.fit.add(one.item)
            line = json.dumps(one.item.to_json(), ensure_ascii=False, sort_keys=True)
            self._digest.update(f"{line}\n".encode())
            yield one.item

    def note_picture(self, one: Pictured) -> None:
        """Note what an item's picture lacks."""
        if one.fault:
            self._rejects.note(_reject(one, one.item, "image", one.got, one.fault))

    def summary(self) -> dict[str, object]:
        """What summary.json holds, when all items have passed."""
        digest = self._digest.copy()
        digest.update(self._schema.digest().encode())
        return {
            "rows": self.num_rows,
            "kept": self.num_kept,
            "rejected": self._rejects.num_rows,
            "images": self.num_images,
            "standard": {name: len(values) for name, values in self._schema.standard.items()},
            "reinforced": list(self._schema.reinforced),
            "faults": dict(self._rejects.faults.most_common()),
            "schema_digest": self._schema.digest(),
            "data_digest": digest.hexdigest(),
        }


def _reject(row: Row | Pictured, item: Item, field: str, value: object, reason: str) -> Reject:
    number = row.number if isinstance(row, Row) else row.row
    return Reject(
        row=number, item_id=item.item_id, field=field, value=shorten(value), reason=reason
    )
