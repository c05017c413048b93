"""The items that implementations are compared on: some of the catalogue, and its edges."""

import json
from collections.abc import Sequence

import numpy as np

from catalog.encoder import ItemEncoder
from catalog.item import Item
from catalog.schema import ANY_FIELD

_KOREAN = "오버핏 코튼 셔츠, 여름 데일리룩"
_LONG_WORD = "haberdashery" * 50


def parity_sample(
    items: Sequence[Item], encoder: ItemEncoder, *, num_items: int, seed: int
) -> list[bytes]:
    """JSON texts of the edge cases, then of up to `num_items` items drawn without replacement.

    The same catalogue, encoder and seed give the same texts.
    """
    rows = np.random.default_rng(seed).permutation(len(items))[:num_items]
    records = [*edge_cases(encoder), *(items[row].to_json() for row in rows)]
    return [json.dumps(record, ensure_ascii=False).encode() for record in records]


def edge_cases(encoder: ItemEncoder) -> list[dict[str, object]]:
    """Records that any schema allows and that stretch the tensors to their ends."""
    standard, limit = encoder.schema.standard, encoder.config.max_values
    one = {name: [values[-1]] for name, values in standard.items()}
    many = {name: list(values[:limit]) for name, values in standard.items()}
    num_words = encoder.config.max_words
    words = " ".join(f"word{number}" for number in range(num_words))
    return [
        {},
        {"clothes": one},
        {"clothes": many},
        _text(words),
        # More words than the tensor has places: the first ones are kept.
        {"clothes": many, **_text(words + " and so on")},
        _text(_KOREAN),
        {"clothes": one, **_text(f"{_KOREAN} oxford shirt")},
        _text(_LONG_WORD),
        # Text without a word.
        _text("?! …"),
    ]


def _text(text: str) -> dict[str, object]:
    return {"reinforced_feature_value": {ANY_FIELD: [text]}}
