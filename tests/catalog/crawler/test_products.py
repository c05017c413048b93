"""What pages say of products, in all the ways in which shops write it."""

import json
from typing import Any

import lxml.html
import pytest

from catalog.crawler.products import PROPERTIES, PageProducts, products_of

URL = "https://shop.example/p/1"


def read(head: str, body: str = "<p>", canonical: str = URL) -> PageProducts:
    text = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return products_of(lxml.html.document_fromstring(text), URL, canonical)


def script(node: object) -> str:
    text = node if isinstance(node, str) else json.dumps(node)
    return f'<script type="application/ld+json">{text}</script>'


def product(**properties: Any) -> dict[str, Any]:
    return {"@type": "Product", "name": "Shirt", "sku": "s1", **properties}


def known(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, {})}


def only(head: str, body: str = "<p>") -> dict[str, Any]:
    (row,) = read(head, body).rows
    return known(row)


def test_a_product_group_gives_its_variants_which_inherit_what_they_do_not_say() -> None:
    group = {
        "@type": "ProductGroup",
        "productGroupID": "oxford",
        "name": "Oxford shirt",
        "brand": {"@type": "Brand", "name": "Northline"},
        "material": ["Cotton", "Linen"],
        "audience": {"@type": "PeopleAudience", "suggestedGender": "https://schema.org/Male"},
        "hasVariant": [
            {"@type": "Product", "sku": f"o-{size}", "color": color, "size": size}
            | {"offers": {"@type": "Offer", "price": 50, "priceCurrency": "usd"}}
            for color, size in (("White", "M"), ("Black", "L"))
        ],
    }
    rows = [known(row) for row in read(script(group)).rows]
    shared = {
        "name": "Oxford shirt",
        "brand": "Northline",
        "material": "Cotton",
        "gender": "Male",
        "variant_group": "oxford",
        "price": 50,
        "currency": "USD",
    }
    assert rows == [
        {**shared, "id": "o-M", "color": "White", "size": "M"},
        {**shared, "id": "o-L", "color": "Black", "size": "L"},
    ]


def test_variants_that_are_only_named_are_links() -> None:
    there = "https://shop.example/p/2"
    group = {"@type": "ProductGroup", "name": "Shirt", "hasVariant": [{"url": there}]}
    group["hasVariant"] = [{"@type": "Product", "url": there}]
    found = read(script({**group, "sku": "group"}))
    assert [row["id"] for row in found.rows] == ["group"]
    assert there in found.links


def test_a_page_that_lists_products_is_about_none_of_them() -> None:
    listed = [product(sku=f"s{n}", url=f"https://shop.example/p/{n}") for n in (5, 6)]
    items = {"@type": "ItemList", "itemListElement": listed}
    assert read(script([items, *listed])).rows == ()
    assert set(read(script(items)).links) == {f"https://shop.example/p/{n}" for n in (5, 6)}


@pytest.mark.parametrize(
    ("offers", "told"),
    [
        ({"price": "1,299.00", "availability": "InStock"}, (1299, "InStock", True)),
        (
            {"price": "39,90 €", "availability": "http://schema.org/SoldOut"},
            (39.9, "SoldOut", False),
        ),
        ({"price": "₩39,000", "availability": "schema:PreOrder"}, (39000, "PreOrder", False)),
        ({"price": "on request"}, (None, None, None)),
        ({"price": -1}, (None, None, None)),
        ({"price": float("nan")}, (None, None, None)),
        ({"@type": "AggregateOffer", "lowPrice": "10", "highPrice": "20"}, (10, None, None)),
        (
            # The cheapest that can be bought, not the cheapest of all.
            [
                {"price": 5, "availability": "OutOfStock"},
                {"price": 9, "availability": "InStock"},
                {"price": 8, "availability": "LimitedAvailability"},
            ],
            (8, "LimitedAvailability", True),
        ),
        (
            {
                "@type": "AggregateOffer",
                "lowPrice": 1,
                "priceCurrency": "EUR",
                "offers": [{"price": 7, "availability": "InStock"}],
            },
            (7, "InStock", True),
        ),
        (
            {
                "priceSpecification": [
                    {"price": 80, "priceType": "https://schema.org/StrikethroughPrice"},
                    {"price": 60},
                ]
            },
            (60, None, None),
        ),
    ],
)
def test_price_and_stock_are_what_can_be_bought(offers: Any, told: tuple[Any, ...]) -> None:
    row = only(script(product(offers=offers)))
    assert tuple(row.get(name) for name in ("price", "availability", "in_stock")) == told


