"""Which items are new, gone or changed, by the digests that ingest wrote."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from catalog.digest import DIGEST_BYTES
from catalog.items_file import ItemsFile
from catalog.table import DIGEST, ITEMS

_SCHEMA = pa.schema(
    [
        pa.field("item_id", pa.string(), nullable=False),
        pa.field(DIGEST, pa.binary(DIGEST_BYTES), nullable=False),
    ]
)
_EXAMPLES = 10


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How many items differ, and the first ids of each kind."""

    num_old: int
    num_new: int
    added: int
    gone: int
    changed: int
    examples: dict[str, list[str]]


def find_changes(old: Path, new: Path) -> Changes:
    """Compare two items folders item by item.

    Raises:
        CatalogueError: one is no items folder, or from before there were digests.
    """
    before, after = _digests(old), _digests(new)
    place = pc.index_in(after["item_id"], before["item_id"])
    is_added = pc.is_null(place)
    # Null where an item is new, and so not among those that differ.
    is_changed = pc.not_equal(before[DIGEST].take(place), after[DIGEST])
    is_gone = pc.invert(pc.is_in(before["item_id"], after["item_id"]))
    ids = {
        "added": after["item_id"].filter(is_added),
        "gone": before["item_id"].filter(is_gone),
        "changed": after["item_id"].filter(is_changed),
    }
    return Changes(
        num_old=len(before),
        num_new=len(after),
        **{name: len(found) for name, found in ids.items()},
        examples={name: found[:_EXAMPLES].to_pylist() for name, found in ids.items()},
    )


def _digests(folder: Path) -> pa.Table:
    batches = ItemsFile(folder / ITEMS).digests()
    return pa.Table.from_batches(batches, _SCHEMA).combine_chunks()
