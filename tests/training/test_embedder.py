"""The embedder against the models called as they are served."""

from pathlib import Path

import numpy as np
import pytest
import torch

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import Item
from tests.training.evaluated import SCHEMA, catalogue
from tests.training.trained import write_training
from training.embedder import ItemEmbedder
from training.models.load import load_head, load_tower


def test_embeddings_equal_those_of_tower_and_head_on_the_encoders_tensors(tmp_path: Path) -> None:
    write_training(tmp_path)
    items = [*catalogue(), Item(item_id="empty")]
    encoder = ItemEncoder(SCHEMA, EncoderConfig(num_buckets=64))
    encoded = encoder.encode(items)
    tower, head = (
        load_tower(tmp_path / "item_tower.pth"),
        load_head(tmp_path / "normalization_head.pth"),
    )
    with torch.inference_mode():
        hidden = tower(torch.from_numpy(encoded.std_ids), torch.from_numpy(encoded.re_ids))
        expected = head(hidden).numpy()
    embedding = ItemEmbedder.load(tmp_path)(items)
    assert embedding.dtype == np.float32
    assert embedding == pytest.approx(expected, abs=1e-5)


def test_a_folder_without_a_model_is_refused_by_file(tmp_path: Path) -> None:
    write_training(tmp_path)
    (tmp_path / "item_tower.pth").unlink()
    with pytest.raises(ValueError, match=r"item_tower\.pth: expected weights"):
        ItemEmbedder.load(tmp_path)
