"""Products and their variants, as item records in the shape that a shop would send.

Every product draws from a `random.Random` of its own, seeded by the catalogue's seed and the
product's number, so that the pictures can be drawn in any order and by any process.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.sample.attributes import SEASONS, SLEEVES, Design, design_garment
from catalog.sample.brands import Brand, pick_brand
from catalog.sample.choice import pick
from catalog.sample.colourways import MIXED_PRINTS, PRINTS, Colourway, make_colourways
from catalog.sample.wording import Wording

Record = dict[str, object]
_GROUP_SIZES = {1: 86.0, 2: 5.0, 3: 5.0, 4: 4.0}
"""Variants of a product; about a third of the items then stand in groups of 2 to 4."""
_UNSAID = {
    "season": 0.05, "fiber_composition": 0.06, "elasticity": 0.1, "transparency": 0.1,
    "isfleece": 0.08, "gender": 0.07, "category_specification": 0.03, "top.length_type": 0.08,
    "top.sleeve_length_type": 0.05, "top.neck_color_design": 0.06, "top.sleeve_design": 0.1,
    "pant.silhouette": 0.04, "skirt.design": 0.04,
}  # fmt: skip
"""How often a catalogue leaves a standard field out."""
_UNWRITTEN = {
    "category": 0.03, "fiber_composition": 0.12, "color": 0.12, "category_specification": 0.2,
    "specification.metadata": 0.05,
}  # fmt: skip
"""How often it writes nothing under a reinforced field."""
_LENGTH_PRICE = {"long": 1.15, "midi": 1.07, "crop": 0.92, "short": 0.95, "maxi": 1.15}


@dataclass(frozen=True, kw_only=True)
class SampleItem:
    """An item's record and what its picture shows."""

    record: Record
    design: Design
    colourway: Colourway

    @property
    def item_id(self) -> str:
        """Such as `dress-0001-black`."""
        return str(self.record["item_id"])


def sample_items(count: int, seed: int) -> Iterator[SampleItem]:
    """`count` items, the variants of a product one after another.

    The first items are the same whatever the count, but for the last product's variants.

    Raises:
        ValueError: `count` is less than 1.
    """
    if count < 1:
        raise ValueError(f"expected at least one item, got {count}")
    made, number, seen = 0, 0, set[str]()
    while made < count:
        number += 1
        for item in _product(number, seed, count - made, seen):
            yield item
            made += 1


def _product(number: int, seed: int, room: int, seen: set[str]) -> list[SampleItem]:
    """The variants of one product, tried again until none equals an item already `seen`."""
    for attempt in range(100):
        items = make_product(random.Random(f"{seed}/{number}/{attempt}"), number, room)
        keys = {_content(item) for item in items}
        if not keys & seen and len(keys) == len(items):
            seen |= keys
            return items
    raise RuntimeError(f"product {number} of seed {seed}: no new item in 100 attempts")


def make_product(rng: random.Random, number: int, room: int) -> list[SampleItem]:
    """The variants of one new product, at most `room`; they share all but the colour.

    Args:
        rng: makes every choice.
        number: the product's number, part of its ids.
        room: at least 1.
    """
    wanted = min(pick(rng, _GROUP_SIZES), room)
    design = design_garment(rng, PRINTS if wanted == 1 else PRINTS - MIXED_PRINTS)
    ways = make_colourways(rng, design, wanted)
    brand = pick_brand(rng, design.kind.slug)
    wording = Wording(rng, design, brand)
    group = f"{design.kind.slug}-{number:04d}"
    shared: Record = {
        "clothes": _said(rng, _clothes(design), _UNSAID),
        "reinforced_feature_value": _said(rng, wording.product(), _UNWRITTEN),
        "variant_group": group if len(ways) > 1 else None,
        "metadata": _metadata(rng, design, brand),
    }
    names_colour = rng.random() >= _UNWRITTEN["color"]
    return [
        SampleItem(
            record=_record(rng, shared, group, way, wording.colour(way) if names_colour else []),
            design=design,
            colourway=way,
        )
        for way in ways
    ]


def _record(
    rng: random.Random, shared: Record, group: str, way: Colourway, colour_texts: list[str]
) -> Record:
    """One variant's record, without the keys that have nothing to say."""
    item_id = "-".join([group, *(colour.lower() for colour in way.colours)])
    texts = dict(_dict(shared["reinforced_feature_value"]))
    if colour_texts:
        texts["color"] = colour_texts
    record: Record = {
        "item_id": item_id,
        "clothes": {**_dict(shared["clothes"]), "color": list(way.colours)},
        "reinforced_feature_value": texts,
        "image": f"images/{item_id}.jpg",
        "variant_group": shared["variant_group"],
        "metadata": {**_dict(shared["metadata"]), "in_stock": rng.random() < 0.9},
    }
    return {key: value for key, value in record.items() if value}


def _clothes(design: Design) -> dict[str, list[str]]:
    """Every standard field but the colour, as true as the design is."""
    fibres = list(dict.fromkeys(name for name, _ in design.blend))
    is_pants = design.kind.slug == "pants"
    fields = {
        "category": [design.kind.category],
        "season": [SEASONS[letter] for letter in design.season],
        "fiber_composition": fibres,
        "elasticity": [design.elasticity],
        "transparency": [design.transparency],
        "isfleece": ["fleece_contain" if design.is_fleece else "fleece_none"],
        "gender": [design.gender],
        "category_specification": [design.kind.specification],
        "top.length_type": [design.length],
        "top.sleeve_length_type": [SLEEVES.get(design.sleeve, "")],
        "top.neck_color_design": [design.neck],
        "top.sleeve_design": [design.sleeve_design],
        "pant.silhouette": [design.shape if is_pants else ""],
        "skirt.design": ["" if is_pants else design.shape],
    }
    return {name: values for name, values in fields.items() if values != [""]}


def _said(
    rng: random.Random, fields: dict[str, list[str]], unsaid: dict[str, float]
) -> dict[str, list[str]]:
    """The fields that the shop filled in."""
    return {
        name: values for name, values in fields.items() if rng.random() >= unsaid.get(name, 0.0)
    }


def _metadata(rng: random.Random, design: Design, brand: Brand) -> Record:
    won = design.style.price * design.fabric.price * brand.level
    won *= _LENGTH_PRICE.get(design.hem or design.length, 1.0) * (0.85 + 0.35 * rng.random())
    price = max(10_000, round(won / 1000) * 1000) + brand.ending
    metadata: Record = {"price": price, "currency": "KRW"}
    return metadata if rng.random() < 0.02 else {"brand": brand.name, **metadata}


def _content(item: SampleItem) -> str:
    """What makes an item this one, its names apart."""
    names = ("item_id", "image", "variant_group")
    return repr({key: value for key, value in item.record.items() if key not in names})


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {value!r}")
    return value
