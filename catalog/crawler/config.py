"""What a crawl may do: the hosts it asks, how often, how much, and as whom."""

from dataclasses import dataclass
from pathlib import Path

from catalog.crawler.addresses import hostname_of
from catalog.crawler.urls import Address, host_of, parse_address
from catalog.readers.source import CatalogueError

AGENT = "modiste"
"""What robots.txt calls this crawler."""


@dataclass(frozen=True, kw_only=True)
class CrawlConfig:
    """A shop, and the bounds within which it is crawled."""

    start: tuple[str, ...]
    """Addresses to begin with; pages of their hosts are asked for, and no others."""
    out: Path
    """The catalogue to write, *.jsonl."""
    state: Path
    """Folder of what is known so far."""
    user_agent: str
    """Who asks, with a way to reach them."""
    image_hosts: frozenset[str] = frozenset()
    """Hosts that pictures may come from besides the shop's own."""
    private_hosts: frozenset[str] = frozenset()
    """Host names that may lie at private addresses."""
    takes_pictures: bool = True
    """Whether a product's picture is fetched."""
    delay_s: float = 1.0
    """Seconds between an answer and the next request to its host, >= 0; robots.txt may ask more."""
    timeout_s: float = 30.0
    """Seconds in which a page must have come whole."""
    max_pages: int = 10_000
    """Pages that are asked of one host."""
    max_depth: int = 20
    """Links from a start page, or from a sitemap, to the last page that is asked for."""
    max_page_bytes: int = 5 * 2**20
    """Size of a page, unpacked."""
    max_attempts: int = 4
    """How often a page is asked for whose server cannot answer now, >= 1."""
    max_pause_s: float = 300.0
    """Longest pause that a server is granted with Retry-After, in seconds."""

    def __post_init__(self) -> None:
        """Raise CatalogueError for an address or a bound that is none."""
        if not self.start:
            raise CatalogueError("crawl: expected the address of a shop, got none")
        for text in self.start:
            _check_start(text)
        if not self.user_agent.strip() or not self.user_agent.isascii():
            raise CatalogueError(
                f"--user-agent: expected a name in ASCII, got {self.user_agent!r}; such as "
                "'modiste/0.1 (+https://example.com/crawler)'"
            )
        for name in ("timeout_s", "max_pages", "max_page_bytes", "max_attempts"):
            if getattr(self, name) <= 0:
                raise CatalogueError(f"{name}: expected more than 0, got {getattr(self, name)}")
        for name in ("delay_s", "max_depth", "max_pause_s"):
            if getattr(self, name) < 0:
                raise CatalogueError(f"{name}: expected 0 or more, got {getattr(self, name)}")

    @property
    def page_hosts(self) -> frozenset[str]:
        """Hosts whose pages are asked for, as `host_of` gives them."""
        return frozenset(host_of(text) for text in self.start)

    @property
    def all_hosts(self) -> frozenset[str]:
        """Hosts that are asked for anything."""
        return self.page_hosts | self.image_hosts

    def hostnames(self) -> frozenset[str]:
        """Those hosts without ports."""
        return frozenset(map(hostname_of, self.all_hosts))


def _check_start(text: str) -> Address:
    address = parse_address(text)
    if address is None:
        raise CatalogueError(
            f"{text}: expected an address such as https://shop.example/, with http or https and "
            "neither user nor password"
        )
    return address
