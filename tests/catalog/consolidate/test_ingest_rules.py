"""Ingest with rules: what is merged, what is grouped, and what is told of it."""

import json
import re
from typing import Any

import pytest

from catalog.splits.ties import find_ties
from catalog.table import load_items_dir
from serving.catalogue_sync import sync_catalogue
from tests.catalog.two_catalogues import files_of
from tests.serving.stock import InMemory, connected, publish

HEADER = "id,kind,colour,size,name,price,image\n"
ROWS = """\
a1,tee,Navy Blue,M,Puma tee navy blue,10,
b1,tee,Red,L,Red Puma tee,12,
a2,tee,Navy Blue,M,Puma tee navy blue,10,a.jpg
c1,polo,Red,M,Puma polo red,10,
a3,tee,Navy Blue,M,Puma tee navy blue,10,b.jpg
a4,tee,Navy Blue,M,Puma tee navy blue,10,a.jpg
d1,polo,Red,M,Nike polo red,10,
a5,tee,Navy Blue,M,Puma tee navy blue,11,
"""
MAPPING = {
    "item_id": "id",
    "standard": ["kind", "colour", "size"],
    "reinforced": ["name"],
    "metadata": ["price"],
    "image": "image",
}
DUPLICATES: dict[str, Any] = {"duplicates": {"may_differ": []}}
VARIANTS: dict[str, Any] = {"variants": {"may_differ": ["colour", "size"]}}


def ingest(shop: Any, draw: Any, **rules: Any) -> Any:
    for name, size in (("a", (8, 8)), ("b", (9, 8))):
        shop.write(f"{name}.jpg", draw("JPEG", size=size))
    shop.write("shop.csv", HEADER + ROWS)
    shop.write("mapping.json", {**MAPPING, **rules})
    mapping = ("--mapping", shop.folder / "mapping.json")
    return shop.ingest_with_pictures("shop.csv", *mapping)


def test_without_rules_nothing_is_merged_or_grouped(shop: Any, draw: Any) -> None:
    outcome = ingest(shop, draw)
    assert len(outcome.items) == 8
    assert "merged" not in outcome.summary
    assert not (outcome.out / "merged.jsonl").exists()


def test_duplicates_become_the_first_with_the_first_picture(shop: Any, draw: Any) -> None:
    outcome = ingest(shop, draw, **DUPLICATES)
    assert [item.item_id for item in outcome.items] == ["a1", "b1", "c1", "a3", "d1", "a5"]
    pictures = {item.item_id: item.image for item in outcome.items}
    assert len({pictures["a1"], pictures["a3"], None}) == 3
    lines = (outcome.out / "merged.jsonl").read_text().splitlines()
    assert list(map(json.loads, lines)) == [
        {"item_id": "a2", "into": "a1"},
        {"item_id": "a4", "into": "a1"},
    ]
    summary = outcome.summary
    assert (summary["rows"], summary["kept"], summary["merged"]) == (8, 6, 2)
    assert summary["images"] == 2
    assert "duplicates: 2 items merged into others, see merged.jsonl\n" in outcome.printed


def test_variants_without_a_group_get_one(shop: Any, draw: Any) -> None:
    outcome = ingest(shop, draw, **VARIANTS)
    groups = {item.item_id: item.variant_group for item in outcome.items}
    tees = {groups.pop(item_id) for item_id in ("a1", "a2", "a3", "a4", "a5", "b1")}
    assert groups == {"c1": None, "d1": None}
    (tee,) = tees
    assert re.fullmatch("auto-[0-9a-f]{16}", tee)
    assert (outcome.summary["grouped"], outcome.summary["groups"]) == (6, 1)
    assert "variants: 6 items in 1 groups found\n" in outcome.printed
    assert not (outcome.out / "merged.jsonl").exists()


