"""robots.txt: what it allows and how long it asks to wait."""

import gzip
import itertools
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from catalog.crawler.rules import MAX_BYTES, Rules, decode_robots
from catalog.crawler.sitemaps import SitemapError, read_sitemap
from catalog.crawler.turns import Turns, retry_after_s

TEXT = """
User-agent: *
Disallow: /

User-agent: modiste
Disallow: /cart
Allow: /cart/help
Crawl-delay: 2
Request-rate: 1/5

Sitemap: https://shop.example/a.xml
"""


def test_rules_are_those_for_our_name() -> None:
    rules = Rules(TEXT, "modiste")
    paths = ("/", "/cart", "/cart/help", "/p/1")
    allowed = [rules.allow(f"https://shop.example{path}") for path in paths]
    assert allowed == [True, False, True, True]
    assert not Rules(TEXT, "other").allow("https://shop.example/")


def test_the_longer_of_delay_and_rate_counts() -> None:
    assert Rules(TEXT, "modiste").delay_s == 5
    assert Rules(TEXT.replace("1/5", "10/5"), "modiste").delay_s == 2
    assert Rules("User-agent: *\nCrawl-delay: soon", "modiste").delay_s == 0
    assert Rules("User-agent: *\nCrawl-delay: -3\nRequest-rate: 0/1", "modiste").delay_s == 0


def test_without_a_robots_txt_all_is_allowed_and_with_one_that_fails_nothing() -> None:
    assert Rules("", "modiste").allow("https://shop.example/")
    assert not Rules(None, "modiste").allow("https://shop.example/")
    assert Rules(None, "modiste").sitemaps == []


def test_a_robots_txt_is_read_as_far_as_it_must_be() -> None:
    body = b"\xef\xbb\xbfUser-agent: *\nDisallow: /x\n" + b"#" * MAX_BYTES + b"\nDisallow: /y"
    rules = Rules(decode_robots(body), "modiste")
    assert not rules.allow("https://shop.example/x")
    assert rules.allow("https://shop.example/y")


def test_a_page_of_html_in_its_place_forbids_nothing() -> None:
    assert Rules("<!DOCTYPE html><html><p>Hello</html>", "modiste").allow("https://a.example/")


def test_a_host_waits_from_its_answer_on_and_as_long_as_it_asks() -> None:
    times = itertools.count()
    turns = Turns(1.0, {"a": 10.0}, clock=lambda: float(next(times)))
    assert turns.wait_s("a") == 10.0
    assert turns.wait_s("b") == 0.0
    turns.slow_down("b", 5.0)
    assert turns.wait_s("b") == 4.0
    assert turns.pause("b", 100.0) == 104.0
    turns.answered("b")
    # An answer does not end a pause.
    assert turns.wait_s("b") == 98.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120.0),
        (b" 0 ", 0.0),
        (format_datetime(datetime.fromtimestamp(1090, UTC), usegmt=True).encode(), 90.0),
        (b"Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"\xff", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: bytes | None, seconds: float | None) -> None:
    assert retry_after_s(header, now=1000.0) == seconds


def sitemap(tag: str, *addresses: str) -> bytes:
    entries = "".join(f"<url><loc> {text} </loc></url>" for text in addresses)
    return f"<{tag}>{entries}</{tag}>".encode()


def test_a_sitemap_may_be_packed_and_cut_off() -> None:
    body = sitemap("urlset", "https://a.example/1", "https://a.example/2")
    whole = ("https://a.example/1", "https://a.example/2")
    assert read_sitemap(body).addresses == whole
    assert read_sitemap(gzip.compress(body)).addresses == whole
    assert read_sitemap(body[:-60]).addresses == whole[:1]
    assert read_sitemap(sitemap("sitemapindex", *whole)).is_index


def test_an_entity_of_a_sitemap_is_not_followed() -> None:
    body = (
        b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url>'
    )
    assert read_sitemap(body).addresses == ("",)


@pytest.mark.parametrize("body", [b"", b"<html><p>no", b"\x1f\x8bnothing", b"plain", b"\x00" * 9])
def test_what_is_no_sitemap_says_so(body: bytes) -> None:
    with pytest.raises(SitemapError):
        read_sitemap(body)


def test_a_sitemap_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(SitemapError, match="too large"):
        read_sitemap(gzip.compress(b"<urlset>" + b" " * (51 * 2**20)))
