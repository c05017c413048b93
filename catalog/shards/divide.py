"""A look through a whole catalogue, which ends in a plan for its shards."""

from dataclasses import dataclass

from catalog.readers.source import ReadOptions
from catalog.reading import ReadConfig
from catalog.shards.content import content_digest
from catalog.shards.plan import ShardPlan

MAX_SHARDS = 1_000


@dataclass(frozen=True, kw_only=True)
class PlanConfig(ReadConfig):
    """What to read, and how many shards to make of it."""

    num_shards: int
    """1..`MAX_SHARDS`."""

    def __post_init__(self) -> None:
        """Raise ValueError for a number of shards, or a share, that is none."""
        super().__post_init__()
        if not 1 <= self.num_shards <= MAX_SHARDS:
            raise ValueError(f"shards: expected 1..{MAX_SHARDS}, got {self.num_shards}")


def plan_shards(config: PlanConfig) -> ShardPlan:
    """Look through a whole catalogue, decide how to read it, and divide it.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    path = config.find()
    plan = config.plan(path)
    return ShardPlan(
        catalogue=path.name,
        content=content_digest(path),
        read_as=plan.source.facts(),
        options=config.mapping.options if config.mapping else ReadOptions(),
        num_rows=sum(1 for _ in plan.source.rows()),
        num_shards=config.num_shards,
        max_reject_share=config.max_reject_share,
        schema=plan.schema,
        rules=plan.rules,
        mapping=plan.flat.mapping if plan.flat else None,
        profiles=plan.flat.profiles if plan.flat else {},
    )
