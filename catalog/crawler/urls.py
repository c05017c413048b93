"""Addresses of pages: which are taken, which are the same, and whose host is asked."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from w3lib.url import canonicalize_url, safe_url_string, url_query_cleaner

MAX_CHARS = 2000
"""Longest address that is asked for; traps make ever longer ones."""

_PORTS = {"http": 80, "https": 443}
# What shops add to tell where a visitor came from; the page is the same without.
_TRACKING = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    *("gclid", "fbclid", "msclkid", "srsltid"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is.

    Attributes:
        key: what is the same for two spellings of one address.
        url: what is asked for.
    """

    key: str
    url: str

    @property
    def host(self) -> str:
        """Its host; see `host_of`."""
        return host_of(self.url)

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def parse_address(text: str, base: str = "") -> Address | None:
    """The address that a page names; None where it is none that may be asked for.

    Args:
        text: absolute, or relative to `base`.
        base: address of the page that names it.
    """
    try:
        joined = urljoin(base, text.strip())
        # A scheme that is not ours may hold anything, megabytes of data too.
        if not joined[:8].lower().startswith(("http://", "https://")) or len(joined) > MAX_CHARS:
            return None
        url = safe_url_string(joined).partition("#")[0]
        parts = urlsplit(url)
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if not parts.hostname or "@" in parts.netloc or port == 0:
        return None
    if parts.port == _PORTS[parts.scheme]:
        url = parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    url = url_query_cleaner(url, _TRACKING, remove=True)
    return Address(key=canonicalize_url(url), url=url)


def host_of(url: str) -> str:
    """The host that an address is asked of: its name, with the port where that is unusual."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    is_usual = parts.port in (None, _PORTS.get(parts.scheme))
    return name if is_usual else f"{name}:{parts.port}"
