"""A look through a whole catalogue, which ends in a plan for its shards."""

from dataclasses import dataclass
from pathlib import Path

from catalog.mapping import ColumnMapping
from catalog.plan import make_plan
from catalog.readers.detect import find_catalogue, open_source
from catalog.readers.source import ReadOptions
from catalog.schema import Schema
from catalog.shards.content import content_digest
from catalog.shards.plan import ShardPlan

MAX_SHARDS = 1_000


@dataclass(frozen=True, kw_only=True)
class PlanConfig:
    """What is given of a catalogue, as for `catalog.ingest`, and how many shards to make of it."""

    catalogue: Path
    """The catalogue's file, or a folder that holds one."""
    num_shards: int
    """1..`MAX_SHARDS`."""
    schema: Schema | None = None
    """The fields; found in the catalogue if None."""
    mapping: ColumnMapping | None = None
    """Which column is what; found in the catalogue as far as it does not say."""
    max_reject_share: float = 0.05
    """The share of all rows that may be set aside, 0 to 1."""

    def __post_init__(self) -> None:
        """Raise ValueError for a number of shards, or a share, that is none."""
        if not 1 <= self.num_shards <= MAX_SHARDS:
            raise ValueError(f"shards: expected 1..{MAX_SHARDS}, got {self.num_shards}")
        if not 0 <= self.max_reject_share <= 1:
            raise ValueError(
                f"max_reject_share: expected a share from 0 to 1, got {self.max_reject_share}"
            )


def plan_shards(config: PlanConfig) -> ShardPlan:
    """Look through a whole catalogue, decide how to read it, and divide it.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    path = find_catalogue(config.catalogue)
    options = config.mapping.options if config.mapping else ReadOptions()
    source = open_source(path, options)
    plan = make_plan(
        source,
        schema=config.schema,
        mapping=config.mapping,
        max_reject_share=config.max_reject_share,
    )
    return ShardPlan(
        catalogue=path.name,
        content=content_digest(path),
        read_as=source.facts(),
        options=options,
        num_rows=sum(1 for _ in source.rows()),
        num_shards=config.num_shards,
        max_reject_share=config.max_reject_share,
        schema=plan.schema,
        mapping=plan.flat.mapping if plan.flat else None,
        profiles=plan.flat.profiles if plan.flat else {},
    )
