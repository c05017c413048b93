"""A shop of 300 pages and what a crawl of it must find: every kind of page, fault and trap."""

import gzip
import io
import json
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.catalog.crawler.loopback_shop import Answer, LoopbackShop

NUM_PRODUCTS = 240
PER_LIST = 20
NUM_PICTURES = 3
"""Different ones; each is at several addresses."""

_COLORS = ("Black", "White", "Navy", "Red")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def product(number: int, shop: str) -> dict[str, Any]:
    """The row that product `number` must become."""
    row: dict[str, Any] = {
        "id": f"sku-{number:03}",
        "name": f"Shirt & tie {number}",
        "description": "Made of cotton.",
        "brand": "Northline",
        "category": "Men > Shirts",
        "color": _COLORS[number % 4],
        "price": 10 + number / 2 if number % 2 else 10 + number // 2,
        "currency": "EUR",
        "in_stock": number % 5 != 0,
        "availability": "InStock" if number % 5 else "OutOfStock",
        "url": f"{shop}/p/{number}",
    }
    if number % 4 == 3:
        # Open Graph knows no more than this.
        return row
    row["material"] = "Cotton"
    if number % 4 != 2:
        row["Sleeve"] = "long"
    return row


def fill(shop: LoopbackShop, cdn: LoopbackShop, elsewhere: LoopbackShop, *, delay_s: float) -> None:
    """Give the shop its pages, and another host its pictures, one of which is none.

    Args:
        shop: whose robots.txt asks for a delay.
        cdn: has the pictures.
        elsewhere: where the shop redirects to.
        delay_s: seconds.
    """
    pictures = [_drawn(24 + number) for number in range(NUM_PICTURES)]
    shop.answers |= dict(_pages(shop.url, cdn.url, elsewhere.url))
    robots = (
        "User-agent: *\nDisallow: /\n\n"
        f"User-agent: modiste\nDisallow: /private/\nCrawl-delay: {delay_s}\n\n"
        f"Sitemap: {shop.url}/sitemap_index.xml\n"
    )
    shop.answers["/robots.txt"] = Answer(body=robots.encode(), kind="text/plain")
    shop.answers |= dict(_sitemaps(shop.url))
    cdn.answers |= {
        f"/{number}.jpg": Answer(body=pictures[number % NUM_PICTURES], kind="image/jpeg")
        for number in range(0, 40, 4)
    }
    cdn.answers["/8.jpg"] = Answer(body=b"no picture", kind="image/jpeg")


def rows(shop: str) -> dict[str, dict[str, Any]]:
    """What the catalogue must hold, by id; without pictures."""
    return {row["id"]: row for row in (product(number, shop) for number in range(NUM_PRODUCTS))}


def _drawn(width: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 16), (200, 30, 60)).save(out, "JPEG")
    return out.getvalue()


def _page(head: str, body: str = "") -> Answer:
    text = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return Answer(body=text.encode())


def _pages(shop: str, cdn: str, elsewhere: str) -> Iterator[tuple[str, Any]]:
    for number in range(NUM_PRODUCTS):
        page = _product_page(number, shop, cdn)
        yield f"/p/{number}", page
        yield f"/p/{number}?from=list", page
    num_lists = NUM_PRODUCTS // PER_LIST
    for number in range(num_lists):
        yield f"/list?page={number}", _list_page(number, num_lists)
    yield "/", _page("<title>Shop</title>", "".join(map(_link, _ODD_LINKS)))
    yield from _odd_pages(shop, elsewhere)


_ODD_LINKS = (
    *("/list?page=0", "/about/0", "/old", "/away", "/metadata", "/file", "/loop/a", "/gone"),
    *("/soft-404", "/manual", "/endless", "/busy", "/private/1", "/private/2", "/empty"),
    *("mailto:me@shop.example", "javascript:void(0)", "http://[broken", "/p/1#reviews", "/chain/1"),
)


def _odd_pages(shop: str, elsewhere: str) -> Iterator[tuple[str, Any]]:
    for number in range(24):
        following = _link(f"/about/{number + 1}") if number < 23 else ""
        yield f"/about/{number}", _page("<title>About us</title>", f"<p>{number}</p>{following}")
    redirects = {
        "/old": f"{shop}/p/0",
        "/away": f"{elsewhere}/",
        "/metadata": "http://169.254.169.254/latest/meta-data/",
        "/file": "file:///etc/passwd",
        "/loop/a": "/loop/b",
        "/loop/b": "/loop/a",
    }
    redirects |= {f"/chain/{number}": f"/chain/{number + 1}" for number in range(1, 20)}
    for path, target in redirects.items():
        yield path, Answer(status=302, headers={"Location": target})
    yield "/soft-404", _page("<title>Page not found</title>", "<p>Sorry</p>")
    yield "/manual", Answer(body=b"%PDF-1.4 " * 1000, kind="application/pdf")
    yield "/endless", Answer(body=b"<p>and on</p>" * 5000, is_endless=True)
    yield "/busy", (Answer(status=503, headers={"Retry-After": "0"}), _page("<title>Hi</title>"))
    yield "/private/1", _page("<title>Secret</title>")
    yield "/empty", Answer()


def _link(address: str) -> str:
    return f'<a href="{address}">more</a>'


