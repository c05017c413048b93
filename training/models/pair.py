"""Tower and head as the one module that a training step runs."""

from torch import Tensor, nn

from training.models.item_tower import ItemTower
from training.models.normalization_head import NormalizationHead
from training.models.tokens import Places


class TowerWithHead(nn.Module):
    """Views in, unit-length embeddings out; the two parts are saved apart."""

    def __init__(self, tower: ItemTower, head: NormalizationHead) -> None:
        super().__init__()
        self.tower = tower
        self.head = head

    def forward(
        self,
        value_places: Places,
        values_V1M: Tensor,
        word_places: Places,
        tagged_E2: Tensor,
        grams_UG: Tensor,
    ) -> Tensor:
        """Embeddings, float32 [B, D], of arguments as `ItemTower.forward_shared` takes them."""
        hidden_BH = self.tower.forward_shared(
            value_places, values_V1M, word_places, tagged_E2, grams_UG
        )
        embedding_BD: Tensor = self.head(hidden_BH.float())
        return embedding_BD
