"""Which addresses may be connected to, and that a name cannot change its mind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from catalog.crawler.addresses import CheckedResolver, check_hosts, hostname_of, is_public
from catalog.readers.source import CatalogueError


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
        *("nonsense", ""),
    ],
)
def test_what_is_not_public_is_not_connected_to(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@dataclass
class Address:
    host: str


@dataclass
class Names:
    """A resolver that answers from a list, one answer after the other."""

    answers: list[list[str]]

    def resolveHostName(  # noqa: N802
        self, receiver: Any, name: str, port: int, kinds: Sequence[Any] | None, semantics: str
    ) -> Any:
        receiver.resolutionBegan(self)
        for host in self.answers.pop(0):
            receiver.addressResolved(Address(host))
        receiver.resolutionComplete()
        return self


@dataclass
class Connecting:
    """What waits for an address to connect to."""

    found: list[str] = field(default_factory=list)
    is_complete: bool = False

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        assert not self.found

    def addressResolved(self, address: Address) -> None:  # noqa: N802
        self.found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.is_complete = True


def look_up(resolver: CheckedResolver, name: str) -> list[str]:
    connecting = Connecting()
    resolver.resolveHostName(connecting, name, 443)
    assert connecting.is_complete
    return connecting.found


def test_a_name_with_one_private_address_has_none() -> None:
    resolver = CheckedResolver(Names([["8.8.8.8", "1.1.1.1"], ["8.8.8.8", "10.0.0.1"]]), ())
    assert look_up(resolver, "shop.example") == ["8.8.8.8", "1.1.1.1"]
    # The same name, looked up once more: now it means the inside of our network.
    assert look_up(resolver, "shop.example") == []


def test_a_host_that_is_named_may_be_private_and_no_other() -> None:
    resolver = CheckedResolver(Names([["10.0.0.1"], ["10.0.0.1"]]), {"shop.internal"})
    assert look_up(resolver, "Shop.internal") == ["10.0.0.1"]
    assert look_up(resolver, "other.internal") == []


def test_hosts_are_compared_without_their_ports() -> None:
    hosts = ("Shop.example:8080", "shop.example", "[::1]:80", "::1")
    assert [hostname_of(host) for host in hosts] == ["shop.example", "shop.example", "::1", "::1"]


def test_a_private_host_is_refused_with_the_remedy() -> None:
    with pytest.raises(CatalogueError, match=r"127\.0\.0\.1: .*add --allow-private 127\.0\.0\.1"):
        check_hosts(["127.0.0.1"], ())
    check_hosts(["127.0.0.1"], {"127.0.0.1"})
