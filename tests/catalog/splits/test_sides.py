"""Splits: tied items are on one side, sides are stable, and shares are about what was asked."""

from pathlib import Path

import numpy as np
import pytest

from catalog.item import Item
from catalog.splits.sides import SplitConfig, connected, leaks, split
from catalog.splits.ties import Ties, find_ties
from catalog.table import write_items

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
CONFIG = SplitConfig(shares=SHARES)


def shirt(number: int, variant_group: str | None = None, image: str | None = None) -> Item:
    return Item(
        item_id=f"shirt-{number}",
        reinforced={"name": (f"shirt number {number}",)},
        variant_group=variant_group,
        image=image,
    )


def ties_of(items: list[Item], folder: Path, max_sharing: int = 100) -> Ties:
    write_items(folder / "items.parquet", items)
    return find_ties(folder / "items.parquet", max_sharing=max_sharing)


def sides_of(items: list[Item], folder: Path, config: SplitConfig = CONFIG) -> dict[str, int]:
    ties = ties_of(items, folder)
    return dict(zip(ties.item_ids, split(ties, config).side_N.tolist(), strict=True))


def test_items_are_tied_over_any_number_of_steps() -> None:
    groups = np.array([0, 0, -1, 1, -1, -1])
    photos = np.array([-1, 5, 5, -1, -1, 6])
    contents = np.array([-1, -1, 2, 2, -1, -1])
    assert connected([groups, photos, contents], 6).tolist() == [0, 0, 0, 0, 4, 5]


def test_a_long_chain_is_one_part() -> None:
    pairs = np.repeat(np.arange(500), 2)
    shifted = np.concatenate(([-1], np.repeat(np.arange(500), 2)[:-1]))
    rows = np.random.default_rng(0).permutation(1000)
    assert set(connected([pairs[rows], shifted[rows]], 1000).tolist()) == {0}


def test_variants_copies_and_one_photo_stay_on_one_side(tmp_path: Path) -> None:
    items = []
    for n in range(300):
        items.append(shirt(2 * n, variant_group=f"product-{n % 100}"))
        items.append(shirt(2 * n + 1, image=f"images/{n % 90}.jpg"))
    items += [Item(item_id=f"copy-{n}", reinforced=shirt(2 * n).reinforced) for n in range(50)]
    ties = ties_of(items, tmp_path)
    found = split(ties, CONFIG)
    assert leaks(found.side_N, ties.by) == {"variant_group": 0, "content": 0, "photo": 0}
    by_id = dict(zip(ties.item_ids, found.side_N.tolist(), strict=True))
    assert all(by_id[f"copy-{n}"] == by_id[f"shirt-{2 * n}"] for n in range(50))
    assert all(by_id[f"shirt-{2 * n}"] == by_id[f"shirt-{2 * n + 200}"] for n in range(100))
    assert found.num_parts == 190
    assert set(by_id.values()) == {0, 1, 2}


def test_a_leak_is_counted(tmp_path: Path) -> None:
    items = [shirt(n, variant_group="all" if n < 3 else None) for n in range(5)]
    ties = ties_of(items, tmp_path)
    leaking = leaks(np.array([0, 1, 1, 0, 2]), ties.by)
    assert leaking == {"variant_group": 1, "content": 0, "photo": 0}


def test_an_item_keeps_its_side_as_the_catalogue_grows_and_is_sorted_anew(tmp_path: Path) -> None:
    items = [shirt(n, variant_group=f"product-{n // 3}") for n in range(600)]
    before = sides_of(items, tmp_path)
    more = [
        *reversed(items),
        *(shirt(n, variant_group=f"product-{n // 3}") for n in range(600, 900)),
    ]
    after = sides_of(more, tmp_path)
    assert {item_id: after[item_id] for item_id in before} == before


def test_shares_are_about_what_was_asked_and_another_seed_is_another_split(tmp_path: Path) -> None:
    items = [shirt(n) for n in range(3000)]
    first = sides_of(items, tmp_path)
    counts = np.bincount([*first.values()]) / 3000
    assert counts == pytest.approx([0.8, 0.1, 0.1], abs=0.03)
    other = sides_of(items, tmp_path, SplitConfig(shares=SHARES, seed=1))
    assert 0.2 < np.mean([first[one] != other[one] for one in first]) < 0.5


def test_a_photo_that_says_there_is_none_ties_nothing(tmp_path: Path) -> None:
    items = [shirt(n, image="images/none.jpg") for n in range(40)]
    ties = ties_of(items, tmp_path, max_sharing=30)
    assert ties.placeholders == {"images/none.jpg": 40}
    assert split(ties, CONFIG).num_parts == 40


def test_items_that_say_nothing_are_not_the_same(tmp_path: Path) -> None:
    ties = ties_of([Item(item_id=f"empty-{n}") for n in range(20)], tmp_path)
    assert split(ties, CONFIG).num_parts == 20


def test_a_side_without_a_share_stays_empty(tmp_path: Path) -> None:
    config = SplitConfig(shares={"train": 0.5, "validation": 0.0, "test": 0.5})
    assert set(sides_of([shirt(n) for n in range(200)], tmp_path, config).values()) == {0, 2}


@pytest.mark.parametrize("shares", [{"train": 0.9, "test": 0.2}, {"train": 1.5, "test": -0.5}])
def test_shares_that_are_none_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected 0 or more and 1 together, got train"):
        SplitConfig(shares=shares)
