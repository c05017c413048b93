"""A made-up flat table of any size: closed fields, free text that hardly repeats, and bad rows.

Words come from vocabularies of thousands, some far more often than others, as in any text. Names
and descriptions are put together word by word, so that nearly all of them differ. A tenth of the
texts are Korean, some hold quotes, signs or line ends, and one row in a hundred has a fault.
"""

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from catalog.mapping import ColumnMapping
from catalog.schema import Schema

COLOURS = tuple(
    f"{tone}{colour}"
    for tone in ("", "Light ", "Dark ", "Pale ")
    for colour in ("Red", "Blue", "Green", "Black", "White", "Grey", "Brown", "Pink", "Navy")
)
KINDS = tuple(f"{kind} {i}" for kind in ("Shirt", "Dress", "Jeans", "Coat") for i in range(30))
SEASONS = ("spring", "summer", "autumn", "winter")
MATERIALS = ("Cotton", "Wool", "Silk", "Linen", "Polyester", "Leather", "Denim", "Cashmere")
GENDERS = ("women", "men", "unisex", "kids")

SCHEMA = Schema(
    standard={
        "colour": COLOURS,
        "kind": KINDS,
        "season": SEASONS,
        "material": MATERIALS,
        "gender": GENDERS,
    },
    reinforced=("name", "description"),
)
MAPPING = ColumnMapping.from_json(
    {
        "item_id": "sku",
        "variant_group": "style",
        "standard": ["colour", "kind", "season", "material", "gender"],
        "reinforced": ["name", "description"],
        "metadata": ["brand", "price", "currency", "in_stock"],
        "separators": {"material": "|"},
    }
)
_HEADER = (
    *("sku", "style", "name", "description", "colour", "kind", "season", "material"),
    *("gender", "brand", "price", "currency", "in_stock"),
)
_ONSETS = (*"bcdfghlmnprstvw", "br", "cl", "st", "tr", "sh")
_VOWELS = (*"aeiou", "ai", "ea", "ou")
_SYLLABLES = "가나다라마바사아자하고노도로모보소오조호기니디리미비시이지히"


class _Words:
    """Words of one language, drawn by Zipf's law."""

    def __init__(self, rng: random.Random, words: Sequence[str]) -> None:
        self._rng, self._words = rng, words
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))

    def draw(self, count: int) -> list[str]:
        """So many words."""
        return self._rng.choices(self._words, cum_weights=self._weights, k=count)


def write_flat_table(path: Path, num_rows: int, seed: int = 0) -> Path:
    """Write a table of so many rows as CSV; the first rows are the same whatever their number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(_rows(num_rows, random.Random(seed)))
    return path


def _rows(num_rows: int, rng: random.Random) -> Iterator[list[str]]:
    english = _Words(rng, _distinct(lambda: _english(rng), 30_000))
    korean = _Words(rng, _distinct(lambda: _korean(rng), 15_000))
    brands = [word.title() for word in english.draw(400)]
    for number in range(num_rows):
        words = korean if rng.random() < 0.1 else english
        row = [
            f"SKU-{number:08d}",
            f"ST{number // 3:07d}",
            " ".join(words.draw(rng.randint(3, 8))).capitalize(),
            _description(rng, words),
            rng.choice(COLOURS),
            rng.choice(KINDS),
            rng.choice(SEASONS),
            "|".join(rng.sample(MATERIALS, rng.choice((1, 1, 2)))),
            rng.choice(GENDERS),
            rng.choice(brands),
            f"{rng.randint(500, 30_000) / 100:.2f}",
            "EUR",
            rng.choice(("true", "false")),
        ]
        if number % 100 == 99:
            _spoil(row, number // 100 % 5)
        yield row


def _description(rng: random.Random, words: _Words) -> str:
    drawn = words.draw(rng.randint(10, 30))
    drawn[len(drawn) // 2] += ","
    chance = rng.random()
    if chance < 0.03:
        drawn[0] = f'{rng.randint(10, 40)}" {drawn[0]}'
    elif chance < 0.06:
        drawn[1] = f"{drawn[1]} & {drawn[2]}"
    elif chance < 0.08:
        drawn[3] += "\n"
    return " ".join(drawn).capitalize() + "."


def _spoil(row: list[str], how: int) -> None:
    """Put one fault into a row."""
    if how == 0:
        row[0] = ""
    elif how == 1:
        row[0] = f"SKU-{int(row[0][4:]) // 2:08d}"
    elif how == 2:
        row[4] = "Purpel"
    elif how == 3:
        row[10] = "on request"
    else:
        row.pop()


def _english(rng: random.Random) -> str:
    parts = (rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.randint(1, 3)))
    return "".join(parts) + rng.choice(("", "n", "r", "s", "t"))


def _korean(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4)))


def _distinct(make: Callable[[], str], count: int) -> list[str]:
    """So many different words; the first ones, which are drawn most, are the shortest."""
    words: dict[str, None] = {}
    while len(words) < count:
        words[make()] = None
    return sorted(words, key=len)
