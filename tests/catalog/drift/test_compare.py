"""Drift: what moved is found, what did not is not, and figures are those of the definition."""

import math
from collections import Counter
from pathlib import Path

import pytest

from catalog.drift.changes import Changes, find_changes
from catalog.drift.compare import compare, largest, stability_index, verdict
from catalog.drift.snapshot import count
from catalog.item import Item
from catalog.table import write_items

NONE = Changes(num_old=0, num_new=0, added=0, gone=0, changed=0, examples={})


def shirts(colours: str, *, price: int = 100, word: str = "shirt") -> list[Item]:
    """An item for each letter: B is black, W is white, anything else has no colour."""
    names = {"B": ("Black",), "W": ("White",)}
    return [
        Item(
            item_id=f"sku-{n}",
            clothes={"color": names[letter]} if letter in names else {},
            reinforced={"name": (f"{word} {n}",)},
            metadata={"price": price + n},
        )
        for n, letter in enumerate(colours)
    ]


def test_the_index_is_that_of_the_definition() -> None:
    found = stability_index({"a": 50, "b": 50}, {"a": 80, "b": 20})
    assert found == pytest.approx(0.3 * math.log(1.6) + -0.3 * math.log(0.4))
    assert stability_index({"a": 3}, {"a": 300}) == 0
    assert stability_index({}, {"a": 1}) == 0


def test_a_value_that_one_side_lacks_counts_as_half_an_item() -> None:
    found = stability_index({"a": 10}, {"a": 5, "b": 5})
    assert found == pytest.approx((0.5 - 1) * math.log(0.5) + (0.5 - 0.05) * math.log(0.5 / 0.05))


@pytest.mark.parametrize(
    ("index", "word"), [(0.09, "stable"), (0.1, "moved"), (0.24, "moved"), (0.25, "shifted")]
)
def test_an_index_in_a_word(index: float, word: str) -> None:
    assert verdict(index) == word


def test_the_same_catalogue_does_not_drift() -> None:
    items = shirts("BW" * 30)
    drift = compare(count(items), count(items), NONE)
    assert largest(drift) == 0
    assert drift["words"]["unseen_share"] == 0
    (colour,) = drift["standard"]
    assert (colour["moved_most"], colour["new_values"], colour["vanished_values"]) == ([], {}, {})


def test_values_fill_prices_and_words_that_moved_are_told() -> None:
    old, new = shirts("B" * 60), shirts("W" * 30 + "-" * 30, price=500, word="blouse")
    drift = compare(count(old), count(new), NONE)
    (colour,), (price,) = drift["standard"], drift["numbers"]
    assert colour["verdict"] == price["verdict"] == "shifted"
    assert colour["new_values"] == {"White": 30}
    assert colour["vanished_values"] == {"Black": 60}
    assert colour["moved_most"][0] == {"value": "Black", "old": 1.0, "new": 0.0}
    assert (price["old_median"], price["new_median"]) == (129.5, 529.5)
    fill = {one["field"]: (one["old"], one["new"]) for one in drift["fill"]}
    assert fill["clothes.color"] == (1.0, 0.5)
    assert drift["words"]["commonest_unseen"] == {"blouse": 60}
    assert drift["words"]["unseen_share"] == 0.5


def test_a_field_without_numbers_on_one_side_has_no_index() -> None:
    drift = compare(count([Item(item_id="a")]), count(shirts("B")), NONE)
    (price,) = drift["numbers"]
    assert (price["index"], price["old_median"], price["new_median"]) == (0, None, 100)


def test_items_are_compared_by_id_and_digest(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    same, *others = shirts("BWB")
    for folder, items in ((old, [same, *others]), (new, [*shirts("BBBB")[1:], same])):
        folder.mkdir()
        write_items(folder / "items.parquet", items)
    found = find_changes(old, new)
    assert (found.num_old, found.num_new) == (3, 4)
    assert found.examples == {"added": ["sku-3"], "gone": [], "changed": ["sku-1"]}
    back = find_changes(new, old)
    assert (back.added, back.gone, back.changed) == (0, 1, 1)


def test_an_empty_snapshot_can_be_compared(tmp_path: Path) -> None:
    for name, items in (("old", []), ("new", shirts("B"))):
        (tmp_path / name).mkdir()
        write_items(tmp_path / name / "items.parquet", items)
    assert find_changes(tmp_path / "old", tmp_path / "new").added == 1
    assert find_changes(tmp_path / "new", tmp_path / "old").gone == 1


def test_values_are_counted_once_an_item_and_none_for_the_rest() -> None:
    snapshot = count(shirts("BBW-"))
    assert snapshot.shares("color") == Counter({"Black": 2, "White": 1, "": 1})
