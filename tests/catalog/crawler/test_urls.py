"""Which addresses are taken, and which are the same."""

import pytest

from catalog.crawler.urls import host_of, parse_address

BASE = "https://shop.example/men/"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("shirts", "https://shop.example/men/shirts"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("/a b#top", "https://shop.example/a%20b"),
        ("/셔츠", "https://shop.example/%EC%85%94%EC%B8%A0"),
        ("/p?id=1&utm_source=x&gclid=y", "https://shop.example/p?id=1"),
        ("HTTPS://SHOP.example/p", "https://shop.example/p"),
    ],
)
def test_addresses_are_made_whole(text: str, url: str) -> None:
    address = parse_address(text, BASE)
    assert address is not None
    assert address.url == url


@pytest.mark.parametrize(
    "text",
    [
        *("mailto:me@shop.example", "javascript:void(0)", "data:text/html,x", "file:///etc/passwd"),
        *("ftp://shop.example/", "https://me:secret@shop.example/", "https://me@shop.example/"),
        *("http://[broken", "https://shop.example:99999/", "https://:80/"),
        *("gopher://shop.example/", "https://shop.example/" + "a" * 2000),
    ],
)
def test_what_is_no_address_of_a_page_is_none(text: str) -> None:
    assert parse_address(text, BASE) is None


def test_spellings_of_one_address_have_one_key() -> None:
    texts = ("/p?b=2&a=1", "/p?a=1&b=2#top", "https://SHOP.example:443/p?a=1&b=2&utm_term=x")
    addresses = [address for text in texts if (address := parse_address(text, BASE))]
    assert {address.key for address in addresses} == {"https://shop.example/p?a=1&b=2"}
    # What is asked for is what the page wrote: a shop may mind the order.
    assert addresses[0].url == "https://shop.example/p?b=2&a=1"


def test_a_host_is_named_with_its_port_where_that_is_unusual() -> None:
    urls = (
        "https://a.example/",
        "http://a.example:80/",
        "https://a.example:80/",
        "http://[::1]:8/",
    )
    assert [host_of(url) for url in urls] == ["a.example", "a.example", "a.example:80", "[::1]:8"]
