"""The run: what is made of a catalogue, and what stays when it changes."""

import json
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.item import Item
from catalog.readers.source import CatalogueError
from tests.training.instructions.conftest import Shop
from tests.training.instructions.small_shop import (
    KAGGLE,
    generate,
    kaggle_items,
    lines,
    rows,
    sample,
    write_folder,
)
from training.instructions.check.run import check_folder
from training.instructions.documents import InstructionsError
from training.instructions.folder import read_pairs, splits_of
from training.instructions.pair import likeness


def test_there_are_as_many_pairs_as_were_asked_for_in_both_languages(shop: Shop) -> None:
    pairs = rows(shop.pairs)
    assert len(pairs) == 600
    languages = Counter(pair["language"] for pair in pairs)
    assert min(languages["en"], languages["ko"]) > 200
    assert any(len(pair["messages"]) > 2 for pair in pairs)


def test_no_two_pairs_are_alike_however_case_and_punctuation_are_written(shop: Shop) -> None:
    pairs = [{"images": [], **pair} for pair in rows(shop.pairs)]
    assert len({pair["pair_id"] for pair in pairs}) == len(pairs)
    assert len({likeness(pair) for pair in pairs}) == len(pairs)
    shouted = {**pairs[0], "messages": [dict(m) for m in pairs[0]["messages"]]}
    shouted["messages"][-1]["content"] = shouted["messages"][-1]["content"].upper() + " !"
    assert likeness(shouted) == likeness(pairs[0])


def test_variants_of_a_product_are_on_one_side_of_the_split(shop: Shop) -> None:
    groups = {item.item_id: item.variant_group or item.item_id for item in sample()}
    sides: dict[str, set[str]] = defaultdict(set)
    for _, split, path in splits_of(shop.pairs):
        for pair, _ in read_pairs(path):
            for item_id in pair["item_ids"]:
                sides[groups[item_id]].add(split)
    assert {split for own in sides.values() for split in own} == {"train", "validation", "test"}
    assert all(len(own) == 1 for own in sides.values())


def test_one_seed_gives_one_data_set_and_another_gives_another(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(40))
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        generate(items, tmp_path / name, pairs=60, seed=seed, check=False)
    assert lines(tmp_path / "one") == lines(tmp_path / "same")
    assert lines(tmp_path / "one") != lines(tmp_path / "other")


def test_categories_and_seasons_have_equal_shares_or_are_named(shop: Shop, tmp_path: Path) -> None:
    items = [item for item in sample(120) if item.clothes.get("season") == ("summer",)]
    common = [i for i in items if i.clothes["category"] == ("02top_02t-shirt",)]
    rare = [i for i in items if i.clothes["category"] == ("02top_04shirt",)][:1]
    assert len(common) > 3
    folder = write_folder(tmp_path / "items", [*common, *rare])
    summary = generate(folder, tmp_path / "out", pairs=30, max_per_item=6)
    assert summary["by"]["category"]["02top_04shirt"] <= 6
    (short,) = summary["shortfalls"]
    assert (short["category"], short["season"]) == ("02top_04shirt", "summer")
    assert (short["items"], short["equal_share"]) == (1, 15)
    assert "| 02top_04shirt | summer | 1 |" in (tmp_path / "out/README.md").read_text()


def test_when_the_catalogue_grows_pairs_stay_byte_for_byte_and_new_ones_come(
    tmp_path: Path,
) -> None:
    items = write_folder(tmp_path / "items", sample(60))
    generate(items, tmp_path / "out", check=False)
    before = lines(tmp_path / "out")
    write_folder(items, sample(75))
    summary = generate(items, tmp_path / "out")
    after = lines(tmp_path / "out")
    assert set(before) < set(after)
    assert summary["kept"] == len(before)
    assert summary["new"] == len(after) - len(before) > 0
    old = {item.item_id for item in sample(60)}
    new = [json.loads(line) for line in set(after) - set(before)]
    assert all(pair["item_ids"][0] not in old for pair in new)


def test_pairs_of_items_that_are_gone_or_have_changed_go(tmp_path: Path) -> None:
    catalogue = sample(60)
    items = write_folder(tmp_path / "items", catalogue)
    generate(items, tmp_path / "out", check=False)
    gone, changed = catalogue[0], catalogue[1]
    dearer = replace(changed, metadata={**changed.metadata, "price": 123_456})
    write_folder(items, [dearer, *catalogue[2:]])
    before = lines(tmp_path / "out")
    summary = generate(items, tmp_path / "out")
    pairs = rows(tmp_path / "out")
    assert all(gone.item_id not in pair["item_ids"] for pair in pairs)
    untouched = [n for n in before if gone.item_id not in n and f'"{changed.item_id}"' not in n]
    assert set(untouched) <= set(lines(tmp_path / "out"))
    assert summary["kept"] == len(untouched)
    assert check_folder(tmp_path / "out", items).num_findings == 0


def test_nothing_changes_when_nothing_has_changed(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(30))
    generate(items, tmp_path / "out", check=False)
    before = lines(tmp_path / "out")
    assert generate(items, tmp_path / "out", check=False)["new"] == 0
    assert lines(tmp_path / "out") == before


def test_other_settings_are_refused_by_name_until_all_is_made_anew(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(20))
    generate(items, tmp_path / "out", check=False)
    with pytest.raises(InstructionsError, match=r"other settings \(seed\).*--renew"):
        generate(items, tmp_path / "out", seed=5)
    assert generate(items, tmp_path / "out", seed=3, renew=True, check=False)["kept"] == 0
    assert generate(items, tmp_path / "out", seed=5, fresh=True, check=False)["kept"] == 0


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(5))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(InstructionsError, match="holds no instruction data"):
        generate(items, tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "mine"


def test_another_schema_gives_pairs_by_the_roles_that_its_fields_play(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", kaggle_items(), KAGGLE)
    summary = generate(items, tmp_path / "out", pairs=240)
    assert summary["pairs"] == 240
    pairs = rows(tmp_path / "out")
    said = "\n".join(m["content"] for pair in pairs for m in pair["messages"])
    assert "Its colour is navy blue." in said
    assert "색상은 네이비입니다" in said
    # A value without a term is called by its own name, a silent one not at all.
    assert "Steel" in said
    assert "NA" not in said
    assert "pair-clothes-easy-shoes" in {rule for pair in pairs for rule in pair["rules"]}
    assert "season-summer-fibres" in summary["rules_unused"]


def test_an_empty_catalogue_is_refused(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", [])
    with pytest.raises(CatalogueError, match="expected items, got none"):
        generate(items, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_items_that_hold_nothing_to_speak_of_are_refused(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", [Item(item_id="bare")])
    with pytest.raises(InstructionsError, match="no pair could be made"):
        generate(items, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_item_whose_id_cannot_stand_in_brackets_is_left_out(tmp_path: Path) -> None:
    items = sample(20)
    odd = replace(items[0], item_id="a [new] one")
    folder = write_folder(tmp_path / "items", [odd, *items[1:]])
    assert generate(folder, tmp_path / "out")["items_left_out"] == 1
    assert all("a [new] one" not in line for line in lines(tmp_path / "out"))