def test_json_ld_is_read_through_comments_entities_and_commas() -> None:
    texts = [
        '<!-- first -->{"@type": "Product", "name": "A", "sku": "1",}',
        "{&quot;@type&quot;: &quot;Product&quot;, &quot;name&quot;: &quot;A&quot;, "
        "&quot;sku&quot;: &quot;1&quot;}",
        '{"@type": "Product", /* its name */ "name": "A\nB", "sku": 1}',
    ]
    found = [read(script(text)) for text in texts]
    assert [page.rows[0]["name"] for page in found] == ["A", "A", "A B"]
    assert [page.rows[0]["id"] for page in found] == ["1", "1", "1"]


def test_a_broken_block_is_counted_and_the_next_is_read() -> None:
    found = read(script('{"@type": "Prod') + script("[" * 100_000) + script(product()))
    assert [row["id"] for row in found.rows] == ["s1"]
    assert found.num_broken == 2


def test_circles_of_references_end() -> None:
    graph = [
        {"@id": "#p", **product(), "isVariantOf": {"@id": "#g"}},
        {"@id": "#g", "@type": "ProductGroup", "productGroupID": "g", "x": {"@id": "#p"}},
    ]
    rows = read(script({"@graph": graph})).rows
    assert rows[0]["variant_group"] == "g"


def test_less_trusted_syntaxes_fill_in_and_do_not_overrule() -> None:
    head = script(product(offers={"price": 10}))
    head += '<meta property="og:type" content="product"><meta property="og:title" content="SALE!">'
    head += '<meta property="product:price:amount" content="99">'
    head += '<meta property="product:price:currency" content="eur">'
    head += '<meta property="og:image" content="/i/1.jpg">'
    body = '<div itemscope itemtype="http://schema.org/Product"><b itemprop="name">shirt</b>'
    body += '<b itemprop="color">Navy</b></div>'
    assert only(head, body) == {
        "id": "s1",
        "name": "Shirt",
        "price": 10,
        "color": "Navy",
        "currency": "EUR",
        "image": "https://shop.example/i/1.jpg",
    }


def test_open_graph_alone_makes_a_product_only_where_it_says_so() -> None:
    title = '<meta property="og:title" content="Shirt">'
    assert read(title + '<meta property="og:type" content="website">').rows == ()
    row = only(title + '<meta property="og:type" content="og:product">')
    assert row == {"id": URL, "name": "Shirt"}


def test_a_product_without_an_id_has_that_of_its_place() -> None:
    nameless = {"@type": "Product", "name": "Shirt", "sku": "N/A", "mpn": "0"}
    assert only(script(nameless))["id"] == URL
    long = f"{URL}?{'x' * 300}"
    (row,) = read(script(nameless), canonical=long).rows
    assert row["id"].startswith("url-")
    assert len(row["id"]) == 36


def test_a_product_without_a_name_is_counted_and_left_out() -> None:
    found = read(script({"@type": "Product", "sku": "1"}))
    assert (found.rows, found.num_nameless) == ((), 1)


def test_own_properties_become_columns_and_breadcrumbs_the_category() -> None:
    properties = [
        {"@type": "PropertyValue", "name": "Fit", "value": ["slim", "short"]},
        {"@type": "PropertyValue", "name": "Length", "value": 70, "unitText": "cm"},
        {"@type": "PropertyValue", "value": "of nothing"},
    ]
    steps = [
        {"@type": "ListItem", "position": n, "item": {"name": name}}
        for n, name in enumerate(("Home", "Men", "Shirts", "This one"))
    ]
    trail = {"@type": "BreadcrumbList", "itemListElement": steps}
    row = only(script([product(additionalProperty=properties), trail]))
    assert row[PROPERTIES] == {"Fit": ["slim", "short"], "Length": "70 cm"}
    assert row["category"] == "Men > Shirts"


def test_descriptions_lose_their_markup_and_what_no_text_may_hold() -> None:
    text = "&lt;p&gt;Warm&lt;/p&gt;<br>&amp;amp; <b>so</b>ft\x00\ud800  wool"
    assert only(script(product(description=text)))["description"] == "Warm & soft wool"
    long = only(script(product(description="x" * 50_000)))["description"]
    assert len(long) == 10_000
