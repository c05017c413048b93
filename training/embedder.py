"""Trained towers as one function from items to embeddings, for evaluation and comparison.

Shape legend: N items, V distinct words, H hidden size, D embedding size.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import Item
from catalog.schema import Schema
from training.data import EncodedCatalogue, encode_catalogue
from training.models.item_tower import ItemTower
from training.models.load import load_head, load_tower
from training.models.normalization_head import NormalizationHead

BATCH_ITEMS = 512


class ItemEmbedder:
    """Embeds items with a tower, a head and the encoder they were trained with."""

    def __init__(self, tower: ItemTower, head: NormalizationHead, encoder: ItemEncoder) -> None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tower = tower.to(device).eval()
        self.head = head.to(device).eval()
        self.encoder = encoder
        self.device = torch.device(device)

    @classmethod
    def load(cls, train_dir: Path) -> "ItemEmbedder":
        """Read what `python -m training.train` wrote.

        Raises:
            ValueError: a file is absent or not what its name says; names it.
        """
        schema = Schema.load(train_dir / "schema.json")
        sizes = _read_sizes(train_dir / "encoder.json")
        return cls(
            load_tower(train_dir / "item_tower.pth"),
            load_head(train_dir / "normalization_head.pth"),
            ItemEncoder(schema, sizes),
        )

    @torch.inference_mode()
    def __call__(self, items: Sequence[Item]) -> NDArray[np.float32]:
        """Unit-length embeddings, float32 [N, D].

        Raises:
            ValueError: there are no items.
            ItemError: an item does not fit the schema.
        """
        catalogue = encode_catalogue(items, self.encoder)
        # Most words repeat, so each is embedded once.
        word_VH = self.tower.words.embed(self._tensor(catalogue.grams))
        starts = range(0, len(catalogue), BATCH_ITEMS)
        embedding_ND = torch.cat([self._batch(catalogue, word_VH, start) for start in starts])
        array_ND: NDArray[np.float32] = embedding_ND.float().cpu().numpy()
        return array_ND

    def _batch(self, catalogue: EncodedCatalogue, word_VH: Tensor, start: int) -> Tensor:
        rows = slice(start, start + BATCH_ITEMS)
        word_BWH = F.embedding(self._tensor(catalogue.word_rows[rows]), word_VH)
        hidden_BH = self.tower.combine(
            self._tensor(catalogue.std_ids[rows]),
            self._tensor(catalogue.field_ids[rows]),
            word_BWH,
        )
        embedding_BD: Tensor = self.head(hidden_BH)
        return embedding_BD

    def _tensor(self, ids: NDArray[np.int32]) -> Tensor:
        return torch.from_numpy(ids).to(self.device)


def _read_sizes(path: Path) -> EncoderConfig:
    try:
        return EncoderConfig.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{path}: expected the encoder's sizes, got {error}") from error
