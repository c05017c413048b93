"""From the first request to the catalogue: a crawl is begun, goes on, and is written."""

import fcntl
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.crawler.addresses import check_hosts
from catalog.crawler.catalogue import catalogue_rows, write_lines, write_summary
from catalog.crawler.config import CrawlConfig
from catalog.crawler.crawl import Crawl
from catalog.crawler.frontier import Frontier
from catalog.crawler.pictures import PictureStore
from catalog.crawler.urls import Address, parse_address
from catalog.objects import ObjectStore
from catalog.readers.source import CatalogueError

SUMMARY = "crawl.json"
"""What the last crawl came to, in the state folder."""
ROBOTS_AGE_S = 24 * 3600.0
"""How long what robots.txt said is kept by a crawl that goes on (RFC 9309, 2.4)."""

_FRONTIER = "frontier.sqlite"


def crawl_shop(
    config: CrawlConfig, objects: ObjectStore | None, *, fresh: bool = False
) -> dict[str, Any]:
    """Crawl a shop and write its catalogue; goes on where an earlier call was cut off.

    Scrapy's reactor runs once in a process, and so does this.

    Args:
        config: the shop and the bounds.
        objects: where pictures go; without it products have none.
        fresh: begin anew, and fetch pictures again too.

    Returns:
        The summary that is written to the state folder.

    Raises:
        CatalogueError: another crawl is at work there, a host may not be asked, the crawl was
            stopped, or it found no product.
        ObjectsError: the object store cannot be reached.
    """
    check_hosts(config.hostnames(), config.private_hosts)
    store = PictureStore(objects) if objects and config.takes_pictures else None
    with _opened(config) as frontier:
        _begin(config, frontier, store, fresh=fresh)
        crawl = Crawl.begin(config, frontier, store)
        crawl.check_pauses()
        _run(crawl)
        if crawl.fault or not crawl.finished:
            raise CatalogueError(
                f"{crawl.fault or 'stopped'}; the same command goes on where this one ended"
            )
        return _write(config, frontier)


@contextmanager
def _opened(config: CrawlConfig) -> Iterator[Frontier]:
    config.state.mkdir(parents=True, exist_ok=True)
    with (config.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CatalogueError(
                f"{config.state}: another crawl is at work there; wait, or choose another --state"
            ) from error
        path = config.state / _FRONTIER
        frontier = Frontier(path, max_pages=config.max_pages, max_depth=config.max_depth)
        try:
            yield frontier
        finally:
            frontier.close()


def _begin(
    config: CrawlConfig, frontier: Frontier, store: PictureStore | None, *, fresh: bool
) -> None:
    """Begin a crawl, unless one that was cut off is to go on."""
    asked_for = _fingerprint(config)
    known = frontier.meta("asked_for")
    if known and frontier.meta("finished") is None and not fresh:
        if known != asked_for:
            raise CatalogueError(
                f"{config.state}: holds an unfinished crawl of other addresses or hosts; give the "
                "same ones, another --state, or --fresh to begin anew"
            )
        if time.time() - float(frontier.meta("begun") or 0) > ROBOTS_AGE_S:
            frontier.ask_robots_again()
        return
    pictures = frontier.pictures()
    gone = [key for key, name in pictures.items() if fresh or not (store and store.has(name))]
    frontier.begin(list(_addresses(config)), forget_pictures=gone if store else ())
    frontier.set_meta("begun", str(time.time()))
    frontier.set_meta("asked_for", asked_for)


def _addresses(config: CrawlConfig) -> Iterator[Address]:
    for text in config.start:
        if address := parse_address(text):
            yield address


def _fingerprint(config: CrawlConfig) -> str:
    """What must be the same for a crawl to go on."""
    given = [sorted(config.start), sorted(config.image_hosts), config.takes_pictures]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()


def _run(crawl: Crawl) -> None:
    # Imported here: importing them chooses the reactor of this process.
    from scrapy.crawler import CrawlerProcess

    from catalog.crawler.engine import scrapy_settings
    from catalog.crawler.spider import ShopSpider

    process = CrawlerProcess(scrapy_settings(crawl.config))
    process.crawl(ShopSpider, crawl=crawl)
    process.start()


def _write(config: CrawlConfig, frontier: Frontier) -> dict[str, Any]:
    rows, noticed = catalogue_rows(frontier.products(), frontier.picture)
    outcomes = frontier.outcomes()
    summary: dict[str, Any] = {
        "catalogue": str(config.out),
        "start": list(config.start),
        "seconds": round(time.time() - float(frontier.meta("begun") or 0), 1),
        "products": len(rows),
        "pictures": noticed.pop("pictures", 0),
        "addresses": sum(outcomes.values()),
        "outcomes": outcomes,
        "noticed": {**frontier.counters(), **noticed},
    }
    write_summary(config.state / SUMMARY, summary)
    if not rows:
        counts = {**outcomes, **summary["noticed"]}
        ends = ", ".join(f"{count} x {outcome}" for outcome, count in counts.items())
        raise CatalogueError(
            f"no product was found at {sum(outcomes.values())} addresses ({ends}); "
            f"{config.out} is not written"
        )
    write_lines(config.out, rows)
    # Last: until here the same command would go on, and write the same.
    frontier.set_meta("finished", str(time.time()))
    return summary


def default_state(out: Path) -> Path:
    """Where a crawl keeps its state unless told: beside its catalogue."""
    return out.with_name(f"{out.name}.crawl")
