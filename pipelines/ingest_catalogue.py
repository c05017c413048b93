"""A large catalogue, or a shop's pages, as an items folder: its shards are ingested side by side.

1. crawl: where `contact` is given, the shop's pages become the catalogue.
2. plan: schema and mapping are found in the whole catalogue, and its rows divided.
3. ingest: each shard's items, many at once.
4. join: one items folder, that of an ingest of the whole.
5. report: what the catalogue holds and lacks, beside 2 to 4.

`train_and_deploy` and `refresh_index` go on from there: the `items.parquet` of the folder is a
catalogue to them, its pictures stored. Run again at any moment it ends in the same state.
"""

from kfp import dsl

from components.crawl import crawl
from components.ingest_shard import ingest_shard
from components.join_shards import join_shards
from components.plan_shards import plan_shards
from components.report_catalogue import report_catalogue
from pipelines.on_kubernetes import on_kubernetes

PARALLEL_SHARDS = 16
"""Shards that are ingested at once. KFP takes no parameter for it; `pipelines.compile` takes
`--parallel-shards`."""


@dsl.pipeline(name="ingest-in-shards", display_name="Ingest in shards")
def ingest_in_shards(
    catalogue: str,
    shards: int,
    schema: str,
    mapping: str,
    max_reject_share: float,
    max_pictures: int,
) -> None:
    """Steps 2 to 5, whose parameters are those of `ingest_catalogue`."""
    planned = plan_shards(
        catalogue=catalogue,
        shards=shards,
        schema=schema,
        mapping=mapping,
        max_reject_share=max_reject_share,
    )
    with dsl.ParallelFor(
        planned.outputs["Output"], name="shards", parallelism=PARALLEL_SHARDS
    ) as shard:
        ingested = ingest_shard(catalogue=catalogue, shard=shard, plan=planned.outputs["plan"])
    joined = join_shards(
        plan=planned.outputs["plan"], shards=dsl.Collected(ingested.outputs["rows"])
    )
    reported = report_catalogue(
        catalogue=catalogue, schema=schema, mapping=mapping, max_pictures=max_pictures
    )
    names = {
        planned: "2. Plan the shards",
        ingested: "3. Ingest a shard",
        joined: "4. Join the shards",
        reported: "5. Report",
    }
    for task, name in names.items():
        # The catalogue's content changes behind its path.
        task.set_display_name(name).set_caching_options(False)
        on_kubernetes(task)


@dsl.pipeline(name="ingest-catalogue", display_name="Ingest a catalogue")
def ingest_catalogue(
    catalogue: str = "",
    shards: int = 8,
    schema: str = "",
    mapping: str = "",
    max_reject_share: float = 0.05,
    max_pictures: int = 20_000,
    contact: str = "",
    crawl_from: list[str] = [],  # noqa: B006 - KFP reads the default, nothing changes it
    image_hosts: list[str] = [],  # noqa: B006
    private_hosts: list[str] = [],  # noqa: B006
    delay_s: float = 1.0,
    max_pages: int = 10_000,
) -> None:
    """A catalogue, or what a crawl finds, as an items folder.

    Args:
        catalogue: path or address of the catalogue, whole; not asked for where `contact` is given.
        shards: how many to make of it, 1..1000.
        schema: path of a schema file; empty: the fields are found in the catalogue.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_reject_share: share of all rows that may be set aside, 0..1.
        max_pictures: pictures that the report opens.
        contact: whom a shop that is crawled may ask; empty: nothing is crawled.
        crawl_from: addresses that a crawl begins with.
        image_hosts: hosts that pictures may come from besides the shop's own.
        private_hosts: host names that may lie at private addresses.
        delay_s: seconds between requests to a host.
        max_pages: pages that are asked of one host.
    """
    with dsl.If(contact != "", name="crawled"):
        found = crawl(
            start=crawl_from,
            contact=contact,
            image_hosts=image_hosts,
            private_hosts=private_hosts,
            delay_s=delay_s,
            max_pages=max_pages,
        )
        # A shop changes without its address changing.
        found.set_display_name("1. Crawl the shop").set_caching_options(False)
        on_kubernetes(found)
        ingest_in_shards(
            catalogue=found.outputs["Output"],
            shards=shards,
            schema=schema,
            mapping=mapping,
            max_reject_share=max_reject_share,
            max_pictures=max_pictures,
        )
    with dsl.Else(name="given"):
        ingest_in_shards(
            catalogue=catalogue,
            shards=shards,
            schema=schema,
            mapping=mapping,
            max_reject_share=max_reject_share,
            max_pictures=max_pictures,
        )
