"""What a site's robots.txt allows, and how long it asks to wait."""

from protego import Protego

MAX_BYTES = 500 * 1024
"""How much of a robots.txt is read, the least that RFC 9309 asks for."""


class Rules:
    """The rules of one origin for one agent."""

    def __init__(self, text: str | None, agent: str) -> None:
        """Read a robots.txt.

        Args:
            text: empty where there is none, which allows everything; None where the server could
                not say, which allows nothing (RFC 9309, 2.3.1.4).
            agent: who asks, as robots.txt names it.
        """
        self._agent = agent
        self._parser = None if text is None else Protego.parse(text)

    def allow(self, url: str) -> bool:
        """Whether this address may be asked for."""
        return self._parser is not None and self._parser.can_fetch(url, self._agent)

    @property
    def delay_s(self) -> float:
        """Seconds between requests, by Crawl-delay and by Request-rate, whichever is longer."""
        if self._parser is None:
            return 0.0
        rate = self._parser.request_rate(self._agent)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(self._parser.crawl_delay(self._agent) or 0.0, by_rate, 0.0)

    @property
    def sitemaps(self) -> list[str]:
        """Addresses of sitemaps."""
        return [] if self._parser is None else list(self._parser.sitemaps)


def decode_robots(body: bytes) -> str:
    """The text of a robots.txt, as far as it is read."""
    return body[:MAX_BYTES].decode("utf-8-sig", errors="replace")
