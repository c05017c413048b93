"""Training as one writes it first: views cut item by item, NT-Xent from pytorch-metric-learning.

The reference of `benchmarks.train_step`. The model, the optimizer and the rates at which views
drop are ours; a `Dataset` hands out items, a `collate_fn` encodes each of them twice and drops
fields and words in a loop, and the loss is the library's.

Shape legend: B items, S standard fields, M values of a field, W words, G n-grams of a word.
"""

import random
from collections.abc import Iterator, Sequence

import torch
from pytorch_metric_learning.losses import NTXentLoss
from torch import Tensor
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from catalog.encoder import ItemEncoder
from catalog.item import Item
from training.config import TrainConfig
from training.models.pair import TowerWithHead
from training.precision import autocast
from training.views import ViewConfig

Batch = tuple[Tensor, Tensor]
"""std_ids int32 [2B, S, M] and re_ids int32 [2B, W, 1 + G], first views before second ones."""

_ANY_FIELD = 1


class Items(Dataset[Item]):
    """Items by number."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, number: int) -> Item:
        return self._items[number]


class PerItemCollate:
    """Cuts the views of a batch, one item after the other."""

    def __init__(self, encoder: ItemEncoder, views: Sequence[ViewConfig], seed: int) -> None:
        self._encoder = encoder
        self._views = views
        self._random = random.Random(seed)

    def __call__(self, items: Sequence[Item]) -> Batch:
        """The first views of all items, then the second."""
        cut = [self._view(item, view) for view in self._views for item in items]
        std_ids, re_ids = zip(*cut, strict=True)
        return torch.stack(std_ids), torch.stack(re_ids)

    def _view(self, item: Item, view: ViewConfig) -> Batch:
        encoded = self._encoder.encode([item])
        std_SM = torch.from_numpy(encoded.std_ids[0])
        re_WG = torch.from_numpy(encoded.re_ids[0])
        for s in range(len(std_SM)):
            if self._random.random() < view.field_drop:
                std_SM[s] = 0
        is_untagged = self._random.random() < view.untagged
        for w in range(len(self._encoder.words(item))):
            if self._random.random() < view.word_drop:
                re_WG[w] = 0
            elif is_untagged:
                re_WG[w, 0] = _ANY_FIELD
        return std_SM, re_WG


class PerItemTraining:
    """Steps of such a training, over and over the same items."""

    def __init__(
        self,
        items: Sequence[Item],
        encoder: ItemEncoder,
        model: TowerWithHead,
        optimizer: Optimizer,
        config: TrainConfig,
    ) -> None:
        views = (config.first_view, config.second_view)
        self._loader = DataLoader(
            Items(items),
            batch_size=config.batch_size,
            shuffle=True,
            drop_last=True,
            collate_fn=PerItemCollate(encoder, views, config.seed),
        )
        self._model, self._precision = model, config.precision
        self._device = next(model.parameters()).device
        self._optimizer = optimizer
        self._loss = NTXentLoss(temperature=config.temperature)
        self._batches = self._forever()

    def step(self) -> float:
        """Train on the next batch; its loss."""
        std_ids, re_ids = (ids.to(self._device) for ids in next(self._batches))
        with autocast(self._device, self._precision):
            hidden = self._model.tower(std_ids, re_ids)
        embedding = self._model.head(hidden.float())
        labels = torch.arange(len(embedding) // 2, device=self._device).repeat(2)
        loss = self._loss(embedding, labels)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        return float(loss.detach())

    def _forever(self) -> Iterator[Batch]:
        while True:
            yield from self._loader
