"""A training run and its items folder made on the spot: the real models, small, untrained."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import Item
from catalog.schema import Schema
from catalog.table import write_items
from training.models.item_tower import ItemTower, ItemTowerConfig
from training.models.normalization_head import NormalizationHead, NormalizationHeadConfig

SCHEMA = Schema(
    standard={
        "category": ("shirt", "skirt", "coat", "trousers"),
        "color": ("Black", "White", "Red", "Blue", "Green"),
        "season": ("summer", "winter"),
    },
    reinforced=("title", "detail"),
)
ENCODER = EncoderConfig(max_values=3, max_words=12, max_grams=10, num_buckets=512)
WORDS = [
    "오버핏",
    "코튼",
    "셔츠",
    "oxford",
    "button-down",
    "slim",
    "fit",
    "린넨",
    "여름",
    "sleeve",
    "denim",
    "로고",
]


def small_items(count: int = 120) -> list[Item]:
    """Items of SCHEMA that differ in values and words; every seventh is empty."""
    return [small_item(number) for number in range(count)]


def small_item(number: int) -> Item:
    """One of them."""
    if number % 7 == 6:
        return Item(item_id=f"sku-{number}")
    values = {name: (of[number % len(of)],) for name, of in SCHEMA.standard.items()}
    words = [WORDS[(number * step) % len(WORDS)] for step in range(1, 2 + number % 5)]
    return Item(
        item_id=f"sku-{number}",
        clothes=values,
        reinforced={"title": (f"{' '.join(words)} no{number}",)},
    )


def write_items_dir(folder: Path, items: list[Item], schema: Schema = SCHEMA) -> Path:
    """An items folder as `python -m catalog.ingest` writes it."""
    folder.mkdir(parents=True)
    write_items(folder / "items.parquet", items)
    _write(folder / "schema.json", schema.to_json())
    _write(folder / "encoder.json", ENCODER.to_json())
    _write(folder / "summary.json", {"data_digest": "d" * 64})
    return folder


def write_run(folder: Path, *, seed: int = 0, fingerprint: str = "f" * 64) -> Path:
    """What `python -m training.train` leaves behind, with random weights of `seed`."""
    folder.mkdir(parents=True)
    encoder = ItemEncoder(SCHEMA, ENCODER)
    torch.manual_seed(seed)
    tower = ItemTower(
        ItemTowerConfig(
            num_std_ids=encoder.num_std_ids,
            num_std_fields=len(SCHEMA.standard),
            num_re_fields=encoder.num_fields,
            num_buckets=ENCODER.num_buckets,
            hidden_dim=32,
        )
    )
    head = NormalizationHead(NormalizationHeadConfig(hidden_dim=32, embedding_dim=16))
    for name, model in (("item_tower", tower), ("normalization_head", head)):
        _shake(model)
        saved = {"config": asdict(model.config), "state_dict": model.state_dict()}
        torch.save(saved, folder / f"{name}.pth")
    _write(folder / "schema.json", SCHEMA.to_json())
    _write(folder / "encoder.json", ENCODER.to_json())
    facts = {
        "fingerprint": fingerprint,
        "data_digest": "d" * 64,
        "schema_digest": SCHEMA.digest(),
        "encoder": ENCODER.to_json(),
    }
    _write(folder / "train.json", facts)
    return folder


def run_export(*, items: Path, run: Path, bundle: Path) -> dict[str, Any]:
    """`python -m training.export` as generation g0001, in a process of its own; what it prints."""
    folders = ("--items", items, "--model", run, "--out", bundle)
    done = subprocess.run(
        [sys.executable, "-m", "training.export", "--generation", "g0001", *folders],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def _shake(model: ItemTower | NormalizationHead) -> None:
    """Every weight but padding at random: some start at zero and hide what they multiply."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(std=0.2)
        for table in (part for part in model.modules() if isinstance(part, torch.nn.Embedding)):
            table.weight[0].zero_()


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
