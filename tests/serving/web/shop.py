"""A small shop for the tests of the page: its schema is not the default one, on purpose."""

import io

from PIL import Image

from catalog.schema import Schema

KINDS = (
    "01outer_01coat",
    "01outer_02jacket",
    "01outer_03parka",
    "02top_01shirt",
    "02top_02blouse",
    "02top_03sweater",
    "02top_04vest",
    "03bottom_01trousers",
    "03bottom_02skirt",
    "03bottom_03shorts",
    "04dress_01dress",
    "04dress_02jumpsuit",
    "05shoe_01boots",
    "05shoe_02sneakers",
    "05shoe_03loafers",
    "05shoe_04sandals",
)
COLOURS = {"Black": "검정", "White": "하양", "Red": "빨강", "Navy Blue": "남색"}
NUM_ITEMS = len(KINDS) * len(COLOURS)
HOSTILE = '<image src="x" onerror="window.wasFooled = true">'
HOSTILE_ID = '"><svg onload="window.wasFooled=true">&like=x#'

SCHEMA = Schema(
    standard={"kind": KINDS, "mainColour": tuple(COLOURS), "size.fit": ("slim", "loose")},
    reinforced=("label", "note"),
)


def record(number: int) -> dict[str, object]:
    """One ordinary item; its label says its colour and kind, in English and in Korean."""
    kind = KINDS[number % len(KINDS)]
    colour = list(COLOURS)[number // len(KINDS) % len(COLOURS)]
    item: dict[str, object] = {
        "item_id": f"no-{number:03d}",
        "clothes": {"kind": [kind], "mainColour": [colour], "size.fit": ["slim"]},
        "reinforced_feature_value": {
            "label": [f"{colour} {kind.split('_')[1][2:]}", COLOURS[colour]],
            "note": [f"note {number}"],
        },
        "metadata": {"brand": "세온", "price": 10_000 + 1_000 * number, "currency": "KRW"},
    }
    return item if number % 10 == 9 else {**item, "image": key_of(number)}


def key_of(number: int) -> str:
    """The object key of an item's picture."""
    return f"images/{number:064x}.jpg"


def records(count: int = NUM_ITEMS) -> list[dict[str, object]]:
    """Items; each tenth has no picture."""
    return [record(number) for number in range(count)]


def pictures(count: int = NUM_ITEMS) -> dict[str, bytes]:
    """Object key -> JPEG, for all but item 1, whose picture is missing in the object store.

    Item 3 alone has a thumbnail.
    """
    found = {key_of(number): _jpeg(number, (40, 50)) for number in range(count) if number != 1}
    return {**found, f"thumbs/{3:064x}-384.jpg": _jpeg(3, (20, 25))}


def hostile_record() -> dict[str, object]:
    """An item whose every text is an attempt to run in the page."""
    return {
        "item_id": HOSTILE_ID,
        "clothes": {"kind": [KINDS[0]]},
        "reinforced_feature_value": {
            "label": [HOSTILE],
            "note": ['<svg onload="wasFooled = 1"></svg>'],
        },
        "metadata": {"brand": HOSTILE, "currency": HOSTILE, "price": 1, HOSTILE: HOSTILE},
        "image": "images/../../v1/schema",
        "variant_group": HOSTILE,
    }


def _jpeg(number: int, size: tuple[int, int]) -> bytes:
    shade = (37 * number % 256, 91 * number % 256, 160)
    buffer = io.BytesIO()
    Image.new("RGB", size, shade).save(buffer, "JPEG")
    return buffer.getvalue()
