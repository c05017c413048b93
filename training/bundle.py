"""Puts a generation's bundle together: Triton models, encoder sources, weights, manifest.

What lies in the bundle is fixed by `model_repository/` for the configurations, by
`catalog.encoder.ENCODER_SOURCES` for the encoder, and by one training run for the rest.
"""

import json
import platform
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch

import catalog
from catalog.encoder import ENCODER_SOURCES, EncoderConfig, ItemEncoder
from catalog.schema import Schema, SchemaError
from training.models.item_tower import ItemTower
from training.models.load import load_head, load_tower
from training.models.normalization_head import NormalizationHead
from training.served import OPSET, write_head, write_tower

MODEL = "item_embedding"
"""The model that clients call; a bundle is named after it."""

MODELS = ("item_encoder", "item_tower", "normalization_head", MODEL)
"""Every model of a bundle, as named in `model_repository/`."""

MODEL_REPOSITORY = Path(__file__).parents[1] / "model_repository"

_GENERATION = re.compile(r"g[0-9]{4,}")
_FACTS = ("fingerprint", "data_digest", "schema_digest")


class ExportError(ValueError):
    """A training run that cannot be exported; the message names the file and the remedy."""


@dataclass(frozen=True, kw_only=True)
class TrainedRun:
    """What one training run left behind.

    Attributes:
        folder: where its files are.
        facts: train.json, with `fingerprint`, `data_digest` and `schema_digest` at least.
        schema: the fields it was trained on.
        encoder_config: the sizes of its encoder's tensors.
    """

    folder: Path
    facts: Mapping[str, Any]
    schema: Schema
    encoder_config: EncoderConfig

    @property
    def encoder(self) -> ItemEncoder:
        """The encoder that it was trained with."""
        return ItemEncoder(self.schema, self.encoder_config)

    def load_models(self) -> tuple[ItemTower, NormalizationHead]:
        """The trained tower and head, on the CPU.

        Raises:
            ExportError: a weights file is damaged.
        """
        try:
            tower = load_tower(self.folder / "item_tower.pth")
            return tower, load_head(self.folder / "normalization_head.pth")
        except ValueError as error:
            raise ExportError(f"{error}; train again") from error


def load_run(folder: Path) -> TrainedRun:
    """Read what `python -m training.train` wrote.

    Raises:
        ExportError: a file is missing, damaged, or of another run than the others.
    """
    facts = read_json(folder / "train.json")
    missing = [key for key in _FACTS if not isinstance(facts.get(key), str)]
    if missing:
        raise ExportError(f"{folder / 'train.json'}: expected the texts {missing}; train again")
    try:
        schema = Schema.load(folder / "schema.json")
        encoder_config = EncoderConfig.from_json(read_json(folder / "encoder.json"))
    except (SchemaError, TypeError) as error:
        raise ExportError(f"{folder}: {error}; train again") from error
    if schema.digest() != facts["schema_digest"]:
        raise ExportError(
            f"{folder / 'schema.json'}: expected digest {facts['schema_digest']} of train.json,"
            f" got {schema.digest()}: they are of two runs; train again"
        )
    for name in ("item_tower.pth", "normalization_head.pth"):
        if not (folder / name).is_file():
            raise ExportError(f"{folder / name}: expected a file, got none; train to the end")
    return TrainedRun(folder=folder, facts=facts, schema=schema, encoder_config=encoder_config)


def check_generation(generation: str) -> str:
    """Return a generation's id, or raise ExportError where it is none."""
    if not _GENERATION.fullmatch(generation):
        raise ExportError(f"generation: expected an id such as g0001, got {generation!r}")
    return generation


def assemble(run: TrainedRun, generation: str, folder: Path) -> None:
    """Fill an empty folder with every file of a bundle but the manifest.

    Raises:
        ExportError: a weights file cannot be read.
    """
    for model in MODELS:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(MODEL_REPOSITORY / model, folder / model, ignore=ignore)
        (folder / model / "1").mkdir(exist_ok=True)
    _fill_encoder(run, folder / "item_encoder" / "1")
    for model in ("item_encoder", MODEL):
        write_json(folder / model / "1" / "generation.json", {"generation": generation})
    tower, head = run.load_models()
    _fill_sizes(folder, {"hidden": tower.config.hidden_dim, "embedding": head.config.embedding_dim})
    write_tower(tower, folder / "item_tower" / "1")
    write_head(head, folder / "normalization_head" / "1")
    for model in ("item_tower", "normalization_head"):
        shutil.copyfile(run.folder / f"{model}.pth", folder / model / "1" / f"{model}.pth")


def _fill_sizes(folder: Path, sizes: Mapping[str, int]) -> None:
    """Write the sizes of this run into the configurations.

    Triton's C++ backend loads a model only if an output's `dims` are the numbers that the model
    itself has; in git they are -1, since no schema or run is known there.
    """
    for config in folder.glob("*/config.pbtxt"):
        text = config.read_text(encoding="utf-8")
        for name, size in sizes.items():
            text = re.sub(
                rf'(name: "{name}" data_type: TYPE_FP32 dims: )\[ -1 \]', rf"\1[ {size} ]", text
            )
        config.write_text(text, encoding="utf-8")


def _fill_encoder(run: TrainedRun, folder: Path) -> None:
    sources = Path(catalog.__file__).parent
    (folder / "catalog").mkdir()
    for name in ENCODER_SOURCES:
        shutil.copyfile(sources / name, folder / "catalog" / name)
    write_json(folder / "schema.json", run.schema.to_json())
    write_json(folder / "encoder.json", run.encoder_config.to_json())


def manifest_facts(run: TrainedRun, generation: str) -> dict[str, Any]:
    """What the manifest says of a bundle besides its files."""
    _, head = run.load_models()
    return {
        "model": MODEL,
        "generation": generation,
        "created_by": "training.export",
        **{key: run.facts[key] for key in _FACTS},
        "dimension": head.config.embedding_dim,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "numpy": np.__version__,
            "opset": str(OPSET),
        },
    }


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file.

    Raises:
        ExportError: there is no such file, or something else in it.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{path}: expected a JSON file, got {error}") from error
    if not isinstance(document, dict):
        raise ExportError(f"{path}: expected a JSON object, got {type(document).__name__}")
    return document


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a JSON object, the same bytes for the same object."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")
