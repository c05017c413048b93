"""The encoder's sizes follow the catalogue."""

import pytest

from catalog.fit import EncoderFit
from catalog.item import Item
from catalog.schema import Schema

SCHEMA = Schema(standard={"tag": tuple("abcdefghijklmnop")}, reinforced=("text",))


def item(num_words: int = 0, num_values: int = 0) -> Item:
    return Item(
        clothes={"tag": tuple("abcdefghijklmnop"[:num_values])} if num_values else {},
        reinforced={"text": (" ".join(f"w{i}" for i in range(num_words)),)},
    )


@pytest.mark.parametrize(
    ("items", "max_values", "max_words"),
    [
        ([], 8, 16),
        ([item(3, 2)], 8, 16),
        ([item(20, 12)], 12, 20),
        ([item(500)], 8, 64),
        ([item(18)] * 1999 + [item(60)], 8, 18),
        ([item(18)] * 900 + [item(60)], 8, 60),
    ],
)
def test_sizes_hold_nearly_every_item(items: list[Item], max_values: int, max_words: int) -> None:
    fit = EncoderFit(SCHEMA)
    for one in items:
        fit.add(one)
    config = fit.config()
    assert (config.max_values, config.max_words) == (max_values, max_words)
