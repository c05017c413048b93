"""Price and stock of a product as its offers say."""

from collections.abc import Iterator
from typing import Any

from catalog.crawler.structured import Node, nodes_of, types_of
from catalog.crawler.values import availability_of, currency_of, is_in_stock, price_of

_MAX_OFFERS = 1000


def offer_cells(node: Node) -> dict[str, Any]:
    """`price`, `currency`, `availability` and `in_stock` of a product; None where not said.

    Of several offers the cheapest that can be bought counts, else the cheapest.
    """
    offers = [_cells(offer) for offer in _offers(node.get("offers"))]
    priced = sorted(
        (offer for offer in offers if offer["price"] is not None),
        key=lambda offer: (offer["in_stock"] is False, offer["price"]),
    )
    if priced:
        return priced[0]
    return offers[0] if offers else _cells(node)


def _offers(value: Any, level: int = 0) -> Iterator[Node]:
    """Single offers; an AggregateOffer stands for itself where it lists none."""
    for offer in nodes_of(value)[:_MAX_OFFERS]:
        inner = list(_offers(offer.get("offers"), level + 1)) if level < 2 else []
        if "AggregateOffer" in types_of(offer) and inner:
            shared = {name: part for name, part in offer.items() if name not in _OF_THE_WHOLE}
            yield from ({**shared, **single} for single in inner)
        else:
            yield offer


_OF_THE_WHOLE = ("@type", "@id", "offers", "lowPrice", "highPrice", "price", "offerCount", "url")


def _cells(offer: Node) -> dict[str, Any]:
    specifications = [
        part
        for part in nodes_of(offer.get("priceSpecification"))
        # What it cost before is not what it costs.
        if "StrikethroughPrice" not in str(part.get("priceType"))
    ]
    sources = [offer, *specifications]
    availability = availability_of(offer.get("availability"))
    return {
        "price": _first(price_of, sources, "price", "lowPrice"),
        "currency": _first(currency_of, sources, "priceCurrency"),
        "availability": availability,
        "in_stock": is_in_stock(availability),
    }


def _first(read: Any, nodes: list[Node], *names: str) -> Any:
    for name in names:
        for node in nodes:
            if (found := read(node.get(name))) is not None:
                return found
    return None
