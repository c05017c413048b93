"""Items, their variants and their metadata."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from statistics import median

import pytest

from catalog.item import parse_item
from catalog.sample.products import SampleItem, sample_items
from catalog.schema import default_schema

FIRST_50 = "ab91a50c40961ae84ca665eaa5f0172ca27bbe2264b87c5cddde5f64b6ae544a"
"""SHA-256 of the first 50 records of seed 0, which every machine must make."""


def _canonical(samples: list[SampleItem]) -> str:
    return json.dumps([s.record for s in samples], ensure_ascii=False, sort_keys=True)


def _groups(samples: list[SampleItem]) -> dict[str, list[SampleItem]]:
    groups = defaultdict(list)
    for sample in samples:
        if "variant_group" in sample.record:
            groups[str(sample.record["variant_group"])].append(sample)
    return groups


def test_one_seed_makes_the_same_items_on_every_machine() -> None:
    digest = hashlib.sha256(_canonical(list(sample_items(50, seed=0))).encode()).hexdigest()
    assert digest == FIRST_50, "the catalogue changed: if that is meant, put the new digest here"


def test_another_seed_makes_other_items() -> None:
    assert _canonical(list(sample_items(20, seed=1))) != _canonical(list(sample_items(20, seed=0)))


def test_a_larger_catalogue_begins_like_a_smaller_one(catalogue: list[SampleItem]) -> None:
    few = list(sample_items(40, seed=0))
    assert _canonical(few[:36]) == _canonical(catalogue[:36])


@pytest.mark.parametrize("count", [1, 2, 3, 7, 25])
def test_as_many_items_come_as_were_asked_for(count: int) -> None:
    assert len(list(sample_items(count, seed=3))) == count


def test_no_items_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="expected at least one item, got 0"):
        next(sample_items(0, seed=0))


def test_every_item_fits_the_default_schema(catalogue: list[SampleItem]) -> None:
    schema = default_schema()
    for sample in catalogue:
        assert parse_item(sample.record, schema).item_id == sample.item_id


def test_ids_are_tidy_and_unlike(catalogue: list[SampleItem]) -> None:
    ids = [sample.item_id for sample in catalogue]
    assert len(set(ids)) == len(ids) == 2000
    assert all(re.fullmatch(r"[a-z]+-\d{4}(-[a-z]+){1,2}", item_id) for item_id in ids)


def test_no_two_items_are_alike_but_for_their_ids(catalogue: list[SampleItem]) -> None:
    names = ("item_id", "image", "variant_group")
    contents = [
        json.dumps({k: v for k, v in sample.record.items() if k not in names}, sort_keys=True)
        for sample in catalogue
    ]
    assert len(set(contents)) == len(contents)


def test_about_a_third_of_the_items_are_variants(catalogue: list[SampleItem]) -> None:
    groups = _groups(catalogue)
    assert {len(members) for members in groups.values()} == {2, 3, 4}
    assert 0.25 < sum(map(len, groups.values())) / len(catalogue) < 0.42


def test_variants_share_all_but_their_colour_and_stock(catalogue: list[SampleItem]) -> None:
    for group, members in _groups(catalogue).items():
        colours = {tuple(member.record["clothes"]["color"]) for member in members}  # type: ignore[index]
        assert len(colours) == len(members), group
        rest = set()
        for member in members:
            record = json.loads(json.dumps(member.record))
            for key in ("item_id", "image"):
                del record[key]
            del record["clothes"]["color"], record["metadata"]["in_stock"]
            record["reinforced_feature_value"].pop("color", None)
            rest.add(json.dumps(record, sort_keys=True))
        assert len(rest) == 1, group


def test_prices_follow_the_garment_and_the_cloth(catalogue: list[SampleItem]) -> None:
    prices: dict[str, list[int]] = defaultdict(list)
    for sample in catalogue:
        price = sample.record["metadata"]["price"]  # type: ignore[index]
        prices[sample.design.kind.slug].append(price)
        prices[sample.design.fabric_key].append(price)
    assert median(prices["coat"]) > 2 * median(prices["shirt"]) > 2 * median(prices["tshirt"])
    assert median(prices["cashmere knit"]) > 1.5 * median(prices["acrylic knit"])
    assert all(10_000 <= price <= 2_000_000 for price in prices["coat"])


def test_metadata_can_be_filtered_on(catalogue: list[SampleItem]) -> None:
    metadata = [sample.record["metadata"] for sample in catalogue]
    assert {entry["currency"] for entry in metadata} == {"KRW"}  # type: ignore[index]
    assert {entry["in_stock"] for entry in metadata} == {True, False}  # type: ignore[index]
    brands = Counter(entry.get("brand") for entry in metadata)  # type: ignore[attr-defined]
    assert len(brands) > 25
    assert brands[None] > 0


def test_every_category_has_enough_items(catalogue: list[SampleItem]) -> None:
    kinds = Counter(sample.design.kind.slug for sample in catalogue)
    assert len(kinds) == 13
    assert min(kinds.values()) >= 40
