"""Items folders for the tests of instruction data, and runs over them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from catalog.encoder import EncoderConfig
from catalog.fit import EncoderFit
from catalog.item import Item, parse_item
from catalog.sample.products import sample_items
from catalog.schema import Schema, default_schema
from catalog.table import ENCODER, ITEMS, SCHEMA, SUMMARY, write_items
from training.instructions.config import GenerateConfig
from training.instructions.generate import Generation

NUM_ITEMS = 150

KAGGLE = Schema(
    standard={
        "gender": ("Men", "Women", "Unisex"),
        "masterCategory": ("Apparel", "Footwear"),
        "articleType": ("Tshirts", "Jeans", "Casual Shoes", "Formal Shoes", "Shirts"),
        "baseColour": ("Black", "White", "Navy Blue", "Steel"),
        "season": ("Summer", "Winter", "Fall", "Spring"),
        "year": ("2010", "2011", "2012"),
        "usage": ("Casual", "Formal", "NA"),
    },
    reinforced=("productDisplayName",),
)
"""Fields of Kaggle's styles.csv."""


def sample(num_items: int = NUM_ITEMS, seed: int = 0) -> list[Item]:
    """The first items of the sample catalogue."""
    schema = default_schema()
    return [parse_item(made.record, schema) for made in sample_items(num_items, seed)]


def kaggle_items(num_items: int = 60) -> list[Item]:
    """Items over Kaggle's fields, every value coming up."""
    schema = KAGGLE.standard

    def at(name: str, number: int) -> list[str]:
        values = schema[name]
        return [values[number % len(values)]]

    items = []
    for number in range(num_items):
        article = at("articleType", number)
        clothes = {
            "gender": at("gender", number // 2),
            "masterCategory": ["Footwear" if "Shoes" in article[0] else "Apparel"],
            "articleType": article,
            "baseColour": at("baseColour", number // 3),
            "season": at("season", number // 5),
            "year": at("year", number),
            "usage": at("usage", number),
        }
        name = {"productDisplayName": [f"Maker Men {article[0]} No. {number}"]}
        record = {"item_id": f"{1000 + number}", "clothes": clothes}
        items.append(parse_item({**record, "reinforced_feature_value": name}, KAGGLE))
    return items


def write_folder(folder: Path, items: Iterable[Item], schema: Schema | None = None) -> Path:
    """An items folder as ingest writes it; what is there is replaced."""
    folder.mkdir(exist_ok=True)
    kept, schema = list(items), schema or default_schema()
    fit = EncoderFit(schema)
    for item in kept:
        fit.add(item)
    config: EncoderConfig = fit.config()
    write_items(folder / ITEMS, kept)
    for name, document in (
        (SCHEMA, schema.to_json()),
        (ENCODER, config.to_json()),
        (SUMMARY, {"rows": len(kept), "kept": len(kept), "data_digest": "0" * 64}),
    ):
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return folder


def generate(items: Path, out: Path, **settings: Any) -> dict[str, Any]:
    """Make instruction data; returns the summary."""
    return Generation(GenerateConfig(items=items, out=out, **settings)).run()


def lines(out: Path) -> list[str]:
    """The JSON Lines of every set and split."""
    return [
        line
        for path in sorted(out.glob("*/*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def rows(out: Path) -> list[dict[str, Any]]:
    """All pairs."""
    return [json.loads(line) for line in lines(out)]
