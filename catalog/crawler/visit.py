"""What a crawl asks for, and what that gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from catalog.crawler.urls import Address


class Kind(IntEnum):
    """What an address is asked for, in the order in which a host is asked."""

    ROBOTS = 0
    SITEMAP = 1
    PAGE = 2
    PICTURE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """An address that waits, or is under way.

    Attributes:
        number: counts pages in the order in which they were found.
        address: where it is; the key of a robots.txt is `robots:` and its origin.
        kind: what it is asked for.
        depth: links from a start page.
        hops: redirects that led to it.
        attempts: how often it was asked for in vain.
    """

    number: int
    address: Address
    kind: Kind
    depth: int
    hops: int
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a page gave.

    Attributes:
        outcome: what became of it, in a word.
        note: more of that, such as where it redirects to.
        links: addresses that it leads to, each with what it is asked for.
        hops: redirects that led to those.
        deeper: how many links further from the start those are.
        products: rows of the catalogue, each with its rank: 0 is surest.
        counts: what else is counted.
    """

    outcome: str
    note: str = ""
    links: Sequence[tuple[Kind, Address]] = ()
    hops: int = 0
    deeper: int = 1
    products: Sequence[tuple[int, Mapping[str, Any]]] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
