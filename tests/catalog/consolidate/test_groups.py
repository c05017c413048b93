"""Items by a key that they share."""

import random

import numpy as np

from catalog.consolidate.groups import Keys


def test_every_key_that_is_shared_is_found_with_its_rows() -> None:
    draw = random.Random(7)
    keys: list[bytes | None] = [
        None if draw.random() < 0.1 else draw.randrange(1, 4_000).to_bytes(16, "big")
        for _ in range(70_000)
    ]
    found = Keys()
    rows: dict[bytes, list[int]] = {}
    for row, key in enumerate(keys):
        found.add(key)
        if key:
            rows.setdefault(key, []).append(row)
    shared = {key: at for key, at in rows.items() if len(at) > 1}
    assert {key: at.tolist() for key, at in found.shared()} == shared


def test_only_items_that_count_share() -> None:
    keys = Keys()
    for key in (b"a" * 16, b"b" * 16, b"a" * 16, b"b" * 16):
        keys.add(key)
    among = np.array([True, True, False, True])
    assert [(key[:1], rows.tolist()) for key, rows in keys.shared(among)] == [(b"b", [1, 3])]


def test_no_item_shares_nothing() -> None:
    assert list(Keys().shared()) == []
