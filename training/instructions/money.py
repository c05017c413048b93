"""Prices and currencies as they are said and checked; what is no plain price is not said."""

import math
import re

from catalog.item import Item

_CODE = re.compile("[A-Z]{3}")
_CODES = {"원": "KRW", "₩": "KRW", "￦": "KRW", "€": "EUR", "£": "GBP"}


def price_of(item: Item) -> float | None:
    """The price of an item, where it is a number and not below zero."""
    price = item.metadata.get("price")
    if isinstance(price, bool) or not isinstance(price, int | float):
        return None
    return float(price) if math.isfinite(price) and price >= 0 else None


def currency_of(item: Item) -> str:
    """The code of an item's currency, such as `KRW`; empty where that is not known."""
    said = str(item.metadata.get("currency") or "").strip()
    code = _CODES.get(said, said.upper())
    return code if _CODE.fullmatch(code) else ""
