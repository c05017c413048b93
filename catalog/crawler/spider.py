"""The spider that Scrapy runs: each answer is read, and what became of it written down."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, StopDownload
from scrapy.http import Headers, Request, Response
from twisted.python.failure import Failure

from catalog.crawler.answers import REDIRECTS, Answers, is_html
from catalog.crawler.crawl import Crawl
from catalog.crawler.engine import Stopped
from catalog.crawler.state_file import StateError
from catalog.crawler.turns import retry_after_s
from catalog.crawler.visit import Found, Kind, Page
from catalog.objects import ObjectsError

_RETRIED = (408, 425, 429, 500, 502, 503, 504)
_TOLD_EVERY = 100


class ShopSpider(Spider):
    """Reads what comes, and writes what became of it into the frontier."""

    name = "shop"

    def __init__(self, crawl: Crawl, **rest: Any) -> None:
        """Work for one crawl."""
        super().__init__(**rest)
        self.crawl = crawl
        self._answers = Answers(crawl)
        self._num_answers = 0
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ShopSpider":
        """As Scrapy makes it."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers_received, signals.headers_received)
        crawler.signals.connect(spider.spider_error, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the start pages are in the frontier."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def closed(self, reason: str) -> None:
        """Scrapy is done."""
        self.crawl.finished = reason == "finished" and not self.crawl.frontier.has_waiting()

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Do without the body of what is no page."""
        page: Page = request.meta["page"]
        if page.kind is Kind.PAGE and not is_html(headers):
            raise StopDownload(fail=False)

    async def parse(self, response: Response, **kwargs: Any) -> None:
        """An answer has come."""
        try:
            await self._read(response)
        except StateError as error:
            self.stop(str(error))

    async def _read(self, response: Response) -> None:
        page: Page = response.meta["page"]
        if response.status in _RETRIED:
            pause_s = retry_after_s(response.headers.get("Retry-After"), time.time())
            self.crawl.try_later(page, f"failed: status {response.status}", pause_s)
        elif page.kind is Kind.ROBOTS:
            self._answers.robots(page, response)
        else:
            self.crawl.done(page, await self._found(page, response))
        if self.crawl.fault:
            self.stop(self.crawl.fault)
        self._tell()

    async def _found(self, page: Page, response: Response) -> Found:
        if response.status in REDIRECTS:
            return self._answers.redirected(page, response)
        if response.status in (404, 410):
            return Found(outcome="not found")
        if response.status != 200:
            return Found(outcome=f"refused: status {response.status}")
        if page.kind is Kind.PICTURE:
            # Decoding and storing take a while, in which other hosts are asked.
            return await asyncio.to_thread(self._answers.picture, page, response.body)
        if page.kind is Kind.SITEMAP:
            return self._answers.sitemap(page, response)
        return self._answers.page(page, response)

    def failed(self, failure: Failure) -> None:
        """No answer has come."""
        try:
            self._give_up(failure)
        except StateError as error:
            self.stop(str(error))

    def _give_up(self, failure: Failure) -> None:
        error: Any = failure.value
        request: Any = getattr(failure, "request", None)
        page: Page = request.meta["page"]
        if isinstance(error, StateError):
            self.stop(str(error))
        elif isinstance(error, Stopped):
            self.crawl.leave(page)
        elif isinstance(error, DownloadCancelledError | IgnoreRequest):
            self.crawl.give_up(page, "too large")
        else:
            self.crawl.try_later(page, f"failed: {type(error).__name__}", None)

    def spider_error(self, failure: Failure, response: Response) -> None:
        """Reading an answer broke off: the page is left out, and Scrapy's log says why."""
        if isinstance(failure.value, ObjectsError):
            self.stop(f"the object store fails: {failure.value}")
        else:
            self.crawl.give_up(response.meta["page"], "broken")

    def stop(self, fault: str) -> None:
        """End the crawl before its time; what waits goes on waiting."""
        self.crawl.fault = self.crawl.fault or fault
        if self._closing is None and self.crawler.engine is not None:
            close = self.crawler.engine.close_spider_async(reason="fault")
            self._closing = asyncio.ensure_future(close)

    def _tell(self) -> None:
        self._num_answers += 1
        if self._num_answers % _TOLD_EVERY == 0:
            print(f"crawl: {self._num_answers} answers", file=sys.stderr, flush=True)
