"""Show 2: a shop of 300 pages is crawled, whole and politely, through a `kill -9` too."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.ingest import main as ingest
from catalog.table import load_items_dir
from tests.catalog.crawler.conftest import CONTACT, Crawled, command, crawl, environment
from tests.catalog.crawler.loopback_shop import LoopbackShop
from tests.catalog.crawler.three_hundred_pages import (
    NUM_PICTURES,
    NUM_PRODUCTS,
    fill,
    rows,
)

DELAY_S = 0.02
CLOCK_S = 0.002
"""By how much the clocks of the two sides may differ."""


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Who is asked, and who must not be."""

    shop: LoopbackShop
    cdn: LoopbackShop
    elsewhere: LoopbackShop

    def arguments(self) -> list[str]:
        bounds = ["--delay", "0.001", "--max-page-bytes", "300000"]
        return [f"{self.shop.url}/", "--image-host", self.cdn.host, *bounds]


@contextmanager
def three_hosts(*, delay_s: float) -> Iterator[Hosts]:
    shop, cdn, elsewhere = (LoopbackShop() for _ in range(3))
    fill(shop, cdn, elsewhere, delay_s=delay_s)
    with shop.running(), cdn.running(), elsewhere.running():
        yield Hosts(shop=shop, cdn=cdn, elsewhere=elsewhere)


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A crawl that nothing disturbed."""

    hosts: Hosts
    crawled: Crawled


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    out = tmp_path_factory.mktemp("whole") / "shop.jsonl"
    with three_hosts(delay_s=DELAY_S) as hosts:
        yield Whole(hosts=hosts, crawled=crawl(out, *hosts.arguments()))


def test_the_crawl_finds_exactly_the_products(whole: Whole) -> None:
    assert whole.crawled.code == 0, whole.crawled.error
    found = {row["id"]: row for row in whole.crawled.rows}
    pictured = {key: row.pop("image") for key, row in found.items() if "image" in row}
    assert found == rows(whole.hosts.shop.url)
    # Every fourth of the first forty has one; that of the third is no picture.
    assert sorted(pictured) == [f"sku-{number:03}" for number in range(0, 40, 4) if number != 8]


def test_a_picture_is_asked_for_once_and_stored_once(whole: Whole) -> None:
    images = {row["image"] for row in whole.crawled.rows if "image" in row}
    assert len(images) == NUM_PICTURES
    assert all((whole.crawled.out.parent / name).is_file() for name in images)
    assert set(whole.hosts.cdn.paths().values()) == {1}


def test_every_address_comes_to_a_counted_end(whole: Whole) -> None:
    assert whole.crawled.summary["outcomes"] == {
        "product": NUM_PRODUCTS,
        "copy of a product": 22,
        "no product": 34,
        "picture": 9,
        "bad picture": 1,
        "sitemap": 3,
        "not found": 2,
        "not found, says the page": 1,
        "no HTML": 1,
        "too large": 1,
        "forbidden by robots.txt": 2,
        "redirected": 7,
        "redirected to another host": 2,
        "redirected to no page": 1,
        "redirected without end": 2,
    }
    assert whole.crawled.summary["noticed"] == {
        "addresses in sitemaps on other hosts": 1,
        "broken blocks of JSON-LD": 12,
        "links too deep": 1,
        "picture: not a picture in JPEG, PNG, WebP, GIF or BMP, whatever its name says": 1,
        f"redirected to another host: {whole.hosts.elsewhere.host}": 1,
        "redirected to another host: 169.254.169.254": 1,
    }


def test_the_server_sees_the_delay_that_its_robots_txt_asks_for(whole: Whole) -> None:
    intervals = whole.hosts.shop.intervals()
    assert len(intervals) > 300
    # The first is after robots.txt itself; nothing else comes sooner.
    assert min(intervals) >= DELAY_S - CLOCK_S


def test_the_shop_is_asked_by_name_and_nobody_else_is_asked(whole: Whole) -> None:
    asked = whole.hosts.shop.asked
    assert asked[0].path == "/robots.txt"
    assert {one.headers["User-Agent"] for one in asked} == {f"modiste/0.1 (+{CONTACT})"}
    assert not any("Cookie" in one.headers or "Referer" in one.headers for one in asked)
    assert not any(one.path.startswith("/private/") for one in asked)
    assert whole.hosts.elsewhere.asked == []


def test_no_page_is_fetched_twice(whole: Whole) -> None:
    # One answered 503 the first time.
    assert {path: n for path, n in whole.hosts.shop.paths().items() if n > 1} == {"/busy": 2}


def test_ingest_takes_the_catalogue_as_it_is(whole: Whole, tmp_path: Path) -> None:
    items, objects = tmp_path / "items", f"file://{tmp_path}/objects"
    arguments = ["--catalogue", str(whole.crawled.out), "--out", str(items), "--objects", objects]
    assert ingest(arguments) == 0
    loaded = load_items_dir(items)
    assert (len(loaded.items), loaded.summary["rejected"]) == (NUM_PRODUCTS, 0)
    assert loaded.summary["images"] == 9
    first = next(item for item in loaded.items if item.item_id == "sku-001")
    assert first.clothes["color"] == ("White",)
    assert first.metadata["price"] == 10.5
    assert first.metadata["in_stock"] is True


def test_a_crawl_that_is_killed_goes_on_where_it_was(whole: Whole, tmp_path: Path) -> None:
    out = tmp_path / "shop.jsonl"
    with three_hosts(delay_s=0.005) as hosts:
        half = hosts.shop.when(lambda asked: asked.path == "/p/150")
        arguments = command(*hosts.arguments(), "--out", out)
        with subprocess.Popen(arguments, env=environment(), stderr=subprocess.DEVNULL) as process:
            assert half.wait(60)
            process.kill()
        assert not out.exists()
        before = hosts.shop.paths()
        crawled = crawl(out, *hosts.arguments())
        after = hosts.shop.paths()
    assert crawled.code == 0, crawled.error
    again = {path for path in before if after[path] > before[path]} - {"/busy"}
    # What the shop was being asked at that moment, and nothing before it.
    assert len(again) <= 1
    assert 100 < before.total() < after.total() - 50
    port = whole.hosts.shop.host
    assert out.read_text("utf-8").replace(hosts.shop.host, port) == whole.crawled.out.read_text(
        "utf-8"
    )
    ends = [one.summary["outcomes"] for one in (crawled, whole.crawled)]
    assert ends[0] == ends[1]
