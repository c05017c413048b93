"""A bundle of the default sizes with random weights: it costs to serve what a trained one costs."""

from pathlib import Path

import torch

from benchmarks.sample import write_items_dir
from catalog.encoder import ItemEncoder
from catalog.table import ItemsDir
from training.atomic import write_json
from training.config import TrainConfig
from training.export import ExportConfig, export
from training.models.load import save_model
from training.models.pair import TowerWithHead
from training.train import build_model

GENERATION = "g0001"


def write_untrained_bundle(
    catalogue: ItemsDir, folder: Path, config: TrainConfig, *, sample_items: int = 64
) -> Path:
    """Export models that were never trained, for a catalogue.

    Args:
        catalogue: whose schema and encoder the models get.
        folder: gets the items, the run and the bundle.
        config: sizes of the models.
        sample_items: how many items the exported models are compared on.

    Returns:
        The bundle's folder.
    """
    encoder = ItemEncoder(catalogue.schema, catalogue.encoder_config)
    run = _write_run(catalogue, shaken(build_model(encoder, config)), folder / "run")
    items = write_items_dir(catalogue, folder / "items")
    bundle = folder / "bundle"
    export(
        ExportConfig(
            model=run, items=items, generation=GENERATION, out=bundle, sample_items=sample_items
        )
    )
    return bundle


def shaken(model: TowerWithHead) -> TowerWithHead:
    """The model with noise on every weight but padding: some start at zero."""
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape, generator=random), alpha=0.02)
        for part in model.modules():
            if isinstance(part, torch.nn.Embedding):
                part.weight[0].zero_()
    return model


def _write_run(catalogue: ItemsDir, model: TowerWithHead, run: Path) -> Path:
    """The files of a training run that an export reads."""
    run.mkdir(parents=True)
    save_model(model.tower, run / "item_tower.pth")
    save_model(model.head, run / "normalization_head.pth")
    write_json(run / "schema.json", catalogue.schema.to_json())
    write_json(run / "encoder.json", catalogue.encoder_config.to_json())
    digests = {
        "fingerprint": "f" * 64,
        "data_digest": catalogue.summary["data_digest"],
        "schema_digest": catalogue.schema.digest(),
    }
    write_json(run / "train.json", digests)
    return run
