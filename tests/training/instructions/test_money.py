"""Prices and currencies of any shop: said where they are plain, left out where they are not."""

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.item import Item
from tests.training.instructions.small_shop import (
    KAGGLE,
    generate,
    kaggle_items,
    rows,
    write_folder,
)
from training.instructions.check.run import check_folder
from training.instructions.money import currency_of, price_of

PRICES: tuple[object, ...] = (29.5, "39,000원", "품절", True, -1, [1, 2], {"KRW": 5}, None, 120000)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(("USD", "USD"), ("usd", "USD"), ("원", "KRW"), ("₩", "KRW"), ("€", "EUR")),
        *(("$", ""), ("dollars", ""), (None, ""), (7, "")),
    ],
)
def test_a_currency_is_its_code(said: object, code: str) -> None:
    assert currency_of(Item(metadata={"currency": said})) == code


def test_a_price_is_a_number_from_zero_on() -> None:
    found = [price_of(Item(metadata={"price": price})) for price in PRICES]
    assert found == [29.5, None, None, None, None, None, None, None, 120000]


@pytest.mark.parametrize("currency", ["USD", "eur", "원", "$", None])
def test_every_shop_gets_its_pairs(currency: object, tmp_path: Path) -> None:
    items = [
        replace(
            item,
            metadata={
                "price": PRICES[number % len(PRICES)],
                "currency": currency if number % 2 else "KRW",
                "in_stock": ("maybe", True)[number % 2],
            },
        )
        for number, item in enumerate(kaggle_items())
    ]
    folder = write_folder(tmp_path / "items", items, KAGGLE)
    generate(folder, tmp_path / "pairs", pairs=150, check=False)
    told = " ".join(m["content"] for pair in rows(tmp_path / "pairs") for m in pair["messages"])
    assert "29.50" in told
    assert "120,000원" in told
    assert "품절" not in told
    assert check_folder(tmp_path / "pairs", folder).num_findings == 0
