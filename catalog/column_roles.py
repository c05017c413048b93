"""What one column of a table is, told by its name and by what it holds."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from catalog.cells import is_code, is_date, is_picture, is_url, to_number
from catalog.column_names import name_key, says
from catalog.profile import MAX_VALUE_CHARS, ColumnProfile

MAX_VOCABULARY = 1_000
"""Most values of a field that inference takes for a closed vocabulary."""
MAX_SHORT_CHARS = 80
"""Characters that a value of such a field has, but for one in a hundred."""

Role = Literal["standard", "reinforced", "metadata", "ignored"]

PREFIXES: dict[str, Role] = {
    "clothes.": "standard",
    "reinforced_feature_value.": "reinforced",
    "metadata.": "metadata",
}
"""Beginnings of column names that say the role outright."""

# How many different parts may come out of a hundred different cells. A bar or a semicolon is
# hardly ever part of a value; a comma often is.
_SEPARATORS = {"|": 150, ";": 150, ",": 80}


def role_of(profile: ColumnProfile) -> Role:
    """What a column is that is neither id nor picture nor group."""
    for prefix, role in PREFIXES.items():
        if profile.name.startswith(prefix):
            return role
    if not profile.filled or is_row_count(profile):
        return "ignored"
    if _is_business(profile):
        return "metadata"
    return "standard" if _is_closed(profile) else "reinforced"


def is_row_count(profile: ColumnProfile) -> bool:
    """Whether it is the number of the row that a spreadsheet or a data frame left behind."""
    is_unnamed = name_key(profile.name) in ("index", "unnamed0", "column1", "level0")
    return is_unnamed and profile.repeats == 1 and profile.mostly(str.isdigit, 1.0)


def _is_business(profile: ColumnProfile) -> bool:
    """Whether it says nothing of the looks of a product, though it may be filtered on."""
    says_category = says(profile.name, "category")
    if (says(profile.name, "metadata") or profile.distinct == 1) and not says_category:
        return True
    if any(map(profile.mostly, (is_url, is_picture, is_date))):
        return True
    if profile.is_numeric:
        return not _is_class_number(profile)
    return profile.mostly(is_code) and not says_category and _is_open(profile)


def _is_class_number(profile: ColumnProfile) -> bool:
    """Whether its numbers are years or sizes, which say what a thing is, not how much."""
    is_year = profile.mostly(_like_year, 0.99)
    return profile.distinct <= 60 and (is_year or says(profile.name, "counted"))


def _like_year(text: str) -> bool:
    number = to_number(text)
    return isinstance(number, int) and 1950 <= number <= 2100 and "," not in text


def _is_open(profile: ColumnProfile) -> bool:
    return profile.repeats < 2 or profile.distinct > MAX_VOCABULARY


def _is_closed(profile: ColumnProfile) -> bool:
    """Whether the values come from a small vocabulary: few, short, and each seen often."""
    counts = parts_of(profile.counts, find_separator(profile))
    if not counts or profile.max_chars == MAX_VALUE_CHARS:
        return False
    repeats = counts.total() / len(counts)
    words = sum(len(text.split()) * count for text, count in counts.items()) / counts.total()
    # One cell that went wrong does not make texts of all.
    num_long = sum(count for text, count in counts.items() if len(text) > MAX_SHORT_CHARS)
    if len(counts) > MAX_VOCABULARY or words > 4 or num_long * 100 > counts.total():
        return False
    if repeats >= 20:
        return True
    if says(profile.name, "text"):
        return False
    # In a small table even a colour occurs but once or twice: its name has to tell.
    return repeats >= (4 if profile.filled >= 200 else 2) or (
        profile.filled < 200 and says(profile.name, "category")
    )


def find_separator(profile: ColumnProfile) -> str | None:
    """What stands between several values in one cell; None where cells hold one.

    A sign is a separator only if cutting at it leaves clearly fewer different values: it does
    with `Cotton|Wool`, and does not with the one category `Bath, Body & Hair`.
    """
    if profile.listed or profile.uncounted:
        return None
    for separator, most in _SEPARATORS.items():
        cut = {text for text in profile.counts if separator in text}
        parts = parts_of(profile.counts, separator)
        # Digits around a comma are one number; long parts are sentences.
        is_short = all(len(part) <= 40 for text in cut for part in text.split(separator))
        is_number = profile.is_numeric or profile.mostly(is_date)
        if cut and is_short and not is_number and len(parts) * 100 <= most * len(profile.counts):
            return separator
    return None


def parts_of(counts: Mapping[str, int], separator: str | None) -> Counter[str]:
    """Counts of the single values in cells that may hold several."""
    if separator is None:
        return Counter(counts)
    parts: Counter[str] = Counter()
    for text, count in counts.items():
        for part in text.split(separator):
            if part.strip():
                parts[part.strip()] += count
    return parts
