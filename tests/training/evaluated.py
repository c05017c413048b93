"""A small catalogue and a stub embedding that the tests of evaluation and report share."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.encoder import split_words
from catalog.item import Item
from catalog.schema import Schema
from training.evaluation import Evaluation, evaluate
from training.queries import Protocol
from training.report.page import Source
from training.report.run_record import RunRecord

SCHEMA = Schema(
    standard={
        "color": ("Black", "White", "Blue"),
        "season": ("summer", "winter"),
        "fit": ("slim", "wide"),
    },
    reinforced=("name",),
)
HELD_OUT = tuple(f"i{number}" for number in range(0, 40, 3))


def catalogue(num_items: int = 40) -> list[Item]:
    """Items that differ in every way a small schema allows, one in five without words."""
    return [_item(number) for number in range(num_items)]


def _item(number: int) -> Item:
    clothes = {"color": (SCHEMA.standard["color"][number % 3],)}
    if number % 4:
        clothes["season"] = (SCHEMA.standard["season"][number % 2],)
    words = (f"셔츠 shirt number{number} batch{number // 6}",) if number % 5 else ()
    return Item(item_id=f"i{number}", clothes=clothes, reinforced={"name": words} if words else {})


def hashed(items: Sequence[Item]) -> NDArray[np.float32]:
    """A stub embedding: values and words as signs in 64 hashed columns, of unit length."""
    rows_ND = np.zeros((len(items), 64), np.float32)
    for row, item in zip(rows_ND, items, strict=True):
        row[0] = 0.1
        for feature in _features(item):
            digest = hashlib.sha256(feature.encode()).digest()
            row[digest[0] % 64] += 1 if digest[1] % 2 else -1
    unit_ND: NDArray[np.float32] = rows_ND / np.linalg.norm(rows_ND, axis=1, keepdims=True)
    return unit_ND


def _features(item: Item) -> list[str]:
    values = [value for values in item.clothes.values() for value in values]
    return values + [word for texts in item.reinforced.values() for word in split_words(texts)]


def evaluated(items: Sequence[Item] | None = None, **changes: Any) -> Evaluation:
    """The stub evaluated on the small catalogue, or on other items."""
    settings: dict[str, Any] = {
        "schema": SCHEMA,
        "held_out": HELD_OUT,
        "embed": hashed,
        "protocol": Protocol(),
    }
    return evaluate(catalogue() if items is None else items, **(settings | changes))


def source(**changes: Any) -> Source:
    """Where such an evaluation would come from."""
    log = [{"step": step, "loss": 5.0 - step / 10, "lr": 0.001} for step in range(10)]
    settings: dict[str, Any] = {
        "run": RunRecord(config={"train": {"lr": 0.001}, "fingerprint": "f00"}, log=log),
        "summary": {"rows": 42, "rejected": 2, "images": 0, "faults": {}, "data_digest": "d1"},
    }
    return Source(**(settings | changes))
