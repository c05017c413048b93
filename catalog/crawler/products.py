"""Rows of a catalogue from what a page says of its products.

JSON-LD is trusted most, then microdata, then Open Graph: what one leaves open the next fills in.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from catalog.crawler.offers import offer_cells
from catalog.crawler.structured import (
    Node,
    all_nodes,
    json_ld_nodes,
    main_nodes,
    microdata_nodes,
    nodes_of,
    open_graph,
    types_of,
)
from catalog.crawler.urls import parse_address
from catalog.crawler.values import (
    availability_of,
    currency_of,
    is_in_stock,
    price_of,
    text_of,
    texts_of,
)

Row = dict[str, Any]

COLUMNS = (
    *("id", "name", "description", "brand", "category", "color", "material", "size", "gender"),
    *("pattern", "price", "currency", "in_stock", "availability", "image", "variant_group", "url"),
)
"""Columns of the catalogue besides a shop's own properties, in this order."""

PROPERTIES = "properties"
"""Where a row keeps a shop's own properties until the catalogue is written."""

_PRODUCT = frozenset(("Product", "IndividualProduct", "SomeProducts", "ProductModel"))
_GROUP = frozenset(("ProductGroup",))
_IDS = ("sku", "productID", "gtin", "gtin14", "gtin13", "gtin12", "gtin8", "mpn")
_NO_IDS = frozenset(("0", "none", "null", "undefined", "sku", "n/a", "false"))
_MAX_ID_CHARS = 256
_MAX_PROPERTIES = 100
_MAX_VARIANTS = 1000


@dataclass(frozen=True, kw_only=True)
class PageProducts:
    """What a page says of products.

    Attributes:
        rows: products that it is about; each has at least a name and an id.
        links: addresses of products that it only lists.
        num_broken: blocks of JSON-LD that could not be read.
        num_nameless: products without a name, which are left out.
    """

    rows: tuple[Row, ...]
    links: tuple[str, ...]
    num_broken: int
    num_nameless: int


def products_of(root: HtmlElement, url: str, canonical: str) -> PageProducts:
    """Read a page.

    Args:
        root: its HTML.
        url: where it was, which relative addresses start from.
        canonical: the address that it calls its own, the id of a product without one.
    """
    blocks, num_broken = json_ld_nodes(root)
    microdata = microdata_nodes(root, url)
    by_trust = [list(_rows(nodes, url, canonical)) for nodes in (blocks, microdata)]
    graph = open_graph(root)
    by_trust.append([_from_open_graph(graph, url)] if _says_product(graph) else [])
    rows = _merged(by_trust)
    if len(rows) == 1:
        _fill(rows[0], {**_from_open_graph(graph, url), "id": None})
        _fill(rows[0], {"category": _trail([*blocks, *microdata])})
    named = [row for row in rows if row.get("name")]
    for number, row in enumerate(named):
        row["id"] = row.get("id") or _id_of_place(canonical, number)
    return PageProducts(
        rows=tuple(named),
        links=tuple(_listed([*blocks, *microdata])),
        num_broken=num_broken,
        num_nameless=len(rows) - len(named),
    )


def _id_of_place(url: str, number: int) -> str:
    """The id of a product without one: where it is, or a digest of that where it is too long."""
    place = f"{url}#{number}" if number else url
    if len(place) <= _MAX_ID_CHARS:
        return place
    return f"url-{hashlib.sha256(place.encode()).hexdigest()[:32]}"


def _rows(nodes: list[Node], url: str, canonical: str) -> Iterator[Row]:
    """Rows of the products that these nodes are about."""
    here = {address.key for text in (url, canonical) if (address := parse_address(text))}
    for node in main_nodes(nodes):
        types = types_of(node)
        variants = [part for part in nodes_of(node.get("hasVariant")) if _says_much(part)]
        if types & (_PRODUCT | _GROUP) and variants:
            yield from _variant_rows(node, variants[:_MAX_VARIANTS], url, canonical)
        elif types & (_PRODUCT | _GROUP):
            own = parse_address(text_of(node.get("url")) or "", url)
            # A page of several products lists them; each is read where it is at home.
            if own is None or own.key in here or _is_alone(nodes):
                yield _row(node, url)


def _is_alone(nodes: list[Node]) -> bool:
    return sum(bool(types_of(node) & (_PRODUCT | _GROUP)) for node in main_nodes(nodes)) == 1


def _says_much(variant: Node) -> bool:
    """Whether a variant is told here, and not only named with its address."""
    return bool(_id(variant)) or "offers" in variant


def _variant_rows(group: Node, variants: list[Node], url: str, canonical: str) -> Iterator[Row]:
    shared = _row(group, url)
    name = text_of(group.get("productGroupID")) or shared["id"] or canonical
    for variant in variants:
        row = _row(variant, url)
        own = parse_address(row["url"] or "", url)
        row["id"] = row["id"] or (own.key if own else None)
        _fill(row, {**shared, "id": None, "url": None})
        yield {**row, "variant_group": name}


