"""Cells of flat tables: what counts as missing, as several values, as a number, as a date."""

import ast
import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from catalog.nesting import is_too_deep
from catalog.text import clean, normalise

MISSING = frozenset(
    ("", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NAN", "null", "NULL", "<NA>", "-", "--")
)
"""Cells that say nothing."""

_POINT = re.compile(r"[+-]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?")
_MONEY = re.compile(
    r"(?:[₩￦$€£¥]|krw|usd|eur|gbp|jpy)?\s*([+-]?\d[\d.,]*(?:e[+-]?\d+)?)\s*"
    r"(?:[₩￦$€£¥%원円]|krw|usd|eur|gbp|jpy)?",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"[+-]?\d[\d.,]*\s*(?:mm|cm|m|in|inch|kg|g|oz|lbs?|ml|l|denier|ea|개)", re.IGNORECASE
)
_WHOLE_FLOAT = re.compile(r"([+-]?\d+)\.0+")
_DATE = re.compile(
    r"(?:\d{4}[-./년]\s?\d{1,2}[-./월]\s?\d{1,2}일?\.?|\d{1,2}[-./]\d{1,2}[-./]\d{4})"
    r"(?:[T ]\d{1,2}:\d{2}.*)?"
)
_URL = re.compile(r"(?:https?|ftp|s3|gs|data):[^\s]+|//[^\s]+\.[^\s]+|www\.[^\s]+", re.IGNORECASE)
_PICTURE = re.compile(r"[^\s?].*\.(?:jpe?g|png|webp|gif|bmp)", re.IGNORECASE)


def flatten(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Cells by column, those of nested objects under names such as `size.chest`."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def texts_of(value: object) -> tuple[str, ...]:
    """A cell's values, normalised: none where it is missing, several where it is a list.

    `catalog.text` says what normalised is. A list may also be written as text, as JSON or as Python
    does: `["Cotton", "Wool"]`.
    """
    if isinstance(value, str):
        return _recurring_texts(value) if len(value) <= _CACHED_CHARS else _texts_of_text(value)
    if isinstance(value, list | tuple):
        return tuple(text for part in value for text in texts_of(part))
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ()
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (clean(str(value)),)


def _texts_of_text(value: str) -> tuple[str, ...]:
    text = normalise(value)
    if text.startswith("[") and text.endswith("]") and (parts := _listed(text)) is not None:
        return texts_of(parts)
    return () if text in MISSING else (text,)


# Most short cells recur in thousands of rows.
_CACHED_CHARS = 64
_recurring_texts = lru_cache(maxsize=1 << 16)(_texts_of_text)


# Python's parser takes some hundred bytes of memory for each character.
_MAX_LIST_CHARS = 1 << 20


def _listed(text: str) -> list[object] | None:
    if len(text) > _MAX_LIST_CHARS:
        return None
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        try:
            parts = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
    return parts if isinstance(parts, list) and not is_too_deep(parts) else None


def whole(text: str) -> str:
    """A whole number as such, `2010` for the `2010.0` of tables that hold a gap; else the text."""
    match = _WHOLE_FLOAT.fullmatch(text)
    return match[1] if match else text


def with_zeros(text: str, digits: int) -> str:
    """A number of so many digits, `0108775015` for `108775015` and 10; any other text as it is."""
    return text.zfill(digits) if text.isascii() and text.isdigit() else text


def is_whole_float(text: str) -> bool:
    """Whether `whole` would shorten it."""
    return _WHOLE_FLOAT.fullmatch(text) is not None


def to_number(text: str, *, decimal_comma: bool = False) -> int | float | None:
    """A number, with or without thousands separators, currency or percent; None if it is none.

    Digits after a leading zero are a code, not a number.
    """
    match = _MONEY.fullmatch(text)
    body = match[1] if match else text
    if decimal_comma:
        if not _COMMA.fullmatch(body):
            return None
        body = body.replace(".", "").replace(",", ".")
    elif not _POINT.fullmatch(body):
        return None
    value = float(body.replace(",", ""))
    if not math.isfinite(value):
        return None
    digits = whole(body.replace(",", ""))
    return int(digits) if digits.lstrip("+-").isdigit() and len(digits) < 19 else value


def is_number(text: str, *, decimal_comma: bool = False) -> bool:
    """Whether `to_number` takes it."""
    return to_number(text, decimal_comma=decimal_comma) is not None


def is_measure(text: str) -> bool:
    """Whether it is a number with a unit, such as `12.5 cm`."""
    return _MEASURE.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether it is a day, perhaps with a time."""
    return _DATE.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """Whether it is an address on the web or in a store."""
    return _URL.fullmatch(text) is not None


def is_picture(text: str) -> bool:
    """Whether it is the name of a picture's file, and no address."""
    return _PICTURE.fullmatch(text) is not None and not is_url(text)


def is_code(text: str) -> bool:
    """Whether it is one word with a digit in it, such as an article number."""
    return " " not in text and any(char.isdigit() for char in text)
