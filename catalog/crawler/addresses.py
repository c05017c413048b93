"""Which network addresses may be connected to: public ones, and private ones of named hosts.

The check is made where a name becomes an address, and the connection goes to exactly what was
checked: a name that answers with another address the second time gains nothing.
"""

import ipaddress
import socket
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import classImplements

from catalog.readers.source import CatalogueError

ALLOWED = "CRAWL_PRIVATE_HOSTS"
"""The Scrapy setting that names hosts which may lie at private addresses."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Receiver = Any
"""What takes addresses as they are found; an IResolutionReceiver of Twisted."""


def is_public(text: str) -> bool:
    """Whether an IP address can be reached by anybody, an IPv4 one within IPv6 included."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            inner = address.teredo[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


def hostname_of(host: str) -> str:
    """A host without its port, in small letters, as the connection is made to it."""
    text = host.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text if text.count(":") > 1 else text.partition(":")[0]


def check_hosts(names: Iterable[str], private: Collection[str]) -> None:
    """Look named hosts up once, so that one that may not be asked is said at the start.

    Raises:
        CatalogueError: a host has no address, or a private one and was not named for it.
    """
    for name in sorted(names):
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise CatalogueError(f"{name}: has no address ({error}); check its name") from error
        addresses = sorted({str(entry[4][0]) for entry in found})
        hidden = [address for address in addresses if not is_public(address)]
        if hidden and name not in private:
            raise CatalogueError(
                f"{name}: lies at {hidden[0]}, which is not public; if it is yours and shall be "
                f"crawled, add --allow-private {name}"
            )


class CheckedResolver:
    """Twisted's own resolver, less the addresses that may not be connected to."""

    def __init__(self, resolver: Any, private: Collection[str]) -> None:
        """Pass on what `resolver` finds; hosts in `private` may lie anywhere."""
        self._resolver = resolver
        self._private = frozenset(private)
        self._reactor: Any = None

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "CheckedResolver":
        """As Scrapy makes it, from its settings."""
        made = cls(reactor.nameResolver, crawler.settings.getlist(ALLOWED))
        made._reactor = reactor
        return made

    def install_on_reactor(self) -> None:
        """Every name is looked up here from now on."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Receiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Look a name up; one with a single private address has none at all."""
        if hostname_of(hostName) not in self._private:
            resolutionReceiver = _PublicOnly(resolutionReceiver)
        return self._resolver.resolveHostName(
            resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics
        )


class _PublicOnly:
    """Keeps addresses back until all are known, and passes all of them on or none."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._found: list[Any] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self._found.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        if all(is_public(str(address.host)) for address in self._found):
            for address in self._found:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


classImplements(CheckedResolver, IHostnameResolver)
classImplements(_PublicOnly, IResolutionReceiver)
