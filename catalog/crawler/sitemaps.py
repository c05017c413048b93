"""Addresses that a sitemap lists; it may be packed, and may be an index of others."""

from dataclasses import dataclass
from itertools import islice

from lxml.etree import XMLSyntaxError
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

MAX_BYTES = 50 * 2**20
"""Size of a sitemap, unpacked: the limit of the protocol."""
MAX_ENTRIES = 50_000
"""Entries of a sitemap: the limit of the protocol."""

_GZIP = b"\x1f\x8b"


class SitemapError(ValueError):
    """What should be a sitemap is none."""


@dataclass(frozen=True, slots=True)
class SitemapEntries:
    """What a sitemap lists.

    Attributes:
        addresses: where its entries lead, as they stand.
        is_index: whether those are sitemaps again.
    """

    addresses: tuple[str, ...]
    is_index: bool


def read_sitemap(body: bytes) -> SitemapEntries:
    """Read a sitemap.

    Raises:
        SitemapError: it is none, or is larger unpacked than a sitemap may be.
    """
    try:
        sitemap = Sitemap(_unpacked(body))
        if sitemap.type not in ("urlset", "sitemapindex"):
            raise SitemapError(f"expected a urlset or a sitemapindex, got {sitemap.type[:40]!r}")
        entries = tuple(entry["loc"] for entry in islice(sitemap, MAX_ENTRIES))
    except (XMLSyntaxError, StopIteration) as error:
        raise SitemapError("expected XML") from error
    return SitemapEntries(addresses=entries, is_index=sitemap.type == "sitemapindex")


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        return gunzip(body, max_size=MAX_BYTES)
    except (OSError, EOFError, ValueError) as error:
        raise SitemapError(f"damaged, cut off or too large ({error})") from error
