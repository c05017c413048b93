"""The sample catalogue in memory, without its pictures: what the benchmarks run on."""

from pathlib import Path

from catalog.fit import EncoderFit
from catalog.item import Item, parse_item
from catalog.sample.products import sample_items
from catalog.schema import default_schema
from catalog.table import ENCODER, ITEMS, SCHEMA, SUMMARY, ItemsDir, write_items
from training.atomic import write_json

DATA_DIGEST = "0" * 64


def sample_catalogue(num_items: int, seed: int = 0) -> ItemsDir:
    """The first items of the sample catalogue, and the encoder's sizes that fit them."""
    schema = default_schema()
    fit = EncoderFit(schema)
    items: list[Item] = []
    for made in sample_items(num_items, seed):
        item = parse_item(made.record, schema)
        fit.add(item)
        items.append(item)
    summary = {"rows": num_items, "kept": num_items, "data_digest": DATA_DIGEST}
    return ItemsDir(items=items, schema=schema, encoder_config=fit.config(), summary=summary)


def write_items_dir(catalogue: ItemsDir, folder: Path) -> Path:
    """The catalogue as the folder that `python -m catalog.ingest` writes."""
    folder.mkdir(parents=True)
    write_items(folder / ITEMS, catalogue.items)
    write_json(folder / SCHEMA, catalogue.schema.to_json())
    write_json(folder / ENCODER, catalogue.encoder_config.to_json())
    write_json(folder / SUMMARY, catalogue.summary)
    return folder