def _row(node: Node, url: str) -> Row:
    audience = nodes_of(node.get("audience"))
    row: Row = {
        "id": _id(node),
        "variant_group": _group(node),
        "image": _image(node.get("image"), url),
        "url": text_of(node.get("url")),
        "category": " > ".join(texts_of(node.get("category"))) or None,
        "gender": _gender([part.get("suggestedGender") for part in audience]),
        PROPERTIES: dict(_properties(node)),
        **offer_cells(node),
    }
    for name in ("name", "description", "brand", "color", "material", "size", "pattern"):
        row[name] = text_of(node.get(name))
    row["brand"] = row["brand"] or text_of(node.get("manufacturer"))
    return row


def _id(node: Node) -> str | None:
    for name in _IDS:
        text = text_of(node.get(name))
        if text and len(text) <= _MAX_ID_CHARS and text.lower() not in _NO_IDS:
            return text
    return None


def _group(node: Node) -> str | None:
    for part in (node, *nodes_of(node.get("isVariantOf"))):
        for name in ("inProductGroupWithID", "productGroupID"):
            if text := text_of(part.get(name)):
                return text
    return None


def _image(value: Any, url: str) -> str | None:
    """The address of the first picture that has one."""
    for part in value if isinstance(value, list) else [value]:
        node = part if isinstance(part, dict) else {"url": part}
        for name in ("contentUrl", "url", "@id", "thumbnailUrl"):
            text = text_of(node.get(name))
            if text and (address := parse_address(text, url)):
                return address.url
    return None


def _gender(values: list[Any]) -> str | None:
    text = (text_of(values) or "").rstrip("/").rpartition("/")[2]
    return text or None


def _properties(node: Node) -> Iterator[tuple[str, str | list[str]]]:
    """A shop's own properties by name, as `additionalProperty` lists them."""
    for part in nodes_of(node.get("additionalProperty"))[:_MAX_PROPERTIES]:
        name, values = text_of(part.get("name")), texts_of(part.get("value"))
        unit = text_of(part.get("unitText"))
        if name and len(name) <= 100 and values:
            values = [f"{value} {unit}" for value in values] if unit else values
            yield name, values[0] if len(values) == 1 else values


def _says_product(graph: Mapping[str, str]) -> bool:
    kind = graph.get("og:type", "").lower().rpartition(".")[2].rpartition(":")[2]
    return kind in ("product", "item") or any(name in graph for name in _OG_PRICE)


_OG_PRICE = ("product:price:amount", "og:price:amount", "product:price")


def _from_open_graph(graph: Mapping[str, str], url: str) -> Row:
    def first(*names: str) -> str | None:
        return text_of([graph[name] for name in names if name in graph])

    availability = availability_of(first("product:availability", "og:availability"))
    row: Row = {
        "id": first("product:retailer_item_id", "product:sku", "product:ean", "product:upc"),
        "name": first("og:title"),
        "description": first("og:description"),
        "price": price_of(first("product:sale_price:amount", *_OG_PRICE)),
        "currency": currency_of(first("product:price:currency", "og:price:currency")),
        "availability": availability,
        "in_stock": is_in_stock(availability),
        "image": _image([graph.get("og:image:secure_url"), graph.get("og:image")], url),
        "variant_group": first("product:item_group_id"),
        "gender": first("product:gender", "product:target_gender"),
        "url": first("og:url"),
        PROPERTIES: {},
    }
    for name in ("brand", "category", "color", "material", "size", "pattern"):
        row[name] = first(f"product:{name}", f"og:{name}")
    return row


def _merged(by_trust: Iterable[list[Row]]) -> list[Row]:
    """One row a product: what is trusted less fills in what is open, and adds nothing of its own.

    Products are the same by their ids, or where each side has just one.
    """
    rows: list[Row] = []
    for others in by_trust:
        if not rows:
            rows = others
        elif len(rows) == len(others) == 1:
            _fill(rows[0], others[0])
        else:
            by_id = {row["id"]: row for row in rows if row["id"]}
            for other in others:
                if other["id"] in by_id:
                    _fill(by_id[other["id"]], other)
    return _distinct(rows)


def _distinct(rows: list[Row]) -> list[Row]:
    """Rows of which no two say the same id; the first fills in from those that follow."""
    by_id: dict[str, Row] = {}
    kept = []
    for row in rows:
        first = by_id.setdefault(row["id"], row) if row["id"] else row
        if first is row:
            kept.append(row)
        else:
            _fill(first, row)
    return kept


def _fill(row: Row, other: Mapping[str, Any]) -> None:
    for name, value in other.items():
        if name == PROPERTIES:
            row[name] = {**value, **row[name]}
        elif row.get(name) is None:
            row[name] = value


def _trail(nodes: list[Node]) -> str | None:
    """The way to the page, `Men > Shirts`, without the shop's front page and the page itself."""
    for node in main_nodes(nodes):
        if "BreadcrumbList" in types_of(node):
            steps = [
                text_of([part.get("name"), *nodes_of(part.get("item"))])
                for part in nodes_of(node.get("itemListElement"))
            ]
            return " > ".join(step for step in steps[1:-1] if step) or None
    return None


def _listed(nodes: list[Node]) -> Iterator[str]:
    for node in all_nodes(nodes):
        if types_of(node) & (_PRODUCT | _GROUP | {"ListItem"}):
            for text in (node.get("url"), node.get("item")):
                if isinstance(text, str):
                    yield text
