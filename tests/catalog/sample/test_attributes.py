"""Attributes depend on each other as they do in clothes, over the whole catalogue."""

from collections import Counter
from collections.abc import Callable

import pytest

from catalog.item import Item, parse_item
from catalog.sample.attributes import BARE_NECKS, Design
from catalog.sample.products import SampleItem
from catalog.schema import Schema, default_schema

Clothes = dict[str, tuple[str, ...]]
FEMALE_ONLY = ("02top_01blouse", "03-1onepiece(dress)", "04bottom_02skirt")
STRETCHY = {("contain",), ("contain a lot",)}


@pytest.fixture(scope="module")
def schema() -> Schema:
    return default_schema()


@pytest.fixture(scope="module")
def items(catalogue: list[SampleItem], schema: Schema) -> list[Item]:
    return [parse_item(sample.record, schema) for sample in catalogue]


def _is(clothes: Clothes, field: str, *values: str) -> bool:
    return any(value in values for value in clothes.get(field, ()))


def _fleece_is_worn_in_winter(clothes: Clothes) -> bool:
    if not _is(clothes, "isfleece", "fleece_contain"):
        return True
    return clothes.get("season", ("winter",)) == ("winter",) and clothes["category"][0][:2] == "01"


def _only_elastane_stretches(clothes: Clothes) -> bool:
    if clothes.get("elasticity") not in STRETCHY or "fiber_composition" not in clothes:
        return True
    return "Polyurethane" in clothes["fiber_composition"]


def _bottoms_have_no_top(clothes: Clothes) -> bool:
    return clothes["category"][0][:2] != "04" or not any(name[:4] == "top." for name in clothes)


def _silhouettes_are_of_pants(clothes: Clothes) -> bool:
    return "pant.silhouette" not in clothes or clothes["category"] == ("04bottom_01pants",)


def _designs_are_of_skirts(clothes: Clothes) -> bool:
    return "skirt.design" not in clothes or clothes["category"] == ("04bottom_02skirt",)


def _specification_follows_category(clothes: Clothes) -> bool:
    places = {"01": "outer", "02": "top", "03": "onepiece", "04": "bottom"}
    expected = (places[clothes["category"][0][:2]],)
    return clothes.get("category_specification", expected) == expected


def _no_man_wears_a_dress_here(clothes: Clothes) -> bool:
    return not (_is(clothes, "category", *FEMALE_ONLY) and _is(clothes, "gender", "male", "both"))


def _bare_shoulders_have_no_sleeves(clothes: Clothes) -> bool:
    sleeves = clothes.get("top.sleeve_length_type", ("sleeveless",))
    return not _is(clothes, "top.neck_color_design", *BARE_NECKS) or sleeves == ("sleeveless",)


def _sleeveless_has_no_sleeve_design(clothes: Clothes) -> bool:
    is_bare = _is(clothes, "top.sleeve_length_type", "sleeveless")
    return not (is_bare and "top.sleeve_design" in clothes)


def _petals_are_short(clothes: Clothes) -> bool:
    is_petal = _is(clothes, "top.sleeve_design", "petal sleeve")
    return not (is_petal and _is(clothes, "top.sleeve_length_type", "long sleeves"))


def _vests_have_no_sleeves(clothes: Clothes) -> bool:
    is_vest = clothes["category"] == ("02top_05vest",)
    return not (is_vest and _is(clothes, "top.sleeve_length_type", "long sleeves", "short sleeves"))


def _sheer_is_not_for_winter(clothes: Clothes) -> bool:
    is_sheer = _is(clothes, "transparency", "contain", "contain a lot")
    return not (is_sheer and _is(clothes, "season", "winter"))


def _coats_are_not_for_summer(clothes: Clothes) -> bool:
    return clothes["category"] != ("01outer_01coat",) or not _is(clothes, "season", "summer")


def _linen_is_not_for_winter(clothes: Clothes) -> bool:
    is_linen = _is(clothes, "fiber_composition", "Hemp", "cellulose fiber Others")
    return not (is_linen and _is(clothes, "season", "winter"))


@pytest.mark.parametrize(
    "rule",
    [
        _fleece_is_worn_in_winter,
        _only_elastane_stretches,
        _bottoms_have_no_top,
        _silhouettes_are_of_pants,
        _designs_are_of_skirts,
        _specification_follows_category,
        _no_man_wears_a_dress_here,
        _bare_shoulders_have_no_sleeves,
        _sleeveless_has_no_sleeve_design,
        _petals_are_short,
        _vests_have_no_sleeves,
        _sheer_is_not_for_winter,
        _coats_are_not_for_summer,
        _linen_is_not_for_winter,
    ],
)
def test_every_item_keeps_the_rule(items: list[Item], rule: Callable[[Clothes], bool]) -> None:
    broken = [item.item_id for item in items if not rule(dict(item.clothes))]
    assert broken == []


def test_every_value_of_the_vocabulary_occurs(items: list[Item], schema: Schema) -> None:
    seen = {
        (name, value) for item in items for name in item.clothes for value in item.clothes[name]
    }
    wanted = {(name, value) for name in schema.standard for value in schema.standard[name]}
    assert wanted - seen == set()


def test_some_fields_are_left_out_as_catalogues_do(items: list[Item]) -> None:
    named = Counter(name for item in items for name in item.clothes)
    for field in ("season", "fiber_composition", "elasticity", "gender", "isfleece"):
        assert 0.85 * len(items) < named[field] < 0.99 * len(items), field
    assert named["category"] == named["color"] == len(items)


def test_cloth_in_blends_gives_several_fibres(items: list[Item]) -> None:
    blends = [item for item in items if len(item.clothes.get("fiber_composition", ())) > 1]
    assert len(blends) > len(items) / 4


def test_shares_of_a_blend_add_up(catalogue: list[SampleItem]) -> None:
    assert {sum(share for _, share in sample.design.blend) for sample in catalogue} == {100}


def test_the_facts_of_a_design_hold_its_own_values(catalogue: list[SampleItem]) -> None:
    design: Design = catalogue[0].design
    assert {design.fabric_key, design.gender, design.print, *design.features} <= design.facts()
    assert "" not in design.facts()
