"""Single values of structured data as a catalogue's cells: text, prices, stock."""

import html
import math
import re
from typing import Any

from w3lib.html import remove_tags, replace_escape_chars

from catalog.cells import MISSING, to_number
from catalog.crawler.structured import parts_of

MAX_TEXT_CHARS = 10_000
"""Longest text, as items have it."""

# What can be bought now; everything else schema.org knows is out of stock, sold or to come.
_IN_STOCK = frozenset(("instock", "limitedavailability", "onlineonly", "instoreonly"))
_AVAILABILITY = {
    "instock": "InStock",
    "available": "InStock",
    "availablefororder": "BackOrder",
    "outofstock": "OutOfStock",
    "oos": "OutOfStock",
    "limitedavailability": "LimitedAvailability",
    "onlineonly": "OnlineOnly",
    "instoreonly": "InStoreOnly",
    "preorder": "PreOrder",
    "presale": "PreSale",
    "backorder": "BackOrder",
    "discontinued": "Discontinued",
    "soldout": "SoldOut",
    "madetoorder": "MadeToOrder",
    "reserved": "Reserved",
    "pending": "PreOrder",
}
_BLOCK = re.compile(r"(?=</?(?:p|div|br|li|ul|ol|tr|td|th|h[1-6]|dd|dt|section)\b)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


def text_of(value: Any) -> str | None:
    """The text of a value, plain: the first of several, the name of a node; None if missing."""
    for part in parts_of(value):
        if isinstance(part, dict):
            text = text_of([part.get("@value"), part.get("name"), part.get("value")])
        else:
            text = plain(part)
        if text:
            return text
    return None


def texts_of(value: Any) -> list[str]:
    """The texts of several values."""
    texts = [text_of(part) for part in parts_of(value)]
    return list(dict.fromkeys(text for text in texts if text))


def plain(value: object) -> str | None:
    """A text without markup and needless space; None where it says nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if not isinstance(value, str | int | float):
        return None
    text = html.unescape(str(value)[: 4 * MAX_TEXT_CHARS])
    # Descriptions come as HTML, often escaped once more.
    text = html.unescape(remove_tags(_BLOCK.sub(" ", text)))
    text = replace_escape_chars(text, ("\x00",)).encode("utf-8", "ignore").decode()
    text = _SPACE.sub(" ", text).strip()[:MAX_TEXT_CHARS]
    return None if text in MISSING else text


def price_of(value: Any) -> int | float | None:
    """A price as a number: `1299.00`, `1,299`, `₩39,000`; None where it is none."""
    for part in parts_of(value):
        if isinstance(part, bool):
            continue
        text = plain(part) or ""
        number = part if isinstance(part, int | float) else to_number(text)
        if number is None:
            number = to_number(text, decimal_comma=True)
        if number is not None and math.isfinite(number) and number >= 0:
            return int(number) if number == int(number) else number
    return None


def currency_of(value: Any) -> str | None:
    """A currency by its three letters; None where it is given otherwise."""
    text = text_of(value) or ""
    return text.upper() if _CURRENCY.fullmatch(text) else None


def availability_of(value: Any) -> str | None:
    """schema.org's word for whether it can be bought: `InStock`, `OutOfStock`, `PreOrder`, …"""
    text = re.split(r"[/:#]", (text_of(value) or "").rstrip("/"))[-1]
    return _AVAILABILITY.get(re.sub(r"[^a-z]", "", text.lower()))


def is_in_stock(availability: str | None) -> bool | None:
    """Whether it can be bought now; None where nothing is said."""
    return None if availability is None else availability.lower() in _IN_STOCK
