"""A crawl of shops that fail, hang, refuse, or lead astray; and the command line around it."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from catalog.__main__ import main
from tests.catalog.crawler.conftest import command, crawl, environment
from tests.catalog.crawler.loopback_shop import Answer, LoopbackShop

PRODUCT = {"@type": "Product", "sku": "one", "name": "Shirt", "offers": {"price": "12,50"}}


def page(node: Mapping[str, object], body: str = "") -> Answer:
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    return Answer(body=f"<html><head>{script}</head><body>{body}</body></html>".encode())


def test_what_hangs_fails_or_is_broken_costs_its_own_page_only(
    shop: LoopbackShop, tmp_path: Path
) -> None:
    deep = "[" * 5000 + "]" * 5000
    odd = f'<script type="application/ld+json">{deep}</script><a href="/two">two</a>'
    links = "".join(f'<a href="/{name}">x</a>' for name in ("hang", "dead", "cut", "odd", "none"))
    shop.answers |= {
        "/": page(PRODUCT, links),
        "/hang": Answer(hangs=True),
        "/dead": Answer(status=503, headers={"Retry-After": "0"}),
        "/cut": Answer(body=b"<p>the half of it</p>", is_cut=True),
        "/odd": Answer(body=odd.encode()),
        "/none": Answer(status=403),
        "/two": page({**PRODUCT, "sku": "two"}),
    }
    bounds = ["--delay", 0.01, "--timeout", 2, "--max-attempts", 1]
    crawled = crawl(tmp_path / "shop.jsonl", f"{shop.url}/", *bounds, "--no-images")
    assert crawled.code == 0, crawled.error
    assert [(row["id"], row["price"]) for row in crawled.rows] == [("one", 12.5), ("two", 12.5)]
    outcomes = crawled.summary["outcomes"]
    assert outcomes.pop("failed: DownloadTimeoutError") == 1
    assert outcomes.pop("failed: status 503") == 1
    assert outcomes.pop("refused: status 403") == 1
    assert outcomes.pop("no product") == 1
    assert crawled.summary["noticed"] == {"broken blocks of JSON-LD": 1}
    assert outcomes == {"product": 2, "not found": 1, "failed: ResponseDataLossError": 1}


def test_a_robots_txt_that_fails_forbids_all_and_is_named(
    shop: LoopbackShop, tmp_path: Path
) -> None:
    shop.answers |= {"/robots.txt": Answer(status=500), "/": page(PRODUCT)}
    crawled = crawl(tmp_path / "shop.jsonl", f"{shop.url}/", "--max-attempts", 1)
    assert crawled.code == 2
    assert "no product was found at 1 addresses (1 x forbidden by robots.txt, " in crawled.error
    assert f"{shop.url}/robots.txt cannot be read, which forbids all (failed: " in crawled.error
    assert not crawled.out.exists()
    assert set(shop.paths()) == {"/robots.txt"}


def test_a_crawl_that_is_told_to_stop_does_so_within_its_delay_and_can_go_on(
    shop: LoopbackShop, tmp_path: Path
) -> None:
    robots = b"User-agent: *\nCrawl-delay: 600"
    shop.answers |= {"/robots.txt": Answer(body=robots, kind="text/plain"), "/": page(PRODUCT)}
    asked = shop.when(lambda one: one.path == "/robots.txt")
    arguments = command(f"{shop.url}/", "--out", tmp_path / "shop.jsonl")
    with subprocess.Popen(
        arguments, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert asked.wait(60)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "stopped; the same command goes on where this one ended" in said
    other = crawl(tmp_path / "shop.jsonl", f"{shop.url}/other")
    assert "holds an unfinished crawl of other addresses or hosts" in other.error
    assert set(shop.paths()) == {"/robots.txt"}


def test_a_host_that_asks_for_a_long_pause_gets_it(shop: LoopbackShop, tmp_path: Path) -> None:
    busy = Answer(status=429, headers={"Retry-After": "7200"})
    shop.answers |= {"/": page(PRODUCT, '<a href="/busy">x</a>'), "/busy": busy}
    arguments = (tmp_path / "shop.jsonl", f"{shop.url}/", "--delay", 0.01)
    told = f"{shop.host} asks to be left alone for "
    first = crawl(*arguments)
    assert first.code == 2
    assert told in first.error
    asked = shop.paths()
    assert asked["/busy"] == 1
    again = crawl(*arguments)
    assert told in again.error
    assert "--fresh begins anew and asks" in again.error
    assert shop.paths() == asked


AFTER_THE_CHECK = """
import sys
from pathlib import Path
from scrapy.crawler import CrawlerProcess
from catalog.crawler.config import CrawlConfig
from catalog.crawler.crawl import Crawl
from catalog.crawler.engine import scrapy_settings
from catalog.crawler.frontier import Frontier
from catalog.crawler.spider import ShopSpider
from catalog.crawler.urls import parse_address

url, state = sys.argv[1], Path(sys.argv[2])
config = CrawlConfig(
    start=(url,), out=state / "shop.jsonl", state=state, user_agent="modiste", max_attempts=1
)
frontier = Frontier(state / "frontier.sqlite", max_pages=9, max_depth=9)
frontier.begin([parse_address(url)])
crawl = Crawl.begin(config, frontier, None)
process = CrawlerProcess(scrapy_settings(config))
process.crawl(ShopSpider, crawl=crawl)
process.start()
print(crawl.finished, frontier.outcomes(), frontier.robots())
"""


def test_a_host_that_is_private_when_it_is_asked_is_not_connected_to(
    shop: LoopbackShop, tmp_path: Path
) -> None:
    # As if its name had led elsewhere when the command line was checked.
    command_line = [sys.executable, "-c", AFTER_THE_CHECK, f"{shop.url}/", str(tmp_path)]
    done = subprocess.run(
        command_line, capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert "True {'forbidden by robots.txt': 1}" in done.stdout, done.stderr
    assert f"{{'{shop.url}': None}}" in done.stdout
    assert shop.asked == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ftp://shop.example/"], "ftp://shop.example/: expected an address such as https://"),
        (["https://me:secret@shop.example/"], "neither user nor password"),
        (["http://localhost/"], "localhost: lies at 127.0.0.1, which is not public"),
        (["http://127.1/"], "127.1: lies at 127.0.0.1, which is not public"),
        (["http://169.254.169.254/latest/"], "add --allow-private 169.254.169.254"),
        ([f"http://{'x' * 70}.example/"], ".example: has no address"),
        (["https://shop.example/", "--delay", "-1"], "delay_s: expected 0 or more, got -1.0"),
        (["https://shop.example/", "--out", "shop.csv"], "expected a name that ends in .jsonl"),
    ],
)
def test_what_may_not_be_asked_is_said_before_anything_is(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--out", str(tmp_path / "shop.jsonl"), "--contact", "me@modiste.example"]
    assert main(["crawl", *where, *arguments]) == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_crawl_without_a_contact_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["crawl", "https://shop.example/", "--out", str(tmp_path / "shop.jsonl")])
    assert ended.value.code == 2
    assert "--contact --user-agent is required" in capsys.readouterr().err
