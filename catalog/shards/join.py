"""Folders of shards become one items folder, that of an ingest of the whole catalogue.

Items go once more through what counts, digests and fits them, in the order of the catalogue, so
that what is written is the same by construction; rows are not read again, nor pictures. An id that
an earlier shard has is set aside here, in the words of the whole.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalog.consolidate.items import consolidate
from catalog.ingest import close_rejects
from catalog.item import Item, shorten
from catalog.out_folder import check_replaceable, whole_folder, write_json
from catalog.photos import Pictured
from catalog.readers.source import CatalogueError
from catalog.reject_order import read_rejects
from catalog.rejects import SECOND_ITEM, Reject, Rejects, open_rejects, second_item
from catalog.shards.ingest import Shard, load_rows, load_shard
from catalog.shards.plan import ShardPlan
from catalog.table import (
    ENCODER,
    ITEMS,
    MAPPING,
    REJECTS,
    SCHEMA,
    SUMMARY,
    read_items,
    write_items,
)
from catalog.tally import Tally


@dataclass(frozen=True, kw_only=True)
class JoinConfig:
    """What to join."""

    plan: ShardPlan
    """What the shards were made by."""
    shards: Sequence[Path]
    """The folder of every shard, in any order."""
    out: Path
    """The items folder to write; one that is there is replaced."""


def join_shards(config: JoinConfig) -> dict[str, Any]:
    """Write the items folder and return its summary.

    Raises:
        CatalogueError: a shard is missing, twice there or of another plan, or too many rows of the
            whole catalogue were set aside.
    """
    plan = config.plan
    check_replaceable(config.out, SUMMARY, "items folder")
    folders = _in_order(config.shards, plan)
    with whole_folder(config.out) as partial:
        with open_rejects(partial / REJECTS) as rejects:
            joined = _Joined(folders, Tally(plan.schema, rejects), rejects)
            write_items(partial / ITEMS, joined.tally.counted(joined.items()))
        close_rejects(partial, config.out, rejects, joined.tally.num_rows, plan.max_reject_share)
        found = consolidate(
            partial, plan.rules, joined.tally, plan.schema, is_native=plan.mapping is None
        )
        write_json(partial / SCHEMA, plan.schema.to_json())
        write_json(partial / ENCODER, joined.tally.fit.config().to_json())
        if plan.mapping is not None:
            write_json(partial / MAPPING, plan.mapping.to_json())
        summary = {
            "catalogue": plan.catalogue,
            "read_as": dict(plan.read_as),
            **joined.tally.summary(),
            **found,
        }
        write_json(partial / SUMMARY, summary)
    return summary


def _in_order(folders: Sequence[Path], plan: ShardPlan) -> list[tuple[Path, Shard]]:
    """The folders by number; every shard of the plan, once."""
    found: dict[int, tuple[Path, Shard]] = {}
    for folder in folders:
        shard = load_shard(folder)
        if shard.plan != plan.digest():
            raise CatalogueError(
                f"{folder}: expected a shard of this plan, {plan.digest()[:12]}, got one of "
                f"{shard.plan[:12]}; ingest it with this plan"
            )
        if shard.number in found:
            raise CatalogueError(
                f"{folder}: shard {shard.number}/{plan.num_shards} is there already, in "
                f"{found[shard.number][0]}; give each once"
            )
        found[shard.number] = (folder, shard)
    missing = sorted(set(range(1, plan.num_shards + 1)) - set(found))
    if missing:
        raise CatalogueError(
            f"shards: expected all {plan.num_shards}, got none of number "
            f"{', '.join(map(str, missing[:20]))}; run python -m catalog.shards ingest --shard "
            f"{missing[0]}/{plan.num_shards}"
        )
    return [found[number] for number in sorted(found)]


class _Joined:
    """The items of all shards, each id once, and what was set aside of them."""

    def __init__(self, folders: list[tuple[Path, Shard]], tally: Tally, rejects: Rejects) -> None:
        self.tally = tally
        self._folders = folders
        self._rejects = rejects
        self._first_row: dict[str, int] = {}

    def items(self) -> Iterator[Pictured]:
        """All items in order; what was set aside of a shard is noted after its last one."""
        for folder, shard in self._folders:
            second: dict[int, Reject] = {}
            for row, item in zip(
                load_rows(folder).tolist(), read_items(folder / ITEMS), strict=True
            ):
                first = self._first_row.setdefault(item.item_id, row)
                if first == row:
                    yield Pictured(row=row, item=item)
                else:
                    second[row] = _second(row, item, first)
            self.tally.num_rows += shard.num_rows
            self._rejects.num_rows += shard.num_rejected + len(second)
            for reject in self._set_aside(folder, second):
                self._rejects.note(reject)

    def _set_aside(self, folder: Path, second: dict[int, Reject]) -> Iterator[Reject]:
        """A shard's rejects in the words of the whole, and those of `second`, by row."""
        kept = (
            self._of_whole(reject)
            for reject in read_rejects(folder / REJECTS)
            # The picture of an item that is none is not looked for.
            if not (reject.row in second and reject.field == "image")
        )
        by_row = sorted(kept, key=lambda reject: reject.row)
        return heapq.merge(by_row, second.values(), key=lambda reject: reject.row)

    def _of_whole(self, reject: Reject) -> Reject:
        """The same, but the first row with an id may lie in an earlier shard."""
        if reject.field != "item_id" or not reject.reason.startswith(SECOND_ITEM):
            return reject
        return replace(reject, reason=second_item(self._first_row[reject.item_id]))


def _second(row: int, item: Item, first_row: int) -> Reject:
    return Reject(
        row=row,
        item_id=item.item_id,
        field="item_id",
        value=shorten(item.item_id),
        reason=second_item(first_row),
    )
