"""`python -m catalog crawl`: a shop's pages as a catalogue, in JSON Lines."""

import argparse
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from catalog.objects import FolderObjects, ObjectsError, ObjectStore, open_objects
from catalog.readers.source import CatalogueError

_AGENT = "modiste/0.1"


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add = parser.add_argument
    add("start", nargs="+", metavar="URL", help="where to begin; only hosts named here are asked")
    add("--out", type=Path, required=True, help="catalogue to write, *.jsonl")
    add("--state", type=Path, help="folder of what is known so far [<out>.crawl]")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--contact", help="address on the web or e-mail for whoever runs the shop")
    who.add_argument("--user-agent", help=f"whole name to ask under [{_AGENT} (+<contact>)]")
    add("--delay", type=float, default=1.0, help="seconds between requests to a host [1]")
    add("--timeout", type=float, default=30.0, help="seconds until a page must be there [30]")
    add("--max-pages", type=int, default=10_000, help="pages that are asked of a host [10000]")
    add("--max-depth", type=int, default=20, help="links from a start page [20]")
    add("--max-page-bytes", type=int, default=5 * 2**20, help="size of a page [5242880]")
    add("--max-attempts", type=int, default=4, help="times that a failing page is asked for [4]")
    add("--image-host", action="append", default=[], metavar="HOST", help="also for pictures")
    add("--no-images", action="store_true", help="leave pictures out")
    add("--objects", help="s3://bucket or file:///folder for pictures [images/ beside --out]")
    add("--allow-private", action="append", default=[], metavar="HOST", help="may be at home")
    add("--fresh", action="store_true", help="begin anew; fetch pictures again too")
    add("--json", action="store_true", help="print the summary as JSON")


def run(options: argparse.Namespace) -> int:
    """Crawl, and print what became of the addresses."""
    from catalog.crawler.run import crawl_shop

    if options.out.suffix != ".jsonl":
        raise CatalogueError(f"--out {options.out}: expected a name that ends in .jsonl")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    config = _config(options)
    try:
        summary = crawl_shop(config, _objects(options), fresh=options.fresh)
    except ObjectsError as error:
        raise CatalogueError(str(error)) from error
    print(json.dumps(summary, ensure_ascii=False) if options.json else _told(summary))
    return 0


def _config(options: argparse.Namespace) -> Any:
    from catalog.crawler.config import CrawlConfig
    from catalog.crawler.run import default_state

    return CrawlConfig(
        start=tuple(options.start),
        out=options.out,
        state=options.state or default_state(options.out),
        user_agent=options.user_agent or f"{_AGENT} (+{options.contact})",
        image_hosts=frozenset(host.strip().lower() for host in options.image_host),
        private_hosts=frozenset(host.strip().lower() for host in options.allow_private),
        takes_pictures=not options.no_images,
        delay_s=options.delay,
        timeout_s=options.timeout,
        max_pages=options.max_pages,
        max_depth=options.max_depth,
        max_page_bytes=options.max_page_bytes,
        max_attempts=options.max_attempts,
    )


def _objects(options: argparse.Namespace) -> ObjectStore | None:
    if options.no_images:
        return None
    if options.objects:
        return open_objects(options.objects, create=True)
    return FolderObjects(options.out.absolute().parent, create=True)


def _told(summary: Mapping[str, Any]) -> str:
    lines = [
        f"{summary['addresses']} addresses in {summary['seconds']} s: {summary['products']} "
        f"products, {summary['pictures']} with a picture -> {summary['catalogue']}"
    ]
    lines += [f"{count} x {outcome}" for outcome, count in summary["outcomes"].items()]
    lines += [f"noticed: {count} x {name}" for name, count in summary["noticed"].items()]
    return "\n".join(lines)