def _list_page(number: int, num_lists: int) -> Answer:
    """Twenty products; the last list is known to the sitemap alone. The first two have copies."""
    following = (
        f'<link rel="next" href="/list?page={number + 1}">' if number < num_lists - 2 else ""
    )
    numbers = range(number * PER_LIST, (number + 1) * PER_LIST)
    links = "".join(_link(f"/p/{n}?utm_source=list") for n in numbers)
    copies = "".join(_link(f"/p/{n}?from=list") for n in numbers[:2])
    return _page(f"<title>Shirts</title>{following}", links + copies)


def _product_page(number: int, shop: str, cdn: str) -> Answer:
    row = product(number, shop)
    picture = f"{cdn}/{number}.jpg" if number % 4 == 0 and number < 40 else None
    head = f'<title>{number}</title><link rel="canonical" href="{shop}/p/{number}">'
    written = (_json_ld, _graph, _microdata, _open_graph)[number % 4](row, number, picture)
    page = _page(head + written) if number % 4 != 2 else _page(head, written)
    if number % 40 == 3:
        return Answer(body=page.body, parts=4)
    return page


def _node(row: dict[str, Any], picture: str | None) -> dict[str, Any]:
    return {
        "@type": "Product",
        "sku": row["id"],
        "name": f"Shirt &amp; tie {int(row['id'][4:])}",
        "description": "<p>Made of <b>cotton</b>.</p>",
        "brand": {"@type": "Brand", "name": row["brand"]},
        "category": ["Men", "Shirts"],
        "color": row["color"],
        "material": "Cotton",
        "image": [picture] if picture else [],
        "additionalProperty": [{"@type": "PropertyValue", "name": "Sleeve", "value": "long"}],
        "offers": {
            "@type": "Offer",
            "price": f"{row['price']:.2f}",
            "priceCurrency": "EUR",
            "availability": f"https://schema.org/{row['availability']}",
        },
    }


def _script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def _json_ld(row: dict[str, Any], number: int, picture: str | None) -> str:
    """One node; now and then with a comma too many, or below a block that is beyond repair."""
    text = json.dumps({"@context": "https://schema.org", **_node(row, picture)})
    if number % 16 == 0:
        text = "/* the product */" + text.removesuffix("}") + ",}"
    broken = _script('{"@type": "Product", "name": ') if number % 24 == 0 else ""
    return broken + _script(text)


def _graph(row: dict[str, Any], number: int, picture: str | None) -> str:
    """A graph whose product refers to its offer, among what is related to it."""
    node = _node(row, picture)
    offer = {"@id": "#offer", **node.pop("offers")}
    related = [{"@type": "Product", "name": "Other", "sku": "other", "url": "/p/1"}]
    page = {"@type": "WebPage", "mainEntity": {"@id": "#product"}}
    whole = {"@id": "#product", **node, "offers": {"@id": "#offer"}, "isRelatedTo": related}
    return _script(json.dumps({"@context": "https://schema.org", "@graph": [page, whole, offer]}))


def _microdata(row: dict[str, Any], number: int, picture: str | None) -> str:
    """Microdata in markup that is never closed."""
    name = row["name"].replace("&", "&amp;")
    return (
        f'<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">{name}</h1>'
        f'<meta itemprop="sku" content="{row["id"]}"><p itemprop="description">Made of <b>cotton.'
        f'</p><span itemprop="brand">{row["brand"]}</span><meta itemprop="color" '
        f'content="{row["color"]}"><meta itemprop="material" content="Cotton"><meta '
        'itemprop="category" content="Men &gt; Shirts"><div itemprop="offers" itemscope '
        f'itemtype="https://schema.org/Offer"><span itemprop="price">{row["price"]}</span>'
        '<meta itemprop="priceCurrency" content="EUR"><link itemprop="availability" '
        f'href="https://schema.org/{row["availability"]}">'
    )


def _open_graph(row: dict[str, Any], number: int, picture: str | None) -> str:
    availability = "in stock" if row["in_stock"] else "oos"
    properties = {
        "og:type": "product",
        "og:title": row["name"],
        "og:description": row["description"],
        "product:retailer_item_id": row["id"],
        "product:brand": row["brand"],
        "product:category": row["category"],
        "product:color": row["color"],
        "product:price:amount": row["price"],
        "product:price:currency": "EUR",
        "product:availability": availability,
    }
    return "".join(
        f'<meta property="{name}" content="{str(value).replace("&", "&amp;")}">'
        for name, value in properties.items()
    )


def _sitemaps(shop: str) -> Iterator[tuple[str, Answer]]:
    def xml(tag: str, entry: str, addresses: list[str]) -> bytes:
        entries = "".join(f"<{entry}><loc>{text}</loc></{entry}>" for text in addresses)
        return f'<?xml version="1.0"?><{tag} xmlns="{_NAMESPACE}">{entries}</{tag}>'.encode()

    late = [f"{shop}/p/{number}" for number in range(NUM_PRODUCTS - PER_LIST, NUM_PRODUCTS)]
    packed = gzip.compress(xml("urlset", "url", [*late, "http://elsewhere.example/p/9"]))
    plain = xml("urlset", "url", [f"{shop}/p/0", f"{shop}/p/1"])
    index = [f"{shop}/products.xml.gz", f"{shop}/plain.xml", f"{shop}/missing.xml"]
    yield "/sitemap_index.xml", Answer(body=xml("sitemapindex", "sitemap", index), kind="text/xml")
    yield "/products.xml.gz", Answer(body=packed, kind="application/gzip")
    yield "/plain.xml", Answer(body=plain, kind="application/xml")
