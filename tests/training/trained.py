"""A folder as `python -m training.train` leaves it, around models that were never trained."""

import json
from pathlib import Path

import torch

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.schema import Schema
from tests.training.evaluated import HELD_OUT, SCHEMA
from training.models.item_tower import ItemTower, ItemTowerConfig
from training.models.load import save_model
from training.models.normalization_head import NormalizationHead, NormalizationHeadConfig


def write_training(folder: Path, *, schema: Schema = SCHEMA) -> None:
    """Write seeded models and everything that evaluation reads beside them."""
    encoder = ItemEncoder(schema, EncoderConfig(num_buckets=64))
    config = ItemTowerConfig(
        num_std_ids=encoder.num_std_ids,
        num_std_fields=len(schema.standard),
        num_re_fields=encoder.num_fields,
        num_buckets=64,
        hidden_dim=16,
        num_heads=2,
    )
    folder.mkdir(exist_ok=True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_model(ItemTower(config), folder / "item_tower.pth")
        head = NormalizationHead(NormalizationHeadConfig(hidden_dim=16, embedding_dim=8))
        save_model(head, folder / "normalization_head.pth")
    log = [{"step": 1, "loss": 5.0}, {"step": 2, "loss": 4.0}]
    _write(folder / "schema.json", schema.to_json())
    _write(folder / "encoder.json", encoder.config.to_json())
    _write(folder / "train.json", {"fingerprint": "f00d"})
    _write(folder / "holdout.json", list(HELD_OUT))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log))


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
