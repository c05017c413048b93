"""Reads and writes the two weights files, each with the sizes it needs to be built again."""

import pickle
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import torch

from training.models.item_tower import ItemTower, ItemTowerConfig
from training.models.normalization_head import NormalizationHead, NormalizationHeadConfig

Model = TypeVar("Model", ItemTower, NormalizationHead)


def save_model(model: ItemTower | NormalizationHead, path: Path) -> None:
    """Write a model's configuration and weights, on the CPU."""
    weights = {name: value.cpu() for name, value in model.state_dict().items()}
    torch.save({"config": asdict(model.config), "state_dict": weights}, path)


def load_tower(path: Path) -> ItemTower:
    """The tower of an `item_tower.pth`, on the CPU, ready to answer.

    Raises:
        ValueError: the file is absent, damaged, or of another model.
    """
    return load_model(path, lambda config: ItemTower(ItemTowerConfig(**config)))


def load_head(path: Path) -> NormalizationHead:
    """The head of a `normalization_head.pth`, on the CPU, ready to answer.

    Raises:
        ValueError: the file is absent, damaged, or of another model.
    """
    return load_model(path, lambda config: NormalizationHead(NormalizationHeadConfig(**config)))


def load_model(path: Path, build: Callable[[dict[str, Any]], Model]) -> Model:
    """A model that `build` makes of the saved configuration, with the saved weights.

    Raises:
        ValueError: the file is absent, damaged, or of another model.
    """
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        model = build(saved["config"])
        model.load_state_dict(saved["state_dict"])
    except (OSError, RuntimeError, pickle.UnpicklingError, KeyError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"{path}: expected weights that `python -m training.train` wrote, got {reason}"
        ) from error
    return model.eval()
