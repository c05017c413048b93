"""What shops call their columns, in English and Korean; the names are in column_names.json."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

Meaning = Literal["item_id", "variant_group", "image", "metadata", "text", "category", "counted"]
"""What a name may say: the item's parts, business data, free text, a closed vocabulary, and
numbers that are classes, such as a year or a size."""

_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")


@cache
def known_names(meaning: Meaning) -> tuple[str, ...]:
    """Names with that meaning as `name_key` gives them; for parts of the item the surest first."""
    path = Path(__file__).with_name("column_names.json")
    return tuple(json.loads(path.read_text(encoding="utf-8"))[meaning])


def name_words(name: str) -> list[str]:
    """Words of a column's name in small letters; `baseColour` and `base_colour` have the same."""
    parts = _BREAK.split(unicodedata.normalize("NFKC", name))
    return [part.casefold() for part in parts if part]


def name_key(name: str) -> str:
    """A column's name without case, spaces and signs: `Product ID` and `productId` are one."""
    return "".join(name_words(name))


def says(name: str, meaning: Meaning) -> bool:
    """Whether a column's name, or one of its words, has that meaning."""
    known = known_names(meaning)
    return name_key(name) in known or any(word in known for word in name_words(name))
