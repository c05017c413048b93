"""Trains tower and head on an items folder: `python -m training.train`.

Alone or under `torchrun` with any number of processes and GPUs. A run that died goes on from
its last checkpoint to the same weights; one that is complete is left as it is. Exit status: 0
done, 1 training failed, 2 the input cannot be used, 143 SIGTERM came and the checkpoint is
written; the reason is on standard error.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from catalog.encoder import ItemEncoder
from catalog.item import ItemError
from catalog.readers.source import CatalogueError
from catalog.table import ItemsDir, load_items_dir
from training.atomic import write_atomically, write_json
from training.config import TrainConfig, configure
from training.data import EncodedCatalogue, encode_catalogue
from training.distributed import World, join_world
from training.field_weights import field_weights
from training.fingerprint import add_run_options, fingerprint
from training.holdout import split_holdout
from training.loop import Interrupted, train
from training.models.item_tower import ItemTower, ItemTowerConfig
from training.models.load import save_model
from training.models.normalization_head import NormalizationHead, NormalizationHeadConfig
from training.models.pair import TowerWithHead
from training.objective import Objective

FACTS = "train.json"
SIGTERM_STATUS = 143


def run(items: ItemsDir, config: TrainConfig, out: Path, world: World) -> dict[str, object]:
    """Train on a catalogue and write the run's folder; `train.json` last.

    Returns:
        The content of `train.json`.

    Raises:
        ValueError: there are too few items, or the folder holds another run.
        ItemError: an item does not fit the schema.
        FloatingPointError: the loss is no longer finite.
        Interrupted: SIGTERM came; the checkpoint is written.
    """
    digest = fingerprint(items, config)
    if (done := world.from_first(lambda: _finished(out, digest))) is not None:
        return done
    started = time.perf_counter()
    _prepare_folder(items, out, world)
    encoder = ItemEncoder(items.schema, items.encoder_config)
    catalogue = encode_catalogue(items.items, encoder)
    train_rows, held_out = split_holdout(
        [item.variant_group for item in items.items],
        max_items=config.holdout_items,
        max_share=config.holdout_share,
        seed=config.seed,
    )
    known = catalogue.take(train_rows)
    model = build_model(encoder, config)
    objective = build_objective(known, config, world)
    steps = train(model, known, objective, config, world, out=out, fingerprint=digest)
    facts = _facts(items, config, digest, world) | {
        "train_items": len(known),
        "steps": steps,
        "seconds": round(time.perf_counter() - started, 1),
    }
    if world.is_first:
        _write_results(items, model, held_out, facts, out)
    return facts


def build_model(encoder: ItemEncoder, config: TrainConfig) -> TowerWithHead:
    """Tower and head of the sizes that encoder and settings ask for, from the run's seed."""
    torch.manual_seed(config.seed)
    tower = ItemTower(
        ItemTowerConfig(
            num_std_ids=encoder.num_std_ids,
            num_std_fields=len(encoder.schema.standard),
            num_re_fields=encoder.num_fields,
            num_buckets=encoder.config.num_buckets,
            hidden_dim=config.hidden_dim,
            num_heads=config.num_heads,
            num_layers=config.num_layers,
        )
    )
    head = NormalizationHeadConfig(hidden_dim=config.hidden_dim, embedding_dim=config.embedding_dim)
    return TowerWithHead(tower, NormalizationHead(head))


def build_objective(items: EncodedCatalogue, config: TrainConfig, world: World) -> Objective:
    """The loss of the settings, its field weights measured on the items trained on."""
    weight_S = torch.from_numpy(field_weights(items.std_ids, config.field_power))
    return Objective(
        temperature=config.temperature,
        overlap_weight=config.overlap_weight,
        word_weight=config.word_weight,
        field_weight_S=weight_S.to(world.device),
        precision=config.precision,
    )


def _finished(out: Path, digest: str) -> dict[str, object] | None:
    """What the run left behind, if it is complete and of the same data and settings."""
    path = out / FACTS
    if not path.exists():
        return None
    facts: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    if facts.get("fingerprint") != digest:
        raise ValueError(
            f"{out} holds a run of other data, settings or code: give another --out, or remove it"
        )
    return facts


def _prepare_folder(items: ItemsDir, out: Path, world: World) -> None:
    if not world.is_first:
        return
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "schema.json", items.schema.to_json())
    write_json(out / "encoder.json", items.encoder_config.to_json())


def _facts(items: ItemsDir, config: TrainConfig, digest: str, world: World) -> dict[str, object]:
    return {
        "fingerprint": digest,
        "data_digest": items.summary["data_digest"],
        "schema_digest": items.schema.digest(),
        "encoder": items.encoder_config.to_json(),
        "config": config.to_json(),
        "items": len(items.items),
        "processes": world.size,
        "device": world.device.type,
    }


def _write_results(
    items: ItemsDir,
    model: TowerWithHead,
    held_out: NDArray[np.int64],
    facts: dict[str, object],
    out: Path,
) -> None:
    write_atomically(out / "item_tower.pth", lambda path: save_model(model.tower, path))
    write_atomically(out / "normalization_head.pth", lambda path: save_model(model.head, path))
    write_json(out / "holdout.json", [items.items[row].item_id for row in held_out])
    write_json(out / FACTS, facts)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    add_run_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--fresh", action="store_true", help="forget what --out holds of a run")
    options = parser.parse_args(arguments)
    world = join_world()
    try:
        config = configure(options.preset, options.settings)
        if options.fresh and world.is_first:
            shutil.rmtree(options.out, ignore_errors=True)
        world.wait()
        facts = run(load_items_dir(options.items), config, options.out, world)
    except Interrupted as stop:
        print(f"train: {stop}; run again to go on", file=sys.stderr)
        return SIGTERM_STATUS
    except (CatalogueError, ItemError, ValueError, OSError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    except FloatingPointError as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    finally:
        world.close()
    if world.is_first:
        print(json.dumps({"out": os.fspath(options.out), **facts}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
