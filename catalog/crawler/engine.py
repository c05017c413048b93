"""What Scrapy is given to work with: its scheduler, its one middleware of ours, its settings."""

import asyncio
from typing import Any

from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from catalog.crawler.addresses import ALLOWED
from catalog.crawler.config import CrawlConfig
from catalog.crawler.crawl import Crawl
from catalog.crawler.sitemaps import MAX_BYTES
from catalog.crawler.state_file import StateError
from catalog.crawler.visit import Kind, Page
from catalog.picture import MAX_FILE_BYTES

_ACCEPT = {Kind.PICTURE: "image/jpeg,image/png,image/webp;q=0.9"}
_PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"


class Stopped(IgnoreRequest):
    """The crawl is told to stop; what waits is left waiting."""


class FrontierScheduler(BaseScheduler):
    """Hands Scrapy one page a host; what waits is in the frontier, and survives this process."""

    def __init__(self, crawler: Crawler) -> None:
        """Serve the spider's crawl."""
        spider: Any = crawler.spider
        self._spider = spider
        self._crawl: Crawl = spider.crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "FrontierScheduler":
        """As Scrapy makes it."""
        return cls(crawler)

    def has_pending_requests(self) -> bool:
        """Whether anything is still to be asked for."""
        return self._crawl.frontier.has_waiting()

    def enqueue_request(self, request: Request) -> bool:
        """Nothing comes this way: pages are entered into the frontier."""
        return False

    def next_request(self) -> Request | None:
        """A request for the next page."""
        try:
            page = self._crawl.next_page()
        except StateError as error:
            self._spider.stop(str(error))
            return None
        return None if page is None else self._request(page)

    def _request(self, page: Page) -> Request:
        config = self._crawl.config
        limits = {Kind.SITEMAP: MAX_BYTES, Kind.PICTURE: MAX_FILE_BYTES}
        return Request(
            page.address.url,
            callback=self._spider.parse,
            errback=self._spider.failed,
            headers={"Accept": _ACCEPT.get(page.kind, _PAGES)},
            meta={
                "page": page,
                "download_timeout": config.timeout_s,
                "download_maxsize": limits.get(page.kind, config.max_page_bytes),
            },
            dont_filter=True,
        )


class Patience:
    """Holds a request back until its host may be asked."""

    def __init__(self, crawler: Crawler) -> None:
        """Serve the spider's crawl."""
        spider: Any = crawler.spider
        self._crawler = crawler
        self._crawl: Crawl = spider.crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Patience":
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait; in short steps, so that a crawl that is told to stop does."""
        page: Page = request.meta["page"]
        while (wait_s := self._crawl.turns.wait_s(page.address.host)) > 0:
            await asyncio.sleep(min(wait_s, 0.5))
            engine = self._crawler.engine
            if self._crawl.fault or engine is None or not engine.running:
                raise Stopped("told to stop")
        self._crawl.asking(page)

    def process_response(self, request: Request, response: Response) -> Response:
        """The delay counts from the end of an answer."""
        self._crawl.turns.answered(request.meta["page"].address.host)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Or from when it is known that none comes."""
        self._crawl.turns.answered(request.meta["page"].address.host)


def scrapy_settings(config: CrawlConfig) -> dict[str, Any]:
    """Scrapy, less all that it would do besides asking for the pages that it is handed."""
    return {
        "USER_AGENT": config.user_agent,
        "SCHEDULER": FrontierScheduler,
        "DOWNLOADER_MIDDLEWARES": {Patience: 900},
        "TWISTED_DNS_RESOLVER": "catalog.crawler.addresses.CheckedResolver",
        ALLOWED: sorted(config.private_hosts),
        "CONCURRENT_REQUESTS": max(1, len(config.all_hosts)),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "ftp", "s3")),
        "DEFAULT_REQUEST_HEADERS": {},
        # The frontier sees to each of these, so that it outlives the process.
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "HTTPERROR_ALLOW_ALL": True,
        # A proxy would look names up itself, where nobody checks what they lead to.
        "HTTPPROXY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "crawl: %(levelname)s: %(message)s",
    }
