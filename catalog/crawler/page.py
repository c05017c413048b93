"""What one page of HTML holds for a crawl: products, links, its own name for itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement
from scrapy.http import TextResponse
from scrapy.linkextractors import LinkExtractor

from catalog.crawler.products import Row, products_of
from catalog.crawler.urls import Address, parse_address

_LINKS = LinkExtractor(unique=True)
_LOWER = "translate(@name, 'ROBTS', 'robts')"
# What pages are titled that say 200 and mean 404; shops write it in the visitor's language.
_NOT_FOUND = re.compile(
    r"\b404\b|\b(?:page|product|item|seite|artikel) (?:was |wurde |is |nicht )?(?:not |nicht )?"
    r"(?:found|gefunden)\b|\bno longer (?:available|exists)\b|찾을 수 없|존재하지 않|introuvable",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class PageFacts:
    """What a page holds.

    Attributes:
        products: rows, the page's own; their `url` is an address of the page.
        links: where it leads, without what it asks crawlers not to follow.
        canonical: the address that it calls its own, where that is another than was asked for.
        is_not_found: whether it says that there is nothing, whatever its status is.
        counts: what else is counted.
    """

    products: tuple[Row, ...]
    links: tuple[Address, ...]
    canonical: Address | None
    is_not_found: bool
    counts: dict[str, int]


def read_page(response: TextResponse, here: Address) -> PageFacts:
    """Read a page of HTML.

    Args:
        response: the page; what is broken in its markup is read as browsers do.
        here: the address that it was asked for.
    """
    root = response.selector.root
    if not isinstance(root, HtmlElement):
        return PageFacts(products=(), links=(), canonical=None, is_not_found=False, counts={})
    canonical = _canonical(root, here)
    found = products_of(root, response.url, (canonical or here).url)
    title = " ".join(root.xpath("string(//title)").split())
    named = {
        "broken blocks of JSON-LD": found.num_broken,
        "products without a name": found.num_nameless,
    }
    return PageFacts(
        products=found.rows,
        links=tuple(_links(response, root, found.links)),
        canonical=canonical,
        is_not_found=not found.rows and bool(_NOT_FOUND.search(title)),
        counts={name: count for name, count in named.items() if count},
    )


def _canonical(root: HtmlElement, here: Address) -> Address | None:
    for href in root.xpath("//link[@rel='canonical']/@href")[:1]:
        address = parse_address(href, here.url)
        return address if address and address.key != here.key else None
    return None


def _links(response: TextResponse, root: HtmlElement, listed: tuple[str, ...]) -> Iterator[Address]:
    wishes = ",".join(root.xpath(f"//meta[{_LOWER} = 'robots']/@content")).lower()
    if "nofollow" in wishes or "none" in wishes:
        return
    texts = [link.url for link in _LINKS.extract_links(response) if not link.nofollow]
    texts += [*root.xpath("//link[@rel='next']/@href"), *listed]
    seen: set[str] = set()
    for text in texts:
        address = parse_address(text, response.url)
        if address and address.key not in seen:
            seen.add(address.key)
            yield address
