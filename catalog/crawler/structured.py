"""What a page says of itself to machines: JSON-LD, microdata and Open Graph, in one form.

A node is a JSON object as JSON-LD has it, with `@type` and its properties.
"""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from extruct.jsonld import JsonLdExtractor
from extruct.opengraph import OpenGraphExtractor
from extruct.w3cmicrodata import MicrodataExtractor
from lxml.html import HtmlElement

Node = Mapping[str, Any]

MAX_LEVELS = 30
"""How deep nodes are looked into; what is nested deeper is no product of a shop."""

_JSON_LD = (
    "//script[starts-with(normalize-space(translate(@type, 'APLICTONJSD', 'aplictonjsd')), "
    "'application/ld+json')]"
)


def json_ld_nodes(root: HtmlElement) -> tuple[list[Node], int]:
    """Nodes of a page's JSON-LD as its blocks hold them, and the number of broken blocks.

    Comments and commas at the end are borne with, and quotes written as entities. A node that only
    names another by `@id` is replaced by that one.
    """
    blocks: list[Any] = []
    num_broken = 0
    for script in root.xpath(_JSON_LD):
        try:
            blocks += _block(script)
        except (ValueError, RecursionError):
            num_broken += 1
    named = {node["@id"]: node for node in all_nodes(blocks) if len(node) > 1 and _is_id(node)}
    return nodes_of(_resolved(blocks, named)), num_broken


def _block(script: HtmlElement) -> list[Any]:
    """What one script holds; raises ValueError or RecursionError where that is no JSON."""
    extractor = JsonLdExtractor()
    # The extractor knows the plain name alone, without a character set behind it.
    script.set("type", "application/ld+json")
    try:
        return list(extractor.extract_items(script))
    except ValueError:
        script.text = html.unescape(script.text or "")
        return list(extractor.extract_items(script))


def _is_id(node: Node) -> bool:
    return isinstance(node.get("@id"), str)


def all_nodes(value: Any, level: int = 0) -> Iterator[Node]:
    """Nodes at any depth, in the order in which a reader meets them, outer ones first."""
    if level > MAX_LEVELS:
        return
    if isinstance(value, list):
        for part in value:
            yield from all_nodes(part, level + 1)
    elif isinstance(value, dict):
        yield value
        for part in value.values():
            yield from all_nodes(part, level + 1)


def main_nodes(value: Any, level: int = 0) -> Iterator[Node]:
    """Nodes that a page is about: not what they mention, such as related products."""
    if level > MAX_LEVELS:
        return
    for node in nodes_of(value):
        yield node
        for name in ("@graph", "mainEntity", "about"):
            yield from main_nodes(node.get(name), level + 1)


def _resolved(value: Any, named: Mapping[str, Node], level: int = 0) -> Any:
    """A copy in which references are what they refer to, once: circles end there."""
    if level > MAX_LEVELS:
        return None
    if isinstance(value, list):
        return [_resolved(part, named, level + 1) for part in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and _is_id(value):
        value = named.get(value["@id"], value)
        named = {name: node for name, node in named.items() if node is not value}
    return {name: _resolved(part, named, level + 1) for name, part in value.items()}


def microdata_nodes(root: HtmlElement, url: str) -> list[Node]:
    """Nodes of a page's microdata that lie in no other."""
    if not root.xpath("boolean(//@itemscope)"):
        return []
    return [_from_microdata(item) for item in MicrodataExtractor().extract_items(root, url)]


def _from_microdata(value: Any, level: int = 0) -> Any:
    if isinstance(value, list):
        return [_from_microdata(part, level) for part in value]
    if not isinstance(value, dict):
        return value
    if level > MAX_LEVELS:
        return {}
    if "properties" not in value:
        return value.get("value")
    properties = {
        name: _from_microdata(part, level + 1) for name, part in value["properties"].items()
    }
    return {"@type": value.get("type", ""), **properties}


def open_graph(root: HtmlElement) -> dict[str, str]:
    """A page's Open Graph properties; of several with one name the first."""
    found: dict[str, str] = {}
    for page in OpenGraphExtractor().extract_items(root):
        for name, value in page["properties"]:
            if value.strip():
                found.setdefault(name.strip().lower(), value.strip())
    return found


def types_of(node: Node) -> frozenset[str]:
    """A node's types without the vocabulary's address: `Product`, not `https://schema.org/Product`."""
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return frozenset(
        name.rstrip("/").replace(":", "/").replace("#", "/").rpartition("/")[2]
        for name in names
        if isinstance(name, str) and name
    )


def parts_of(value: Any) -> list[Any]:
    """A property's values: none, one, or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def nodes_of(value: Any) -> list[Node]:
    """Those of a property's values that are nodes."""
    return [part for part in parts_of(value) if isinstance(part, dict)]
