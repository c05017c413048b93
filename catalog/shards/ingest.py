"""The items of one shard: a folder that `catalog.shards.join` joins with the others.

items.parquet   items of the shard's rows, each id once
rows.npy        the row of each of them in the whole catalogue, int64
rejects.jsonl   what was set aside
shard.json      which shard of which plan, and how many rows; written last
"""

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.objects import ObjectStore
from catalog.out_folder import check_replaceable, whole_folder, write_json
from catalog.photos import Photos, Pictured
from catalog.readers.detect import find_catalogue
from catalog.readers.source import CatalogueError
from catalog.rejects import open_rejects
from catalog.shards.plan import ShardPlan
from catalog.table import ITEMS, REJECTS, write_items
from catalog.tally import Tally, without_pictures

ROWS, SHARD = "rows.npy", "shard.json"


@dataclass(frozen=True, kw_only=True)
class Shard:
    """What shard.json says.

    Attributes:
        number: 1..num_shards.
        num_shards: of the plan.
        plan: the plan's digest.
        num_rows: rows of the shard.
        num_rejected: those of them that made no item.
    """

    number: int
    num_shards: int
    plan: str
    num_rows: int
    num_rejected: int

    def to_json(self) -> dict[str, object]:
        """The document; `load_shard` reads it back."""
        return {
            "shard": self.number,
            "shards": self.num_shards,
            "plan": self.plan,
            "rows": self.num_rows,
            "rejected": self.num_rejected,
        }


def ingest_shard(
    plan: ShardPlan, number: int, catalogue: Path, out: Path, objects: ObjectStore | None = None
) -> Shard:
    """Write the folder of one shard; it appears whole or not at all.

    Args:
        plan: what all shards agree on.
        number: which shard, 1..plan.num_shards.
        catalogue: the catalogue that was planned; pictures are looked for beside it.
        out: the folder to write; one of a shard that is there is replaced.
        objects: where pictures go; without it items have none.

    Raises:
        CatalogueError: the number is none of the plan's, or the catalogue is another.
        ObjectsError: the object store fails.
    """
    plan.check_shard(number)
    check_replaceable(out, SHARD, "shard's folder")
    path = find_catalogue(catalogue)
    opened = plan.opened(path, number)
    photos = Photos(path if path.is_dir() else path.parent, objects) if objects else None
    rows = array("q")
    with whole_folder(out) as partial:
        with open_rejects(partial / REJECTS) as rejects:
            tally = Tally(plan.schema, rejects)
            items = tally.valid_items(opened)
            pictured = photos.store_all(items) if photos else without_pictures(items)
            write_items(partial / ITEMS, tally.counted(_noting(pictured, rows)))
        np.save(partial / ROWS, np.frombuffer(rows, np.int64))
        shard = Shard(
            number=number,
            num_shards=plan.num_shards,
            plan=plan.digest(),
            num_rows=tally.num_rows,
            num_rejected=rejects.num_rows,
        )
        write_json(partial / SHARD, shard.to_json())
    return shard


def _noting(pictured: Iterable[Pictured], rows: "array[int]") -> Iterator[Pictured]:
    """Pass items on, and note their rows."""
    for one in pictured:
        rows.append(one.row)
        yield one


def load_shard(folder: Path) -> Shard:
    """What a shard's folder says of itself.

    Raises:
        CatalogueError: it is not the folder of a shard.
    """
    try:
        document = json.loads((folder / SHARD).read_text(encoding="utf-8"))
        return Shard(
            number=document["shard"],
            num_shards=document["shards"],
            plan=document["plan"],
            num_rows=document["rows"],
            num_rejected=document["rejected"],
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CatalogueError(
            f"{folder}: expected a folder that python -m catalog.shards ingest wrote, got "
            f"{type(error).__name__}: {error}"
        ) from error


def load_rows(folder: Path) -> NDArray[np.int64]:
    """The rows of a shard's items in the whole catalogue, int64 [items]."""
    rows: NDArray[np.int64] = np.load(folder / ROWS, allow_pickle=False)
    return rows
