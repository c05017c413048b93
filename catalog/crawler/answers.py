"""What an answer means for a crawl: what was found, and where it leads."""

from typing import Any
from urllib.parse import urljoin

from scrapy.http import Headers, Response, TextResponse

from catalog.crawler.crawl import Crawl
from catalog.crawler.page import PageFacts, read_page
from catalog.crawler.rules import Rules, decode_robots
from catalog.crawler.sitemaps import SitemapError, read_sitemap
from catalog.crawler.urls import Address, parse_address
from catalog.crawler.visit import Found, Kind, Page
from catalog.picture import PictureError

MAX_HOPS = 5
"""Redirects that are followed one after the other."""
MAX_SITEMAP_DEPTH = 3
"""Sitemap indexes within each other."""
REDIRECTS = (301, 302, 303, 307, 308)

_HTML = ("text/html", "application/xhtml+xml")
_AWAY = "redirected to another host"

Links = list[tuple[Kind, Address]]


class Answers:
    """Reads the answers that one crawl gets; only addresses of its hosts come out of it."""

    def __init__(self, crawl: Crawl) -> None:
        """Read for this crawl."""
        self._crawl = crawl

    def robots(self, page: Page, response: Response) -> None:
        """Take in a robots.txt, or look where it was moved to."""
        if response.status in REDIRECTS:
            target = _target(response)
            if target and target.host == page.address.host and page.hops < MAX_HOPS:
                self._crawl.move_robots(page, target.url)
            else:
                self._crawl.robots_read(page, None, Found(outcome=_AWAY))
            return
        # A robots.txt that is not there allows everything (RFC 9309, 2.3.1.3).
        text = decode_robots(response.body) if response.status == 200 else ""
        found = Found(outcome="read", links=self._sitemaps(page, text), deeper=0)
        self._crawl.robots_read(page, text, found)

    def _sitemaps(self, page: Page, text: str) -> Links:
        """Sitemaps that a shop's robots.txt names; where it names none, the usual one."""
        origin = page.address.key.removeprefix("robots:")
        if Address(key="", url=origin).host not in self._crawl.config.page_hosts:
            return []
        named = Rules(text, "").sitemaps or [f"{origin}/sitemap.xml"]
        return self._ours(Kind.SITEMAP, [parse_address(name, origin) for name in named])

    def sitemap(self, page: Page, response: Response) -> Found:
        """What a sitemap leads to."""
        try:
            entries = read_sitemap(response.body)
        except SitemapError as error:
            return Found(outcome="no sitemap", note=str(error))
        if entries.is_index and page.depth >= MAX_SITEMAP_DEPTH:
            return Found(outcome="sitemaps too deep")
        kind = Kind.SITEMAP if entries.is_index else Kind.PAGE
        links = self._ours(kind, [parse_address(text) for text in entries.addresses])
        left_out = len(entries.addresses) - len(links)
        counts = {"addresses in sitemaps on other hosts": left_out} if left_out else {}
        return Found(outcome="sitemap", links=links, counts=counts)

    def page(self, page: Page, response: Response) -> Found:
        """What a page holds and leads to."""
        if not is_html(response.headers) or not isinstance(response, TextResponse):
            return Found(outcome="no HTML")
        facts = read_page(response, page.address)
        is_copy = facts.canonical is not None and self._is_ours(facts.canonical)
        links = self._ours(Kind.PAGE, [facts.canonical, *facts.links])
        counts = dict(facts.counts)
        for row in facts.products:
            self._place(row, page.address, facts)
            links += self._picture(row, counts)
        # What a page says of itself counts more than what it says as another's copy.
        rank = 2 * is_copy + (len(facts.products) > 1)
        return Found(
            outcome=_outcome(facts, is_copy=is_copy),
            links=links,
            products=[(rank, row) for row in facts.products],
            counts=counts,
        )

    def _place(self, row: dict[str, Any], here: Address, facts: PageFacts) -> None:
        """Give a product its address: its own, the page's own, or where it was found."""
        named = parse_address(row["url"] or "", here.url)
        own = self._ours(Kind.PAGE, [named, facts.canonical, here])
        row["url"] = own[0][1].url

    def _picture(self, row: dict[str, Any], counts: dict[str, int]) -> Links:
        address = parse_address(row["image"] or "")
        if address is None or self._crawl.pictures is None:
            return []
        if address.host not in self._crawl.config.all_hosts:
            name = f"pictures on {address.host}, which is no --image-host"
            counts[name] = counts.get(name, 0) + 1
            return []
        is_stored = self._crawl.frontier.picture(address.key) is not None
        return [] if is_stored else [(Kind.PICTURE, address)]

    def picture(self, page: Page, body: bytes) -> Found:
        """Store a picture; may run in another thread.

        Raises:
            ObjectsError: the store fails; that is no fault of the picture.
        """
        assert self._crawl.pictures is not None
        try:
            return Found(outcome="picture", note=self._crawl.pictures.put(body))
        except PictureError as error:
            return Found(outcome="bad picture", counts={f"picture: {error}": 1})

    def redirected(self, page: Page, response: Response) -> Found:
        """Where an answer sends us, if that is one of the hosts that may be asked for it."""
        target = _target(response)
        if target is None:
            return Found(outcome="redirected to no page")
        config = self._crawl.config
        hosts = config.all_hosts if page.kind is Kind.PICTURE else config.page_hosts
        if target.host not in hosts:
            return Found(outcome=_AWAY, note=target.url, counts={f"{_AWAY}: {target.host}": 1})
        if page.hops >= MAX_HOPS or self._crawl.frontier.leads_back(target, page):
            return Found(outcome="redirected without end", note=target.key)
        return Found(
            outcome="redirected",
            note=target.key,
            links=[(page.kind, target)],
            hops=page.hops + 1,
            deeper=0,
        )

    def _ours(self, kind: Kind, addresses: list[Address | None]) -> Links:
        return [(kind, address) for address in addresses if address and self._is_ours(address)]

    def _is_ours(self, address: Address) -> bool:
        return address.host in self._crawl.config.page_hosts


def _outcome(facts: PageFacts, *, is_copy: bool) -> str:
    if facts.products:
        return "copy of a product" if is_copy else "product"
    return "not found, says the page" if facts.is_not_found else "no product"


def _target(response: Response) -> Address | None:
    place = response.headers.get("Location", b"") or b""
    try:
        return parse_address(urljoin(response.url, place.decode("utf-8")))
    except (ValueError, UnicodeError):
        return None


def is_html(headers: Headers) -> bool:
    """Whether an answer is a page, as far as its headers say."""
    kind = (headers.get("Content-Type") or b"text/html").decode("latin-1")
    return kind.partition(";")[0].strip().lower() in _HTML