def test_what_is_written_is_what_an_ingest_of_the_rest_writes(shop: Any, draw: Any) -> None:
    both = ingest(shop, draw, **DUPLICATES, **VARIANTS)
    assert both.summary["grouped"] == 4
    shop.write("rest.jsonl", [item.to_json() for item in both.items])
    rest = shop.ingest("rest.jsonl", "--schema", both.out / "schema.json", out="rest")
    kept = [item.to_json() | {"image": None} for item in both.items]
    assert [item.to_json() | {"image": None} for item in rest.items] == kept
    ours, theirs = load_items_dir(both.out), load_items_dir(rest.out)
    assert ours.encoder_config == theirs.encoder_config
    again = ingest(shop, draw, **DUPLICATES, **VARIANTS)
    assert files_of(again.out) == files_of(both.out)


def test_rules_hold_for_items_too(shop: Any) -> None:
    items = [
        {"item_id": str(n), "clothes": {"kind": "tee"}, "reinforced_feature_value": {"name": "x"}}
        for n in range(3)
    ]
    shop.write("items.jsonl", items)
    shop.write("mapping.json", DUPLICATES)
    outcome = shop.ingest("items.jsonl", "--mapping", shop.folder / "mapping.json")
    assert [item.item_id for item in outcome.items] == ["0"]
    assert outcome.summary["merged"] == 2


@pytest.mark.parametrize(
    ("rule", "field", "told"),
    [
        ("variants", "color", "names 'color', which items do not have, did you mean 'colour'; "),
        ("duplicates", "colour", "names 'colour', which items do not have; they have price\n"),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_nearest(
    rule: str, field: str, told: str, shop: Any, draw: Any
) -> None:
    outcome = ingest(shop, draw, **{rule: {"may_differ": [field]}})
    assert outcome.code == 2
    assert f"mapping: {rule}.may_differ {told}" in outcome.error
    assert not outcome.out.exists()


def test_native_items_tell_their_names_themselves(shop: Any) -> None:
    item = {"clothes": {"kind": "tee"}, "metadata": {"stock": 1}}
    shop.write("items.jsonl", [{"item_id": str(n), **item} for n in range(3)])
    for field, code in (("stock", 0), ("stok", 2)):
        shop.write("mapping.json", {"duplicates": {"may_differ": [field]}})
        outcome = shop.ingest("items.jsonl", "--mapping", shop.folder / "mapping.json")
        assert outcome.code == code
    assert "names 'stok', which items do not have, did you mean 'stock'" in outcome.error


def test_a_column_that_holds_nothing_today_may_be_named(shop: Any) -> None:
    shop.write("shop.csv", "id,colour,name,stock\n1,red,tee one,\n2,blue,tee one,\n3,,hat,\n")
    mapping = {
        "item_id": "id",
        "standard": ["colour"],
        "reinforced": ["name"],
        "metadata": ["stock"],
        "duplicates": {"may_differ": ["stock"]},
        "variants": {"may_differ": ["colour", "stock"]},
    }
    shop.write("mapping.json", mapping)
    outcome = shop.ingest("shop.csv", "--mapping", shop.folder / "mapping.json")
    assert (outcome.code, outcome.error) == (0, "")
    assert (outcome.summary["merged"], outcome.summary["grouped"]) == (0, 2)


def test_what_is_grouped_is_kept_on_one_side(shop: Any, draw: Any) -> None:
    ties = find_ties(ingest(shop, draw, **VARIANTS).out / "items.parquet")
    groups = ties.by["variant_group"]
    assert groups.tolist() == [0, 0, 0, -1, 0, 0, -1, 0]


def test_an_item_that_was_merged_away_is_gone_from_the_store(
    shop: Any, draw: Any, postgres_url: str
) -> None:
    before = ingest(shop, draw).items
    after = ingest(shop, draw, **DUPLICATES).items
    with connected(postgres_url) as connection:
        publish(connection)
        sync_catalogue(connection, InMemory(before), max_gone_share=1)
        synced = sync_catalogue(connection, InMemory(after), max_gone_share=1)
        stored = connection.execute("SELECT item_id FROM items ORDER BY item_id").fetchall()
    assert synced.num_gone == 2
    assert [row[0] for row in stored] == ["a1", "a3", "a5", "b1", "c1", "d1"]
