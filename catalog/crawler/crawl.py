"""One crawl: its bounds, what is known so far, whose turn it is, and where pictures go."""

import time
from dataclasses import dataclass, field, replace

from catalog.crawler.config import AGENT, CrawlConfig
from catalog.crawler.frontier import Frontier
from catalog.crawler.pictures import PictureStore
from catalog.crawler.rules import Rules
from catalog.crawler.turns import Turns
from catalog.crawler.urls import Address
from catalog.crawler.visit import Found, Kind, Page
from catalog.readers.source import CatalogueError


@dataclass(kw_only=True)
class Crawl:
    """What the parts that Scrapy makes share.

    Attributes:
        config: the bounds.
        frontier: every address, and what became of it.
        turns: when each host may be asked.
        pictures: where pictures go; None where they are not taken.
        rules: what robots.txt says, by origin.
        under_way: the page that each host is being asked for.
        finished: whether nothing is left to ask for.
        fault: what ended the crawl before its time; empty where nothing did.
    """

    config: CrawlConfig
    frontier: Frontier
    turns: Turns
    pictures: PictureStore | None
    rules: dict[str, Rules]
    under_way: dict[str, Page] = field(default_factory=dict)
    finished: bool = False
    fault: str = ""

    @classmethod
    def begin(
        cls, config: CrawlConfig, frontier: Frontier, pictures: PictureStore | None
    ) -> "Crawl":
        """A crawl that goes on from what the frontier holds."""
        rules = {origin: Rules(text, AGENT) for origin, text in frontier.robots().items()}
        crawl = cls(
            config=config,
            frontier=frontier,
            turns=Turns(config.delay_s, frontier.ready()),
            pictures=pictures,
            rules=rules,
        )
        for origin, known in rules.items():
            crawl.turns.keep_delay(Address(key="", url=origin).host, known.delay_s)
        return crawl

    def next_page(self) -> Page | None:
        """Take a page of a host that is not being asked; None where none is to be had now."""
        if self.fault:
            return None
        for host in self.config.all_hosts - self.under_way.keys():
            while page := self.frontier.next_page(host):
                if page.kind is Kind.ROBOTS or self._may_ask(page):
                    self.under_way[host] = page
                    return page
                self.frontier.done(page, Found(outcome="forbidden by robots.txt"))
        return None

    def _may_ask(self, page: Page) -> bool:
        rules = self.rules.get(page.address.origin)
        # A host's robots.txt comes before its pages, so there is one by now.
        return rules is not None and rules.allow(page.address.url)

    def asking(self, page: Page) -> None:
        """A request goes out now."""
        host = page.address.host
        self.frontier.asking(page, time.time() + self.turns.delay_s(host))

    def done(self, page: Page, found: Found) -> None:
        """A page has come to its end."""
        self.frontier.done(page, found)
        self.under_way.pop(page.address.host, None)

    def robots_read(self, page: Page, text: str | None, found: Found) -> None:
        """A robots.txt has been read, or cannot be."""
        origin = page.address.key.removeprefix("robots:")
        rules = Rules(text, AGENT)
        self.rules[origin] = rules
        if text is None:
            why = f"{origin}/robots.txt cannot be read, which forbids all ({found.outcome})"
            found = replace(found, counts={**found.counts, why: 1})
        self.turns.slow_down(page.address.host, rules.delay_s)
        self.frontier.robots_read(page, origin, text, found)
        self.under_way.pop(page.address.host, None)

    def move_robots(self, page: Page, url: str) -> None:
        """A robots.txt is somewhere else on its host."""
        self.frontier.move(page, url)
        self.leave(page)

    def give_up(self, page: Page, reason: str) -> None:
        """A page will not come; a robots.txt that cannot be read allows nothing."""
        found = Found(outcome=reason)
        if page.kind is Kind.ROBOTS:
            self.robots_read(page, None, found)
        else:
            self.done(page, found)

    def leave(self, page: Page) -> None:
        """A page is not asked for after all, and waits on."""
        self.under_way.pop(page.address.host, None)

    def try_later(self, page: Page, reason: str, pause_s: float | None) -> None:
        """A page did not come; its host is left alone for a while, or the page given up.

        Args:
            page: the page.
            reason: its outcome, if it is given up.
            pause_s: seconds that the server asked for; None if it did not say.
        """
        config, host = self.config, page.address.host
        self.leave(page)
        if pause_s is not None and pause_s > config.max_pause_s:
            self.frontier.pause(host, self.turns.pause(host, pause_s))
            self.fault = self._asks_for(host)
            return
        pause_s = 2.0**page.attempts * max(1.0, config.delay_s) if pause_s is None else pause_s
        self.frontier.pause(host, self.turns.pause(host, min(pause_s, config.max_pause_s)))
        if page.attempts + 1 < config.max_attempts:
            self.frontier.again(page)
        else:
            self.give_up(page, reason)

    def check_pauses(self) -> None:
        """Raise CatalogueError where a host asked to be left alone for longer than we wait."""
        for host in sorted(self.config.all_hosts):
            longest = max(self.config.max_pause_s, self.turns.delay_s(host))
            if self.turns.wait_s(host) > longest:
                raise CatalogueError(f"{self._asks_for(host)}; --fresh begins anew and asks")

    def _asks_for(self, host: str) -> str:
        wait_s = self.turns.wait_s(host)
        return f"{host} asks to be left alone for {wait_s:.0f} s more; try again later"
